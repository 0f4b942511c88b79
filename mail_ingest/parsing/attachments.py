"""Attached files: their names, kinds and bytes."""

import hashlib
import mimetypes
import re
import unicodedata
from email.message import Message
from email.utils import decode_rfc2231

from mail_ingest.datafiles import wording
from mail_ingest.parsing.charset import decode, whole
from mail_ingest.parsing.headers import decode_header
from mail_ingest.parsing.model import AttachedFile
from mail_ingest.parsing.transfer import part_bytes

LONGEST_NAME = 200
BODIES = {"plain", "html", "enriched", "richtext"}
"""Kinds of text that are a mail's own words."""
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters without a look of their own: controls, directions of writing, breaks of lines."""
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")


def is_file(part: Message, *, alternative: bool) -> bool:
    """Whether a part that is no multipart is a file rather than a piece of the body."""
    if disposition(part) == "attachment":
        return True
    if part.get_content_maintype() != "text" or part.get_content_subtype() not in BODIES:
        return True
    # Some programs name the body's own HTML; among alternatives a name does not make a file.
    return not alternative and bool(declared_name(part))


def disposition(part: Message) -> str:
    """Return `attachment`, `inline`, or what else the header says; empty without one."""
    return str(part.get("content-disposition", "")).split(";")[0].strip().lower()


def read_file(part: Message, number: int) -> tuple[AttachedFile, str | None]:
    """Return a part as a file, and what was wrong with its bytes; `number` names a nameless one."""
    undone = part_bytes(part)
    inline = disposition(part) == "inline" or (disposition(part) == "" and "content-id" in part)
    return make_file(declared_name(part), content_type(part), undone.data, number, inline=inline), undone.defect


def make_file(name: str, kind: str, content: bytes, number: int, *, inline: bool = False) -> AttachedFile:
    """Return a file with a safe name and the hash of its bytes."""
    return AttachedFile(
        filename=safe_name(name) or f"{wording('unnamed_file')}-{number}{_extension(kind)}",
        content_type=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        inline=inline,
        content=content,
    )


def content_type(part: Message) -> str:
    """Return the part's declared kind in lower case; nonsense becomes `application/octet-stream`."""
    kind = part.get_content_type().lower()
    declared = str(part.get("content-type", "")).strip()
    plain_by_default = kind == "text/plain" and declared and not declared.lower().startswith("text")
    return kind if _TYPE.fullmatch(kind) and not plain_by_default else "application/octet-stream"


def declared_name(part: Message) -> str:
    """Return the file name as the sender gave it (RFC 2231, RFC 2047, raw), or an empty string."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        value = _parameter(part, header, parameter)
        if value:
            return value
    return decode_header(str(part.get("content-description", "")))[0] if disposition(part) == "attachment" else ""


def _parameter(part: Message, header: str, parameter: str) -> str:
    try:
        value = _readable_header(part, header).get_param(parameter, None, header)
    except (ValueError, TypeError, IndexError, UnicodeError):
        return ""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return _rfc2231(value)
    if value.count("'") >= 2 and "%" in value:
        # RFC 2231 in a parameter without its asterisk.
        return _rfc2231(decode_rfc2231(value))
    return decode_header(value)[0]


def _readable_header(part: Message, header: str) -> Message:
    """Return a message with the header's raw bytes decoded, which the standard library would replace."""
    raw = next((str(value) for name, value in part.raw_items() if name.lower() == header), "")
    if raw.isascii():
        return part
    mended = Message()
    mended[header] = decode_header(raw)[0]
    return mended


def _rfc2231(value: tuple[str | None, str | None, str]) -> str:
    # The standard library gives the bytes as Latin 1 and trusts the label; ours does not.
    charset, _, text = value
    return decode(text.encode("latin-1", "replace"), charset).text


def safe_name(name: str) -> str:
    """Return a file name without folders, control characters and tricks with the direction of writing."""
    seen = "".join(character for character in whole(name) if unicodedata.category(character) not in _UNSAFE)
    last = re.split(r"[/\\]", seen)[-1].strip().strip(".").strip()
    if len(last) <= LONGEST_NAME:
        return last
    stem, dot, extension = last.rpartition(".")
    return f"{stem[: LONGEST_NAME - 21]}.{extension}" if dot and len(extension) <= 20 else last[:LONGEST_NAME]


def _extension(kind: str) -> str:
    return mimetypes.guess_extension(kind) or ".bin"
