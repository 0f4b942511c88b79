"""What a file is, told by its bytes, and what is dangerous about it."""

import mimetypes
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

import puremagic
import yaml

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
GENERIC = frozenset({"", "application/octet-stream", "application/x-download", "application/force-download"})
"""Types that say nothing."""
ALLOWED = frozenset(
    {"application/pdf", "image/png", "image/jpeg", "text/plain", "text/csv", f"{OFFICE}.wordprocessingml.document"}
    | {f"{OFFICE}.spreadsheetml.sheet", f"{OPEN}.text", f"{OPEN}.spreadsheet"}
)
"""What the office sends, and calendar files and the like do not come by hand."""
_SAME = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "application/x-pdf": "application/pdf",
    "application/x-zip-compressed": "application/zip",
    "application/x-zip": "application/zip",
    "text/csv": "text/plain",
    "text/comma-separated-values": "text/plain",
    "application/xhtml+xml": "text/html",
    "application/vnd.ms-excel": "application/msword",  # both are OLE files, which begin alike
    "application/vnd.ms-powerpoint": "application/msword",
    "application/x-ole-storage": "application/msword",
}
_BEGIN_ALIKE = frozenset({"application/zip", "application/java-archive", "application/epub+zip"})
_SURE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "application/zip"})
"""Types whose bytes always tell: what claims to be one and is not is something else."""
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!", b"L\x00\x00\x00")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLE_MACROS = ("_VBA_PROJECT".encode("utf-16-le"), "Macros".encode("utf-16-le"))
_ACTIVE = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<iframe", b"<body")
_ACTIVE_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
BEGINNING = 4_096
"""Bytes in which markup shows itself."""


class Danger(str, Enum):
    """What is dangerous about a file, the worst first."""

    PROGRAM = "program"
    MACROS = "macros"
    ACTIVE = "active"
    """A page, a picture or a document that may hold a script."""
    MISMATCH = "mismatch"
    """It is not what it says that it is."""


@dataclass(frozen=True)
class FileKind:
    """What a file is by its bytes (empty when they do not tell), and what is dangerous about it."""

    found: str
    danger: Danger | None


def kind_of(content: bytes, filename: str, claimed: str) -> FileKind:
    """Return what a file is; never raises, whatever the bytes.

    Args:
        content: its bytes.
        filename: what its sender called it.
        claimed: the media type that its sender gave.
    """
    found = _found(content)
    return FileKind(found, _danger(content, filename, claimed, found))


def is_allowed(kind: FileKind) -> bool:
    """Return whether the office may send such a file."""
    return kind.danger is None and kind.found in ALLOWED


def _found(content: bytes) -> str:
    beginning = content[:BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith((b"<svg", b"<?xml")) and b"<svg" in beginning:
        return "image/svg+xml"
    if any(mark in beginning for mark in (b"<!doctype html", b"<html", b"<script")):
        return "text/html"
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    try:
        found = puremagic.from_string(content, mime=True) if content else ""
    except Exception:  # bytes of strangers, and a library of many formats: what it cannot read is of no known kind
        found = ""
    found = str(found or "").split(";")[0].strip().lower()
    return found if found not in GENERIC else ("text/plain" if _is_text(content) else "")


def _packed(content: bytes) -> str:
    """Return what an archive is: the names of its files stand in it as they are (APPNOTE 4.3.12)."""
    if b"[Content_Types].xml" in content:
        kinds = {b"word/": "wordprocessingml.document", b"xl/": "spreadsheetml.sheet", b"ppt/": "presentationml"}
        return next((f"{OFFICE}.{kind}" for name, kind in kinds.items() if name in content), "application/zip")
    if content[30:38] == b"mimetype":
        kinds = {b"text": "text", b"spreadsheet": "spreadsheet", b"presentation": "presentation"}
        beginning = content[38:100]
        named = (f"{OPEN}.{kind}" for name, kind in kinds.items() if beginning.startswith(OPEN.encode() + b"." + name))
        return next(named, "application/zip")
    return "application/java-archive" if b"META-INF/MANIFEST.MF" in content else "application/zip"


def _is_text(content: bytes) -> bool:
    if not content or b"\0" in content:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _danger(content: bytes, filename: str, claimed: str, found: str) -> Danger | None:
    ending = filename.rpartition(".")[2].strip().lower() if "." in filename else ""
    beginning = content[:BEGINNING].lower()
    is_program = content.startswith(_PROGRAMS) and (content.startswith(b"#!") or not _is_text(content))
    if is_program or ending in _endings("program"):
        return Danger.PROGRAM
    macros = content.startswith(_OLE) and any(mark in content for mark in _OLE_MACROS)
    if macros or ending in _endings("macros") or (content.startswith(b"PK") and b"vbaProject.bin" in content):
        return Danger.MACROS
    if ending in _endings("active") or found in {"text/html", "image/svg+xml"} or any(x in beginning for x in _ACTIVE):
        return Danger.ACTIVE
    if content.startswith(b"%PDF") and any(mark in content for mark in _ACTIVE_PDF):
        return Danger.ACTIVE
    named = mimetypes.guess_type(f"x.{ending}")[0] or "" if ending else ""
    return Danger.MISMATCH if any(_differs(told, found) for told in (claimed, named)) else None


def _differs(told: str, found: str) -> bool:
    told = told.split(";")[0].strip().lower()
    told, found = _SAME.get(told, told), _SAME.get(found, found)
    if told in GENERIC or told == found:
        return False
    if not found:
        return told in _SURE
    # A document of an office program is an archive, and plain words may be of any language of markup or data.
    if told in _BEGIN_ALIKE or found in _BEGIN_ALIKE:
        return not (told in _BEGIN_ALIKE or told.startswith((OFFICE, OPEN, "application/vnd.")))
    if told.startswith("text/") or found == "text/plain":
        return not (told.startswith(("text/", "message/")) and found.startswith("text/"))
    return told in _SURE or found in ALLOWED or told.startswith("image/") != found.startswith("image/")


@cache
def _endings(kind: str) -> frozenset[str]:
    loaded: dict[str, str] = yaml.safe_load((files("helpdesk") / "data" / "file_endings.yaml").read_text("utf-8"))
    return frozenset(loaded[kind].split())
