"""The body of a mail and its files, found by walking its parts within bounds."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message

from mail_ingest.parsing.attachments import BODIES, content_type, is_file, make_file, read_file
from mail_ingest.parsing.calendar_text import invitation
from mail_ingest.parsing.charset import codec_name, decode
from mail_ingest.parsing.enclosed import attached_mail, unwrapped
from mail_ingest.parsing.flowed import unflow
from mail_ingest.parsing.html import html_text
from mail_ingest.parsing.inside_text import ENCRYPTED, take_files, without_armour
from mail_ingest.parsing.model import AttachedFile, Limits
from mail_ingest.parsing.signed import signed_content
from mail_ingest.parsing.source import read_source, with_likely_boundary
from mail_ingest.parsing.transfer import children as parts_of
from mail_ingest.parsing.transfer import part_bytes

_SIGNED_KINDS = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_MARKUP = re.compile(r"<[^<>\n]{0,100}>")
BYTES_OF_CHARACTER = 4
"""At most, in any set."""
STUB = 200
"""A plain text shorter than this is compared with the HTML beside it: it may only say that there is HTML."""


@dataclass(frozen=True)
class Content:
    """What a part of a mail holds; `text` is None while only HTML is known."""

    text: str | None = None
    html: str = ""
    files: tuple[AttachedFile, ...] = ()
    note: str = ""
    """A readable line about a file, shown where a mail has no other words."""

    @property
    def readable(self) -> str:
        """The text, made from the HTML where there is no other."""
        return html_text(self.html) if self.text is None else self.text


@dataclass
class _Walk:
    """How much of the bounds is used up, and the defects met on the way."""

    limits: Limits
    parts: int = 0
    files: int = 0
    defects: dict[str, None] = field(default_factory=dict)

    def note(self, defect: str | None) -> None:
        if defect:
            self.defects[defect] = None

    def note_long(self) -> None:
        self.note(too_long(self.limits))


def too_long(limits: Limits) -> str:
    """Return the defect of a text of which only the beginning is read."""
    return f"text longer than {limits.max_text} characters: the rest not read"


def read_body(message: Message, limits: Limits) -> tuple[Content, tuple[str, ...]]:
    """Return the body and the files of a mail, and what was wrong with them."""
    walk = _Walk(limits)
    content = _read(message, walk, 0, alternative=False)
    return content, tuple(walk.defects)


def _read(part: Message, walk: _Walk, depth: int, *, alternative: bool) -> Content:
    walk.parts += 1
    if walk.parts > walk.limits.max_parts:
        walk.note("too many parts: the rest not read")
        return Content()
    if depth > walk.limits.max_depth:
        walk.note("parts nested too deep: not read")
        return Content()
    for problem in part.defects:
        walk.note(type(problem).__name__)
    kind = part.get_content_type()
    if kind in {"message/rfc822", "message/global"}:
        return _attached_mail(part, walk)
    inside = parts_of(part)
    if kind == "message/partial" and inside:
        walk.note(f"piece {str(part.get_param('number', '?'))[:5]!a} of a mail that was cut into pieces")
        return _read(inside[0], walk, depth + 1, alternative=False)
    if part.get_content_maintype() == "multipart":
        return _multipart_or_text(part, walk, depth, alternative=alternative)
    if kind in _SIGNED_KINDS:
        return _signed(part, walk, depth)
    if part.is_multipart() or is_file(part, alternative=alternative):
        return Content() if alternative and kind == "text/x-amp-html" else _file(part, walk)
    return _text(part, walk)


def _multipart_or_text(part: Message, walk: _Walk, depth: int, *, alternative: bool) -> Content:
    if part.is_multipart():
        if part.get_content_subtype() == "encrypted":
            walk.note("encrypted: not readable")
        return _multipart(part, parts_of(part), walk, depth)
    mended = with_likely_boundary(part)
    if mended is not None:
        walk.note("declared boundary does not occur: another one used")
        return _read(mended, walk, depth + 1, alternative=alternative)
    # It has no boundary, or none was found: what is there is text.
    return _text(part, walk)


def _multipart(part: Message, children: Sequence[Message], walk: _Walk, depth: int) -> Content:
    alternative = part.get_content_subtype().lower() == "alternative"
    contents = [_read(child, walk, depth + 1, alternative=alternative) for child in children]
    files = tuple(file for content in contents for file in content.files)
    note = next((content.note for content in contents if content.note), "")
    if alternative:
        text, page = _best(contents)
        return Content(text, page, files, note)
    bodies = [content for content in contents if content.text is not None or content.html]
    if len(bodies) == 1:
        return Content(bodies[0].text, bodies[0].html, files, note)
    text = "\n\n".join(filter(None, (body.readable.strip("\n") for body in bodies))) if bodies else None
    return Content(text, _joined_html(bodies), files, note)


def _best(contents: Sequence[Content]) -> tuple[str | None, str]:
    """Choose among alternatives: the plain text, unless it is blank or only points at the HTML."""
    page = next((content.html for content in contents if content.html), "")
    plain = next((c.text for c in contents if c.text is not None and c.text.strip()), None)
    if plain is None or (page and len(plain) < STUB and len(plain) * 4 < len(html_text(page))):
        return (None if page else plain), page
    return plain, page


def _joined_html(bodies: Sequence[Content]) -> str:
    if not any(body.html for body in bodies):
        return ""
    return "\n<hr>\n".join(body.html or f"<pre>{html.escape(body.text or '')}</pre>" for body in bodies)


def _text(part: Message, walk: _Walk) -> Content:
    undone = part_bytes(part)
    walk.note(undone.defect)
    if part.get_content_subtype() == "html":
        return Content(None, _decode(undone.data, part, walk))
    text = _decode(_beginning(undone.data, walk), part, walk)
    if part.get_content_subtype() in BODIES - {"plain", "html"}:
        text = _MARKUP.sub("", text)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unflow(text, delsp=str(part.get_param("delsp", "")).lower() == "yes")
    return _with_files(text.replace("\r\n", "\n").replace("\r", "\n"), walk)


def _with_files(text: str, walk: _Walk) -> Content:
    """Return a plain text without the files and the armour that are written into it."""
    text, inside = take_files(text)
    files = []
    for name, content in inside:
        walk.files += 1
        files.append(make_file(name, "application/octet-stream", content, walk.files))
    if ENCRYPTED in text:
        walk.note("encrypted: not readable")
    return Content(without_armour(_shortened(text, walk)), files=tuple(files))


def _decode(data: bytes, part: Message, walk: _Walk) -> str:
    label = str(part.get_param("charset", "") or "")
    decoded = decode(data, label or None)
    if label and codec_name(label) is None and not decoded.defect:
        walk.note(f"unknown character set {label[:40]!a}")
    walk.note(decoded.defect)
    return decoded.text


def _beginning(data: bytes, walk: _Walk) -> bytes:
    """Return as many bytes as the longest text can take that is read, whatever its set; all where files are inside."""
    longest = walk.limits.max_text * BYTES_OF_CHARACTER
    if len(data) <= longest or b"\nbegin " in data:
        return data
    walk.note_long()
    # A character of UTF-8 that would be cut in two is left out.
    end = next((n for n in range(longest, longest - BYTES_OF_CHARACTER, -1) if data[n] & 0xC0 != 0x80), longest)
    return data[:end]


def _shortened(text: str, walk: _Walk) -> str:
    if len(text) > walk.limits.max_text:
        walk.note_long()
    return text[: walk.limits.max_text]


def _file(part: Message, walk: _Walk) -> Content:
    walk.files += 1
    file, defect = read_file(part, walk.files)
    walk.note(defect)
    inside = unwrapped(file.content, walk.files)
    if inside is not None:
        walk.files += len(inside.files)
        return Content(inside.text or None, inside.html, inside.files)
    note = invitation(_decode(file.content, part, walk)) if content_type(part) == "text/calendar" else ""
    return Content(files=(file,), note=note)


def _attached_mail(part: Message, walk: _Walk) -> Content:
    walk.files += 1
    file, defect = attached_mail(part, walk.files)
    walk.note(defect)
    return Content(files=(file,))


def _signed(part: Message, walk: _Walk, depth: int) -> Content:
    """Read the mail inside an opaque signature; what is encrypted stays a file."""
    source = signed_content(part_bytes(part).data)
    if source is None:
        walk.note("encrypted or signed: not readable")
        return _file(part, walk)
    message, problem = read_source(source)
    walk.note(problem)
    return _read(message, walk, depth + 1, alternative=False)
