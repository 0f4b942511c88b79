"""Tickets: opening them, adding to them, and what consultants do with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit, clocks
from helpdesk.case_numbers import CaseKind, case_number
from helpdesk.errors import NotFound
from helpdesk.lifecycle import Direction, Level, Priority, TicketClass, TicketStatus, check_ticket_move
from helpdesk.priorities import higher
from helpdesk.queues import Queue
from helpdesk.secrets import new_token
from helpdesk.tables import Customer, Staff, Ticket, TicketMessage
from helpdesk.tables.revisions import count

OVER = frozenset({TicketStatus.SOLVED, TicketStatus.CLOSED})
WAITS_OR_OVER = OVER | {TicketStatus.PENDING}


@dataclass(frozen=True)
class NewTicket:
    """What is known of a case when it is opened."""

    queue: Queue
    subject: str
    address: str
    name: str = ""
    channel: str = "mail"
    level: Level = Level.ADDRESS
    language: str = "pl"
    act: str | None = None
    individual: bool = False
    article: str | None = None
    confidence: float = 0.0
    likely_ticket_id: int | None = None
    kind: TicketClass = TicketClass.QUESTION
    priority: Priority = Priority.NORMAL
    questions: Sequence[Mapping[str, Any]] = ()
    """What `Ticket.questions` holds."""
    answer_by: datetime | None = None
    request_key: str | None = None
    conversation_id: int | None = None
    customer_id: int | None = None
    """A verified customer; without one the customer is who has the address."""


@dataclass(frozen=True)
class Incoming:
    """A message of the customer; its text is already masked."""

    sender: str
    text: str
    quoted: str = ""
    message_id: str | None = None
    raw_mail_id: int | None = None


def open_ticket(session: Session, new: NewTicket, *, now: datetime) -> Ticket:
    """Open a ticket and give it its number (flushed, not committed)."""
    address = new.address.strip().lower()
    ticket = Ticket(
        number=new_token()[:20],  # a unique stand-in until the database has given the id
        queue=new.queue,
        status=TicketStatus.NEW,
        channel=new.channel,
        subject=new.subject[:500],
        address=address,
        level=new.level,
        language=new.language,
        act=new.act,
        individual=new.individual,
        article=new.article,
        confidence=new.confidence,
        likely_ticket_id=new.likely_ticket_id,
        kind=new.kind,
        priority=new.priority,
        questions=[dict(question) for question in new.questions],
        answer_by=new.answer_by,
        request_key=new.request_key,
        conversation_id=new.conversation_id,
        customer_id=new.customer_id,
        created_at=now,
        updated_at=now,
    )
    if new.customer_id is None and address:
        ticket.customer = _customer(session, address, new.name, now)
    session.add(ticket)
    session.flush()
    ticket.number = case_number(CaseKind.TICKET, ticket.id)
    clocks.refresh(session, ticket, now)
    audit.record(session, f"ticket:{ticket.id}", "opened", now=now, reason=new.channel)
    return ticket


def _customer(session: Session, address: str, name: str, now: datetime) -> Customer:
    known = session.scalar(select(Customer).where(Customer.address == address).limit(1))
    if known is None:
        known = Customer(name=name[:200], address=address, created_at=now)
        session.add(known)
    return known


def add_incoming(
    session: Session, ticket: Ticket, incoming: Incoming, *, now: datetime, reopen: bool = True
) -> TicketMessage:
    """Add a customer's message to a ticket; a ticket that waited or was over is reopened, unless told otherwise."""
    message = TicketMessage(
        ticket_id=ticket.id,
        direction=Direction.IN,
        sender=incoming.sender[:320],
        text=incoming.text,
        quoted=incoming.quoted,
        message_id=incoming.message_id[:500] if incoming.message_id else None,
        raw_mail_id=incoming.raw_mail_id,
        created_at=now,
    )
    session.add(message)
    touch(ticket, now)
    if reopen and ticket.status in WAITS_OR_OVER:
        move(session, ticket, TicketStatus.OPEN, None, now)
    session.flush()
    return message


