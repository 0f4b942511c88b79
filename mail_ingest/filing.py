"""Filing of a judged mail: a message of its ticket or a new ticket, attachments, and the letter that answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import blobs, facts, outbox, sealed_values, threads, ticket_answers, tickets
from helpdesk.answer_times import answer_by
from helpdesk.file_kinds import kind_of
from helpdesk.lifecycle import Direction, Level, Priority
from helpdesk.priorities import priority_of
from helpdesk.queues import Queue
from helpdesk.tables import Attachment, Ticket, TicketMessage
from mail_ingest.answering import ANSWERING, Reply, Writer, plain_letter, reply_to
from mail_ingest.authentication import Authentication, is_forged
from mail_ingest.counts import Result
from mail_ingest.datafiles import wording
from mail_ingest.inquiry import Inquiry, masked_name
from mail_ingest.judged import Judged, references_of
from mail_ingest.office import Office
from mail_ingest.parsing.model import ParsedMail
from mail_ingest.rules import Outcome

REFERENCES = 10
"""Message-IDs of a thread that our mails name."""
QUIET = frozenset({Outcome.RETURNED, Outcome.UNANSWERED})
"""Outcomes of mail that no person wrote: it reopens no ticket."""
KEPT_ASIDE = frozenset({Outcome.RETURNED, Outcome.HELD})
"""Outcomes of mail that opens no ticket by itself."""
SAME = frozenset({Outcome.REPEATED, Outcome.URGENT})
"""Outcomes of mail that joins the ticket in which the same words stand already."""


def thread_of(
    session: Session, mail: ParsedMail, address: str, authentication: Authentication | None = None
) -> Ticket | None:
    """Return the ticket that a mail continues: it refers to the ticket's mail and comes from its customer.

    A mail of which the sender's domain says that it is forged continues nothing. A bounce comes from a mail server;
    the address that it reports stands for the sender.
    """
    references = references_of(mail)
    if mail.bounce is None:
        return None if is_forged(authentication or {}) else threads.find_thread(session, references, address)
    found = (threads.find_thread(session, references, recipient) for recipient in mail.bounce.recipients)
    return next((ticket for ticket in found if ticket is not None), None)


def said_before(session: Session, inquiry: Inquiry, office: Office, *, now: datetime) -> Ticket | None:
    """Return the ticket to which the same sender wrote the same words under the same subject a short while ago."""
    if not inquiry.address or not office.repeats_within:
        return None
    same = (
        select(Ticket)
        .join(TicketMessage, TicketMessage.ticket_id == Ticket.id)
        .where(
            Ticket.address == inquiry.address,
            Ticket.subject == inquiry.subject,
            TicketMessage.direction == Direction.IN,
            TicketMessage.text == inquiry.text,
            TicketMessage.created_at > now - office.repeats_within,
        )
    )
    found = session.scalar(same.order_by(Ticket.id.desc()).limit(1))
    return threads.merged_root(session, found) if found else None


def file_mail(session: Session, judged: Judged, office: Office, writer: Writer | None, *, now: datetime) -> Result:
    """File a mail (flushed, not committed); one that is to be set aside is the caller's to set aside."""
    outcome = judged.verdict.outcome
    if outcome is Outcome.IGNORE:
        return Result.OWN
    _note_address(session, judged, now)
    thread = thread_of(session, judged.mail, judged.inquiry.address, judged.authentication)
    if thread is None and outcome in SAME:
        thread = said_before(session, judged.inquiry, office, now=now)
    if thread is not None:
        _attach(session, _join(session, thread, judged, now), judged, now)
        if outcome is Outcome.URGENT:
            _write(session, thread, judged, office, writer, now)
        return Result.MESSAGE
    if outcome in KEPT_ASIDE:
        return Result.SET_ASIDE
    ticket = tickets.open_ticket(session, _new_ticket(session, judged, now), now=now)
    _attach(session, tickets.add_incoming(session, ticket, _incoming(judged), now=now), judged, now)
    facts.keep_mail_turns(session, ticket, now=now)
    _write(session, ticket, judged, office, writer, now)
    return Result.TICKET


def _note_address(session: Session, judged: Judged, now: datetime) -> None:
    """Note which addresses can be reached: not that of a mail of ours that came back, and that of who writes."""
    bounce = judged.mail.bounce
    if bounce is not None:
        # A report that names no mail of ours to that address may be anybody's invention.
        for address in bounce.recipients if bounce.permanent else ():
            if outbox.was_sent_to(session, bounce.original_ids, address):
                outbox.note_unreachable(session, address, now=now)
    elif judged.verdict.outcome not in QUIET and not is_forged(judged.authentication):
        outbox.note_reachable(session, judged.inquiry.address)


