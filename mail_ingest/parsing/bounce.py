"""Bounces: which address was not reached, by which of our mails, and what the other server said."""

import re
from collections.abc import Iterable
from email.message import Message

from mail_ingest.datafiles import words
from mail_ingest.parsing.addresses import is_valid, read_addresses
from mail_ingest.parsing.headers import decode_header, message_ids
from mail_ingest.parsing.model import Bounce, Headers
from mail_ingest.parsing.transfer import children, raw_bytes

SEARCHED = 200_000
"""Characters of a free-form report in which the returned mail's headers are looked for."""
MOST_PARTS = 200
_RETURNED_ID = re.compile(r"^[> \t]{0,10}message-id:[ \t]{0,10}(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


def read_bounce(message: Message, headers: Headers, subject: str, text: str) -> Bounce | None:
    """Return what a mail reports as not delivered, or None when it is no bounce."""
    report = _report_type(message)
    if report == "delivery-status":
        return _standard(message, text)
    if report is None and _looks_like_bounce(headers, subject):
        failed = _addresses(headers.get("x-failed-recipients", ()))
        return Bounce(failed, _original_ids(message, text), _diagnostic_line(text), permanent=_code(text) != "4")
    return None


def is_report(message: Message) -> bool:
    """Whether a mail is a report of a mail program (delivery, reading) and not a person's words."""
    return _report_type(message) is not None


def _report_type(message: Message) -> str | None:
    if message.get_content_type() != "multipart/report":
        return None
    declared = str(message.get_param("report-type", "")).lower()
    kinds = {part.get_content_type() for part in _parts(message)}
    if "message/delivery-status" in kinds or declared == "delivery-status":
        return "delivery-status"
    return declared or "report"


def _standard(message: Message, text: str) -> Bounce | None:
    recipients: list[str] = []
    diagnostic, actions, status = "", set(), ""
    for block in _status_blocks(message):
        for name in ("original-recipient", "final-recipient"):
            recipients.extend(_addresses([str(block.get(name, "")).rpartition(";")[2]]))
        actions.add(str(block.get("action", "")).strip().lower())
        status = status or str(block.get("status", "")).strip()
        diagnostic = diagnostic or decode_header(str(block.get("diagnostic-code", "")))[0]
    if actions and actions <= {"", "delivered", "relayed", "expanded"} and actions != {""}:
        return None
    permanent = "delayed" not in actions and not status.startswith("4")
    unique = tuple(dict.fromkeys(recipients))
    return Bounce(unique, _original_ids(message, text), (diagnostic or status)[:500], permanent)


def _status_blocks(message: Message) -> Iterable[Message]:
    for part in _parts(message):
        if part.get_content_type() == "message/delivery-status":
            yield from children(part)


def _looks_like_bounce(headers: Headers, subject: str) -> bool:
    if "x-failed-recipients" in headers:
        return True
    sender = next(iter(read_addresses(headers.get("from", ()))), None)
    local = sender.address.partition("@")[0].lower() if sender else ""
    folded = subject.lower()
    return local in words("automatic", "bounce_senders") and any(
        mark in folded for mark in words("automatic", "bounce_subjects")
    )


def _original_ids(message: Message, text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in _parts(message):
        if part.get_content_type() == "message/rfc822":
            found.extend(own for returned in children(part) for own in _message_id(returned))
        elif part.get_content_type() == "text/rfc822-headers":
            found.extend(_RETURNED_ID.findall(raw_bytes(part).decode("utf-8", "replace")[:SEARCHED]))
    found.extend(_RETURNED_ID.findall(text[:SEARCHED]))
    return tuple(dict.fromkeys(found))


def _message_id(returned: Message) -> tuple[str, ...]:
    return message_ids([str(returned.get("message-id", ""))])


def _parts(message: Message) -> Iterable[Message]:
    """Give the parts of a report, not those of the mail that it returns."""
    for number, part in enumerate(children(message)):
        if number >= MOST_PARTS:
            return
        yield part


def _addresses(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(a.address.lower() for a in read_addresses(values) if is_valid(a.address))


def _code(text: str) -> str:
    found = _STATUS.search(text[:SEARCHED])
    return found[1] if found else ""


def _diagnostic_line(text: str) -> str:
    return next((line.strip()[:500] for line in text[:SEARCHED].splitlines() if _STATUS.search(line)), "")
