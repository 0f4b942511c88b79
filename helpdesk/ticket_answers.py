"""Answers to a ticket: a consultant's by mail through the outbox, and one that a letter gave without a person."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit, clocks, outbox, tickets
from helpdesk.letters import Letter
from helpdesk.lifecycle import Direction, TicketStatus
from helpdesk.tables import Staff, Ticket, TicketMessage


def answer(
    session: Session,
    ticket: Ticket,
    staff: Staff,
    letter: Letter,
    text: str,
    *,
    domain: str,
    now: datetime,
    reply_address: str = "",
    channel: str = "mail",
    reader_id: int | None = None,
) -> TicketMessage:
    """Answer the customer by mail through the outbox; the ticket then waits for the customer.

    Args:
        session: the unit of work.
        ticket: what is answered.
        staff: who answers.
        letter: what is sent.
        text: the consultant's own words (masked), for the ticket.
        domain: the domain in which the Message-ID is made.
        now: the instant.
        reply_address: see `outbox.enqueue`.
        channel: how the text itself goes; by `verified` the letter only says that it waits.
        reader_id: the customer who alone may read it then.
    """
    earlier = session.scalars(
        select(TicketMessage.message_id)
        .where(TicketMessage.ticket_id == ticket.id, TicketMessage.message_id.is_not(None))
        .order_by(TicketMessage.id)
    ).all()
    references = [message_id for message_id in earlier if message_id]
    mail = outbox.enqueue(
        session,
        kind="answer",
        recipient=ticket.address,
        letter=letter,
        ticket_id=ticket.id,
        in_reply_to=references[-1] if references else "",
        references=" ".join(references[-10:]),
        automatic=False,
        now=now,
        domain=domain,
        reply_address=reply_address,
    )
    message = TicketMessage(
        ticket_id=ticket.id,
        direction=Direction.OUT,
        sender=staff.name,
        text=text,
        channel=channel,
        reader_id=reader_id,
        message_id=mail.message_id,
        staff_id=staff.id,
        created_at=now,
    )
    session.add(message)
    ticket.consultant_id = ticket.consultant_id or staff.id
    tickets.touch(ticket, now)
    if ticket.status is not TicketStatus.PENDING:
        if ticket.status in tickets.OVER:
            tickets.move(session, ticket, TicketStatus.OPEN, staff, now)
        clocks.answered(session, ticket, now)
        tickets.move(session, ticket, TicketStatus.PENDING, staff, now)
    audit.record(session, f"ticket:{ticket.id}", "answered", now=now, by=staff)
    return message


def answer_automatically(
    session: Session, ticket: Ticket, sender: str, text: str, message_id: str, *, now: datetime
) -> TicketMessage:
    """Note that a letter without a person answered the ticket, which now waits for what the customer says to it.

    Args:
        session: the unit of work.
        ticket: what was answered.
        sender: what the assistant is called at the desk.
        text: the letter's words.
        message_id: the letter's.
        now: the instant.
    """
    message = TicketMessage(
        ticket_id=ticket.id,
        direction=Direction.OUT,
        sender=sender,
        text=text,
        message_id=message_id,
        created_at=now,
    )
    session.add(message)
    clocks.answered(session, ticket, now)
    tickets.move(session, ticket, TicketStatus.PENDING, None, now)
    audit.record(session, f"ticket:{ticket.id}", "answered automatically", now=now)
    return message