def _join(session: Session, ticket: Ticket, judged: Judged, now: datetime) -> TicketMessage:
    # An automatic reply tells nothing new of the customer's matter: it is kept, and wakes nobody.
    quiet = judged.verdict.outcome in QUIET
    if not quiet:
        pressing = priority_of(judged.inquiry.question, danger=judged.in_danger)
        tickets.raise_priority(session, ticket, pressing, now=now)
    return tickets.add_incoming(session, ticket, _incoming(judged), now=now, reopen=not quiet)


def _incoming(judged: Judged) -> tickets.Incoming:
    return tickets.Incoming(
        sender=judged.inquiry.address or judged.inquiry.name,
        text=judged.inquiry.text,
        quoted=judged.inquiry.quoted,
        message_id=judged.mail.message_id[:500] if judged.mail.message_id else None,
        raw_mail_id=judged.raw_mail_id,
    )


def _new_ticket(session: Session, judged: Judged, now: datetime) -> tickets.NewTicket:
    understood, inquiry, kind = judged.understood, judged.inquiry, judged.ticket_class
    likely = threads.find_likely(session, references_of(judged.mail))
    # "W pilnych sprawach proszę dzwonić": the urgent words of a notice that nobody wrote to us press nobody.
    quiet = judged.verdict.outcome in QUIET
    return tickets.NewTicket(
        queue=understood.queue if understood else Queue.GENERAL,
        subject=inquiry.subject,
        address=inquiry.address,
        name=inquiry.name,
        level=Level.ADDRESS if inquiry.address else Level.ANONYMOUS,
        language=judged.language,
        act=understood.act if understood else None,
        individual=understood.individual if understood else False,
        article=understood.article if understood else None,
        confidence=understood.confidence if understood else 0.0,
        likely_ticket_id=likely.id if likely else None,
        kind=kind,
        answer_by=answer_by(kind, now),
        priority=Priority.NORMAL if quiet else priority_of(inquiry.question, kind, danger=judged.in_danger),
        questions=_questions(judged),
    )


def _questions(judged: Judged) -> Sequence[Mapping[str, Any]]:
    asked = judged.understood.questions if judged.understood else ()
    return [{**asdict(question), "alternatives": list(question.alternatives)} for question in asked]


def _attach(session: Session, message: TicketMessage, judged: Judged, now: datetime) -> None:
    """Store what goes with a message beside its words: the sealed originals of what was masked, and the files."""
    sealed_values.keep(session, message, judged.inquiry.found, now=now)
    for file in judged.mail.attachments:
        kind = kind_of(file.content, file.filename, file.content_type)
        session.add(
            Attachment(
                message_id=message.id,
                filename=masked_name(file.filename)[:255],
                content_type=file.content_type[:100],
                found_type=kind.found[:100],
                danger=kind.danger.value if kind.danger else "",
                size=file.size,
                sha256=blobs.put(session, file.content),
            )
        )


def _write(
    session: Session, ticket: Ticket, judged: Judged, office: Office, writer: Writer | None, now: datetime
) -> None:
    """Put the letter that answers a mail into the outbox, and among the ticket's messages what answers its question."""
    address, reply = judged.inquiry.address, reply_to(judged, office)
    if reply is Reply.NONE or not address or office.is_own(address):
        return
    letter = writer.write(session, reply, ticket, judged, office, now) if writer else None
    if letter is None:
        # What needs the knowledge is left to a person where there is none.
        reply = reply if reply in ALONE else Reply.ACKNOWLEDGEMENT
        letter = plain_letter(reply, ticket, judged, office)
    if letter is None:
        return
    message_id = judged.mail.message_id or ""
    references = [*judged.mail.references, *filter(None, (message_id,))]
    mail = outbox.enqueue(
        session,
        kind=reply.value,
        recipient=address,
        letter=letter,
        ticket_id=ticket.id,
        in_reply_to=message_id,
        references=" ".join(references[-REFERENCES:]),
        automatic=True,
        now=now,
        domain=office.domain,
        reply_address=office.reply_address,
    )
    if reply is Reply.ANSWER:
        ticket_answers.answer_automatically(
            session, ticket, wording("assistant"), letter.body, mail.message_id, now=now
        )


ALONE = frozenset(Reply) - ANSWERING - {Reply.ACCOUNT}
"""Letters that need no knowledge."""