def get_ticket(session: Session, ticket_id: int) -> Ticket:
    """Return a ticket locked for a change; raises NotFound."""
    ticket = session.get(Ticket, ticket_id, with_for_update=True)
    if ticket is None:
        raise NotFound(f"ticket {ticket_id}")
    return ticket


def take(session: Session, ticket: Ticket, staff: Staff, *, now: datetime) -> None:
    """Make a consultant the ticket's owner."""
    ticket.consultant_id = staff.id
    if ticket.status is TicketStatus.NEW:
        move(session, ticket, TicketStatus.OPEN, staff, now)
    audit.record(session, f"ticket:{ticket.id}", "taken", now=now, by=staff)


def reopen(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Bring a ticket that waits or is over back to the consultants, as when an answer did not help."""
    if ticket.status in WAITS_OR_OVER:
        move(session, ticket, TicketStatus.OPEN, None, now)


def raise_priority(session: Session, ticket: Ticket, priority: Priority, *, now: datetime) -> None:
    """Let a ticket be looked at at least so soon."""
    if higher(ticket.priority, priority) is not ticket.priority:
        audit.record(session, f"ticket:{ticket.id}", "priority raised", now=now, reason=priority.value)
        ticket.priority = priority
        clocks.refresh(session, ticket, now)


def change_priority(session: Session, ticket: Ticket, priority: Priority, staff: Staff, *, now: datetime) -> None:
    """Say how soon a ticket must be looked at."""
    if ticket.priority is not priority:
        reason = f"{ticket.priority.value} -> {priority.value}"
        ticket.priority, ticket.updated_at = priority, now
        clocks.refresh(session, ticket, now)
        audit.record(session, f"ticket:{ticket.id}", "priority changed", now=now, by=staff, reason=reason)


def assign(session: Session, ticket: Ticket, staff: Staff, owner: Staff, *, now: datetime) -> None:
    """Make a colleague the ticket's owner; who may be one is `assigning.may_own`'s to say."""
    ticket.consultant_id, ticket.updated_at = owner.id, now
    if ticket.status is TicketStatus.NEW:
        move(session, ticket, TicketStatus.OPEN, staff, now)
    audit.record(session, f"ticket:{ticket.id}", "assigned", now=now, by=staff, reason=owner.name)


def add_note(session: Session, ticket: Ticket, staff: Staff, text: str, *, now: datetime) -> TicketMessage:
    """Add an internal note (masked) that the customer never sees."""
    message = TicketMessage(
        ticket_id=ticket.id,
        direction=Direction.NOTE,
        sender=staff.name,
        text=text,
        staff_id=staff.id,
        created_at=now,
    )
    session.add(message)
    touch(ticket, now)
    audit.record(session, f"ticket:{ticket.id}", "noted", now=now, by=staff)
    return message


def transfer(session: Session, ticket: Ticket, staff: Staff, queue: Queue, *, now: datetime) -> None:
    """Move a ticket to another queue, where nobody owns it yet."""
    before, ticket.queue, ticket.consultant_id = ticket.queue, queue, None
    ticket.updated_at = now
    clocks.refresh(session, ticket, now)
    reason = f"{before.value} -> {queue.value}"
    audit.record(session, f"ticket:{ticket.id}", "transferred", now=now, by=staff, reason=reason)


def solve(session: Session, ticket: Ticket, staff: Staff, *, now: datetime) -> None:
    """Declare a ticket solved; a reply of the customer reopens it."""
    move(session, ticket, TicketStatus.SOLVED, staff, now)
    ticket.consultant_id = ticket.consultant_id or staff.id


def touch(ticket: Ticket, now: datetime) -> None:
    """Let a ticket know that something of it changed that stands in other tables, such as a message."""
    ticket.updated_at = now
    count(ticket)


def move(session: Session, ticket: Ticket, status: TicketStatus, by: Staff | None, now: datetime) -> None:
    """Bring a ticket to another status; raises IllegalMove where its life cycle has no way."""
    check_ticket_move(ticket.status, status)
    reason = f"{ticket.status.value} -> {status.value}"
    ticket.status, ticket.updated_at = status, now
    clocks.refresh(session, ticket, now)
    audit.record(session, f"ticket:{ticket.id}", "moved", now=now, by=by, reason=reason)
