"""The body of a mail and its files, found by walking its parts within bounds."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.message import Message

from mail_ingest.datafiles import wording
from mail_ingest.parsing.attachments import is_file, make_file, read_file
from mail_ingest.parsing.charset import codec_name, decode
from mail_ingest.parsing.flowed import unflow
from mail_ingest.parsing.headers import decode_header
from mail_ingest.parsing.html import html_text
from mail_ingest.parsing.model import AttachedFile, Limits
from mail_ingest.parsing.transfer import part_bytes, undo_base64

STUB = 200
"""A plain text shorter than this is compared with the HTML beside it: it may only say that there is HTML."""


@dataclass(frozen=True)
class Content:
    """What a part of a mail holds; `text` is None while only HTML is known."""

    text: str | None = None
    html: str = ""
    files: tuple[AttachedFile, ...] = ()

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
    payload = part.get_payload()
    if part.get_content_type() in {"message/rfc822", "message/global"}:
        return _attached_mail(part, walk)
    if part.get_content_maintype() == "multipart" and isinstance(payload, list):
        return _multipart(part, [p for p in payload if isinstance(p, Message)], walk, depth)
    if part.get_content_maintype() == "multipart":
        # It has no boundary, or none was found: what is there is text.
        return _text(part, walk)
    if isinstance(payload, list) or is_file(part, alternative=alternative):
        return _file(part, walk)
    return _text(part, walk)


def _multipart(part: Message, children: Sequence[Message], walk: _Walk, depth: int) -> Content:
    kind = part.get_content_subtype().lower()
    alternative = kind == "alternative"
    contents = [_read(child, walk, depth + 1, alternative=alternative) for child in children]
    files = tuple(file for content in contents for file in content.files)
    if alternative:
        text, page = _best(contents)
        return Content(text, page, files)
    bodies = [content for content in contents if content.text is not None or content.html]
    if len(bodies) == 1:
        return Content(bodies[0].text, bodies[0].html, files)
    text = "\n\n".join(filter(None, (body.readable.strip("\n") for body in bodies))) if bodies else None
    return Content(text, _joined_html(bodies), files)


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
    text = _decode(undone.data, part, walk)
    if part.get_content_subtype() == "html":
        return Content(None, text)
    if str(part.get_param("format", "")).lower() == "flowed":
        text = unflow(text, delsp=str(part.get_param("delsp", "")).lower() == "yes")
    return Content(_newlines(text, walk))


def _decode(data: bytes, part: Message, walk: _Walk) -> str:
    label = str(part.get_param("charset", "") or "")
    decoded = decode(data, label or None)
    if label and codec_name(label) is None and not decoded.defect:
        walk.note(f"unknown character set {label[:40]!a}")
    walk.note(decoded.defect)
    return decoded.text


def _newlines(text: str, walk: _Walk) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > walk.limits.max_text:
        walk.note(f"text longer than {walk.limits.max_text} characters: the rest not read")
    return text[: walk.limits.max_text]


def _file(part: Message, walk: _Walk) -> Content:
    walk.files += 1
    file, defect = read_file(part, walk.files)
    walk.note(defect)
    return Content(files=(file,))


def _attached_mail(part: Message, walk: _Walk) -> Content:
    """Keep a mail within the mail as a file; it is somebody else's words."""
    walk.files += 1
    inner = part.get_payload()
    mail = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else None
    data = _bytes_of(mail) if mail is not None else part_bytes(part).data
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        walk.note("attached mail encoded as base64")
        data = undo_base64(data).data
    subject = decode_header(str(mail.get("subject", "")))[0] if mail is not None else ""
    return Content(files=(make_file(f"{subject or wording('attached_mail')}.eml", "message/rfc822", data, walk.files),))


def _bytes_of(mail: Message) -> bytes:
    try:
        return mail.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError):
        # The standard generator refuses some damaged mails; their source is put together by hand.
        return "\n".join(_source(mail)).encode("utf-8", "surrogateescape")


def _source(mail: Message) -> Iterable[str]:
    yield from (f"{name}: {value}" for name, value in mail.raw_items())
    yield ""
    payload = mail.get_payload()
    yield payload if isinstance(payload, str) else ""
