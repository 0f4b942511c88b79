"""Taking PINs out of the bytes of a mail: everything else of it is kept, sealed; a PIN is kept nowhere."""

from collections.abc import Collection, Iterator
from email import message_from_bytes
from email.header import Header, decode_header, make_header
from email.message import Message

from mail_ingest.parsing.model import ParsedMail
from polish.masking import PIN, mask

REPLACEMENT = "[PIN]"


def pins_of(mail: ParsedMail) -> Collection[str]:
    """Return the PINs and passwords that stand in a mail's words, as they were written."""
    return {
        words[finding.start : finding.end]
        for words in (mail.subject, mail.text, mail.reply)
        for finding in mask(words).found
        if finding.kind == PIN
    }


def without_pins(content: bytes, pins: Collection[str]) -> bytes:
    """Return a mail's bytes without the given PINs, in whatever encoding its subject and its texts are."""
    message = message_from_bytes(content)
    for part in message.walk():
        if part.get_content_maintype() == "text":
            _clean_text(part, pins)
    if message["Subject"]:
        _clean_subject(message, pins)
    return _without_plain(message.as_bytes(), pins)


def _clean_text(part: Message, pins: Collection[str]) -> None:
    payload = part.get_payload(decode=True)
    words = _decode(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""
    cleaned = _replaced(words, pins)
    if cleaned != words:
        del part["Content-Transfer-Encoding"]
        part.set_payload(cleaned, "utf-8")


def _clean_subject(message: Message, pins: Collection[str]) -> None:
    try:
        subject = str(make_header(decode_header(str(message["Subject"]))))
    except (LookupError, UnicodeError, ValueError):
        subject = REPLACEMENT  # its encoding is broken, and it may hold what must not be kept
    cleaned = _replaced(subject, pins)
    if cleaned != subject or subject == REPLACEMENT:
        message.replace_header("Subject", Header(cleaned, "utf-8").encode())


def _replaced(words: str, pins: Collection[str]) -> str:
    for pin in pins:
        words = words.replace(pin, REPLACEMENT)
    # Markup may stand between the words that the parser saw together.
    for start, end in reversed(list(_pins_in(words))):
        words = words[:start] + REPLACEMENT + words[end:]
    return words


def _pins_in(words: str) -> Iterator[tuple[int, int]]:
    yield from ((finding.start, finding.end) for finding in mask(words).found if finding.kind == PIN)


def _without_plain(content: bytes, pins: Collection[str]) -> bytes:
    """Take out what stands in no part: text around the parts of a broken mail."""
    for pin in pins:
        content = content.replace(pin.encode("utf-8"), REPLACEMENT.encode())
    return content


def _decode(payload: bytes, charset: str | None) -> str:
    try:
        return payload.decode(charset or "utf-8", "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")
