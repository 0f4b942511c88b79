"""Filing of a judged mail: a message of its ticket or a new ticket, attachments and the acknowledgement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import blobs, letters, outbox, sealed_values, tickets
from helpdesk.lifecycle import Level
from helpdesk.queues import Queue
from helpdesk.tables import Attachment, Ticket, TicketMessage
from mail_ingest.counts import Result
from mail_ingest.inquiry import Inquiry, masked_name
from mail_ingest.office import Office
from mail_ingest.parsing.model import ParsedMail
from mail_ingest.rules import Outcome, Verdict
from understanding.service import Understood

POLISH = "pl"
REFERENCES = 10
"""Message-IDs of a thread that our mails name."""
QUIET = frozenset({Outcome.RETURNED, Outcome.UNANSWERED})
"""Outcomes of mail that no person wrote: it reopens no ticket."""


@dataclass(frozen=True)
class Judged:
    """A mail with all that is known about it before it is filed."""

    raw_mail_id: int
    mail: ParsedMail
    inquiry: Inquiry
    verdict: Verdict
    understood: Understood | None
    """None where it was not asked, or where the understanding was away for too long."""


def find_thread(session: Session, judged: Judged) -> Ticket | None:
    """Return the ticket that a mail continues, or None."""
    return thread_of(session, judged.mail, judged.inquiry.address)


def thread_of(session: Session, mail: ParsedMail, address: str) -> Ticket | None:
    """Return the ticket that a mail continues: it refers to the ticket's mail and comes from its customer.

    A bounce comes from a mail server; the address that it reports stands for the sender.
    """
    if mail.bounce is None:
        return tickets.find_thread(session, mail.thread_ids, address)
    ids = (*mail.bounce.original_ids, *mail.thread_ids)
    found = (tickets.find_thread(session, ids, recipient) for recipient in mail.bounce.recipients)
    return next((ticket for ticket in found if ticket is not None), None)


def file_mail(session: Session, judged: Judged, office: Office, *, now: datetime) -> Result:
    """File a mail (flushed, not committed); a bounce without a ticket is the caller's to set aside."""
    if judged.verdict.outcome is Outcome.IGNORE:
        return Result.OWN
    thread = find_thread(session, judged)
    if thread is not None:
        _attach(session, _join(session, thread, judged, now), judged, now)
        return Result.MESSAGE
    if judged.verdict.outcome is Outcome.RETURNED:
        return Result.SET_ASIDE
    ticket = tickets.open_ticket(session, _new_ticket(session, judged), now=now)
    _attach(session, tickets.add_incoming(session, ticket, _incoming(judged), now=now), judged, now)
    if judged.verdict.outcome is Outcome.WELCOME and _may_be_answered(judged, office):
        _acknowledge(session, ticket, judged, office, now)
    return Result.TICKET


def _join(session: Session, ticket: Ticket, judged: Judged, now: datetime) -> TicketMessage:
    # An automatic reply tells nothing new of the customer's matter: it is kept, and wakes nobody.
    quiet = judged.verdict.outcome in QUIET
    return tickets.add_incoming(session, ticket, _incoming(judged), now=now, reopen=not quiet)


def _incoming(judged: Judged) -> tickets.Incoming:
    return tickets.Incoming(
        sender=judged.inquiry.address or judged.inquiry.name,
        text=judged.inquiry.text,
        quoted=judged.inquiry.quoted,
        message_id=judged.mail.message_id[:500] if judged.mail.message_id else None,
        raw_mail_id=judged.raw_mail_id,
    )


def _new_ticket(session: Session, judged: Judged) -> tickets.NewTicket:
    understood, inquiry = judged.understood, judged.inquiry
    likely = tickets.find_likely(session, judged.mail.thread_ids, inquiry.subject)
    return tickets.NewTicket(
        queue=understood.queue if understood else Queue.GENERAL,
        subject=inquiry.subject,
        address=inquiry.address,
        name=inquiry.name,
        level=Level.ADDRESS if inquiry.address else Level.ANONYMOUS,
        language=_language(judged),
        act=understood.act if understood else None,
        individual=understood.individual if understood else False,
        article=understood.article if understood else None,
        confidence=understood.confidence if understood else 0.0,
        likely_ticket_id=likely.id if likely else None,
    )


def _language(judged: Judged) -> str:
    return judged.understood.lang if judged.understood else judged.mail.lang


def _attach(session: Session, message: TicketMessage, judged: Judged, now: datetime) -> None:
    """Store what goes with a message beside its words: the sealed originals of what was masked, and the files."""
    sealed_values.keep(session, message, judged.inquiry.found, now=now)
    for file in judged.mail.attachments:
        session.add(
            Attachment(
                message_id=message.id,
                filename=masked_name(file.filename)[:255],
                content_type=file.content_type[:100],
                size=file.size,
                sha256=blobs.put(session, file.content),
            )
        )


def _may_be_answered(judged: Judged, office: Office) -> bool:
    address = judged.inquiry.address
    return bool(address) and address not in office.own_addresses


def _acknowledge(session: Session, ticket: Ticket, judged: Judged, office: Office, now: datetime) -> None:
    lang = _language(judged)
    kind = "acknowledgement" if lang == POLISH else "language"
    message_id = judged.mail.message_id or ""
    references = [*judged.mail.references, *filter(None, (message_id,))]
    outbox.enqueue(
        session,
        kind=kind,
        recipient=judged.inquiry.address,
        letter=letters.render(kind, number=ticket.number, subject=ticket.subject, lang=lang),
        ticket_id=ticket.id,
        in_reply_to=message_id,
        references=" ".join(references[-REFERENCES:]),
        automatic=True,
        now=now,
        domain=office.domain,
    )
