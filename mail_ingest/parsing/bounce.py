"""Bounces: which address was not reached, by which of our mails, and what the other server said."""

import re
from collections.abc import Iterable, Sequence
from email.message import Message
from email.parser import HeaderParser

from mail_ingest.parsing.addresses import is_valid, read_addresses
from mail_ingest.parsing.bounce_text import diagnostic_line, is_passing, looks_like_bounce, named_addresses
from mail_ingest.parsing.charset import whole
from mail_ingest.parsing.headers import decode_header, message_ids
from mail_ingest.parsing.model import Bounce, Headers
from mail_ingest.parsing.transfer import children, raw_bytes

SEARCHED = 200_000
"""Characters of a free-form report in which the returned mail's headers are looked for."""
MOST_PARTS = 200
MOST_BLOCKS = 500
"""Recipients of whom a report tells that are read."""
_STATUS_KINDS = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED_KINDS = {"message/rfc822", "message/global"}
_RETURNED_HEADS = {"text/rfc822-headers", "message/global-headers"}
_ARRIVED = {"delivered", "relayed", "expanded"}
_RETURNED_ID = re.compile(r"^[> \t]{0,10}message-id:[ \t]{0,10}(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)


def read_bounce(message: Message, headers: Headers, subject: str, text: str) -> Bounce | None:
    """Return what a mail reports as not delivered (or not yet), or None when it is no bounce."""
    from_server = looks_like_bounce(headers, subject)
    report = _report_type(message)
    if report == "delivery-status" or (report is None and from_server and _has_status(message)):
        blocks = _status_blocks(message)
        return _standard(message, text, blocks) if blocks else _free(message, headers, subject, text)
    return _free(message, headers, subject, text) if report is None and from_server else None


def is_report(message: Message) -> bool:
    """Whether a mail is a report of a mail program (delivery, reading) and not a person's words."""
    return _report_type(message) is not None


def _report_type(message: Message) -> str | None:
    if message.get_content_type() != "multipart/report":
        return None
    declared = str(message.get_param("report-type", "")).lower()
    return "delivery-status" if declared == "delivery-status" or _has_status(message) else declared or "report"


def _has_status(message: Message) -> bool:
    return any(part.get_content_type() in _STATUS_KINDS for part in _parts(message))


def _free(message: Message, headers: Headers, subject: str, text: str) -> Bounce:
    """Return what a report without fields for programs says."""
    own = {address.address.lower() for address in read_addresses(headers.get("to", ()))}
    failed = _addresses(headers.get("x-failed-recipients", ())) or named_addresses(text, own)
    passing = is_passing(subject, text)
    return Bounce(failed, _original_ids(message, text), diagnostic_line(text), permanent=not passing)


def _standard(message: Message, text: str, blocks: Sequence[Message]) -> Bounce | None:
    """Return what the fields say of those who got nothing; of several kinds of trouble the gravest counts."""
    told = [block for block in blocks if _field(block, "action")]
    failed = [block for block in told if _field(block, "action") not in _ARRIVED] if told else blocks
    if told and not failed:
        return None
    final = [block for block in failed if _field(block, "action") != "delayed"]
    lasting = [block for block in final if not _field(block, "status").startswith("4")]
    chosen = lasting or final or failed
    named = (_unreached(block) for block in chosen)
    words = (_diagnostic(block) for block in chosen)
    return Bounce(
        recipients=tuple(dict.fromkeys(address for addresses in named for address in addresses)),
        original_ids=_original_ids(message, text),
        diagnostic=next(filter(None, words), "")
        or next(filter(None, (whole(_field(b, "status")) for b in chosen)), ""),
        permanent=bool(lasting),
    )


def _field(block: Message, name: str) -> str:
    """Return a field in lower case, without the comment that may follow its word."""
    return str(block.get(name, "")).split("(")[0].strip().lower()


def _diagnostic(block: Message) -> str:
    return whole(decode_header(str(block.get("diagnostic-code", "")))[0][:500])


def _unreached(block: Message) -> tuple[str, ...]:
    named = (str(block.get(name, "")).rpartition(";")[2] for name in ("original-recipient", "final-recipient"))
    return _addresses([value for value in named if value.strip()])


def _status_blocks(message: Message) -> Sequence[Message]:
    """Return a report's fields of each recipient; those of the whole mail stand first, and name none."""
    blocks: list[Message] = []
    for part in _parts(message):
        if part.get_content_type() == "message/delivery-status":
            blocks.extend(children(part))
        elif part.get_content_type() == "message/global-delivery-status":
            # RFC 6533; the standard parser takes its first fields for headers of a mail, and the others for its text.
            inside = b"\n\n".join(raw_bytes(child) for child in children(part)) or raw_bytes(part)
            texts = inside.decode("utf-8", "replace").replace("\r\n", "\n").split("\n\n")
            blocks.extend(HeaderParser().parsestr(text.strip()) for text in texts[:MOST_BLOCKS] if text.strip())
    about = [block for block in blocks[:MOST_BLOCKS] if "final-recipient" in block or "original-recipient" in block]
    return about or blocks[:MOST_BLOCKS]


def _original_ids(message: Message, text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in _parts(message):
        if part.get_content_type() in _RETURNED_KINDS:
            found.extend(own for returned in children(part) for own in _message_id(returned))
        elif part.get_content_type() in _RETURNED_HEADS:
            heads = children(part)
            found.extend(own for head in heads for own in _message_id(head))
            if not heads:
                found.extend(_RETURNED_ID.findall(raw_bytes(part).decode("utf-8", "replace")[:SEARCHED]))
    found.extend(_RETURNED_ID.findall(text[:SEARCHED]))
    return tuple(dict.fromkeys(found))


def _message_id(returned: Message) -> tuple[str, ...]:
    return message_ids([whole(str(returned.get("message-id", "")))])


def _parts(message: Message) -> Iterable[Message]:
    """Give the parts of a report, not those of the mail that it returns."""
    for number, part in enumerate(children(message)):
        if number >= MOST_PARTS:
            return
        yield part


def _addresses(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(a.address.lower() for a in read_addresses(values) if is_valid(a.address))
