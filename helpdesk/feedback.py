"""Complaints, praise, suggestions, matters of personal data and questions left in the chat: they become tickets."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import letters, outbox, tickets
from helpdesk.answer_times import answer_by, class_rules
from helpdesk.lifecycle import Level, TicketClass
from helpdesk.queues import Queue
from helpdesk.tables import Ticket
from helpdesk.tickets import Incoming, NewTicket

MOST_LETTERS = 10
"""Automatic letters to one address a day, unless the settings say otherwise: a typed address may be another's."""


@dataclass(frozen=True)
class FromChat:
    """What a customer leaves in the chat.

    Attributes:
        kind: its class.
        text: the customer's words, already masked.
        address: where the answer goes; None when the customer gave none.
        request_key: made once for each dialogue, at most 64 characters.
        queue: whose work it is.
    """

    kind: TicketClass
    text: str
    request_key: str
    queue: Queue = Queue.GENERAL
    address: str | None = None
    conversation_id: int | None = None
    customer_id: int | None = None
    level: Level = Level.ANONYMOUS


def open_from_chat(
    session: Session, new: FromChat, *, now: datetime, domain: str, most_letters: int = MOST_LETTERS
) -> Ticket:
    """Open a ticket of its class, with an acknowledgement in the outbox when an address is known (flushed).

    A request repeated under the same key opens one ticket.

    Args:
        session: the unit of work.
        new: what the customer left.
        now: the instant, which begins the statutory time to answer.
        domain: the domain in which the Message-ID of the acknowledgement is made.
        most_letters: automatic letters that one address gets a day.
    """
    known = _by_key(session, new.request_key)
    if known is not None:
        return known
    try:
        with session.begin_nested():
            ticket = tickets.open_ticket(session, _ticket(new, now), now=now)
    except IntegrityError:
        known = _by_key(session, new.request_key)  # the same request came twice at once
        if known is None:
            raise
        return known
    tickets.add_incoming(session, ticket, Incoming(ticket.address, new.text), now=now)
    if ticket.address and outbox.automatic_answers(session, ticket.address, now=now) < most_letters:
        _acknowledge(session, ticket, now, domain)
    return ticket


def _by_key(session: Session, request_key: str) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.request_key == request_key))


def _ticket(new: FromChat, now: datetime) -> NewTicket:
    address = (new.address or "").strip()
    return NewTicket(
        queue=new.queue,
        subject=class_rules()[new.kind].subject,
        address=address,
        channel="chat",
        level=Level.ADDRESS if address and new.level is Level.ANONYMOUS else new.level,
        kind=new.kind,
        answer_by=answer_by(new.kind, now),
        request_key=new.request_key,
        conversation_id=new.conversation_id,
        customer_id=new.customer_id,
    )


def _acknowledge(session: Session, ticket: Ticket, now: datetime, domain: str) -> None:
    rules = class_rules()[ticket.kind]
    letter = letters.render(
        "feedback",
        number=ticket.number,
        kind=ticket.kind.value,
        title=rules.name,
        law=rules.law,
        answer_by=ticket.answer_by,
    )
    outbox.enqueue(
        session,
        kind="feedback",
        recipient=ticket.address,
        letter=letter,
        ticket_id=ticket.id,
        automatic=True,
        now=now,
        domain=domain,
    )
