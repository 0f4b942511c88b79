"""Files that hold mail: a mail within the mail, and Outlook's "winmail.dat"."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

from mail_ingest.datafiles import wording
from mail_ingest.parsing.attachments import declared_name, make_file
from mail_ingest.parsing.charset import decode
from mail_ingest.parsing.headers import decode_header
from mail_ingest.parsing.model import AttachedFile
from mail_ingest.parsing.tnef import unwrap
from mail_ingest.parsing.transfer import children, part_bytes, raw_bytes, undo_base64


@dataclass(frozen=True)
class Unwrapped:
    """What "winmail.dat" held: the body, where it travelled inside, and the files."""

    text: str
    html: str
    files: tuple[AttachedFile, ...]


def unwrapped(data: bytes, number: int) -> Unwrapped | None:
    """Return what a "winmail.dat" holds, or None for any other file; `number` names the nameless ones."""
    inside = unwrap(data)
    if inside is None:
        return None
    files = tuple(
        make_file(file.name, file.kind or "application/octet-stream", file.content, number + count)
        for count, file in enumerate(inside.files)
        if file.content
    )
    return Unwrapped(inside.text, decode(inside.html, None).text if inside.html else "", files)


def attached_mail(part: Message, number: int) -> tuple[AttachedFile, str | None]:
    """Return a mail within the mail as a file, since it is somebody else's words, and what was wrong with it."""
    mail = next(iter(children(part)), None)
    data = _bytes_of(mail) if mail is not None else part_bytes(part).data
    defect = None
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        data, defect = undo_base64(data).data, "attached mail encoded as base64"
    subject = decode_header(str(mail.get("subject", "")))[0] if mail is not None else ""
    name = declared_name(part) or f"{subject or wording('attached_mail')}.eml"
    return make_file(name.replace("/", "-"), "message/rfc822", data, number), defect


def _bytes_of(mail: Message) -> bytes:
    try:
        return mail.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError):
        # The standard generator refuses some damaged mails; their source is put together by hand.
        return "\n".join(_source(mail)).encode("utf-8", "surrogateescape")


def _source(mail: Message) -> Iterable[str]:
    yield from (f"{name}: {value}" for name, value in mail.raw_items())
    yield ""
    if not mail.is_multipart():
        yield raw_bytes(mail).decode("utf-8", "surrogateescape")
