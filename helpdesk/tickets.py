"""Tickets: opening them, adding to them, and what consultants do with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit, outbox
from helpdesk.case_numbers import CaseKind, case_number
from helpdesk.errors import NotFound
from helpdesk.letters import Letter
from helpdesk.lifecycle import Direction, Level, TicketClass, TicketStatus, check_ticket_move
from helpdesk.queues import Queue
from helpdesk.secrets import new_token
from helpdesk.tables import Customer, OutboxMail, Staff, Ticket, TicketMessage


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
    ticket.updated_at = now
    if reopen and ticket.status in {TicketStatus.PENDING, TicketStatus.SOLVED, TicketStatus.CLOSED}:
        _move(session, ticket, TicketStatus.OPEN, None, now)
    session.flush()
    return message


def find_thread(session: Session, message_ids: Sequence[str], address: str) -> Ticket | None:
    """Return the ticket that a mail continues: it refers to a mail of the ticket AND comes from its address."""
    likely = _referred(session, message_ids)
    return likely if likely is not None and likely.address and likely.address == address.strip().lower() else None


def find_likely(session: Session, message_ids: Sequence[str], subject: str) -> Ticket | None:
    """Return the ticket that a stranger's mail seems to mean, to be suggested and never joined."""
    number = next((word.strip("[]():.,") for word in subject.split() if word.strip("[]():.,").startswith("OK-")), None)
    named = session.scalar(select(Ticket).where(Ticket.number == number)) if number else None
    return _referred(session, message_ids) or named


def _referred(session: Session, message_ids: Sequence[str]) -> Ticket | None:
    if not message_ids:
        return None
    sent = select(OutboxMail.ticket_id).where(OutboxMail.message_id.in_(message_ids), OutboxMail.ticket_id.is_not(None))
    received = select(TicketMessage.ticket_id).where(TicketMessage.message_id.in_(message_ids))
    ticket_id = session.scalar(sent.limit(1)) or session.scalar(received.limit(1))
    return session.get(Ticket, ticket_id) if ticket_id else None


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
        _move(session, ticket, TicketStatus.OPEN, staff, now)
    audit.record(session, f"ticket:{ticket.id}", "taken", now=now, by=staff)


def answer(
    session: Session, ticket: Ticket, staff: Staff, letter: Letter, text: str, *, domain: str, now: datetime
) -> TicketMessage:
    """Answer the customer by mail through the outbox; the ticket then waits for the customer."""
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
    )
    message = TicketMessage(
        ticket_id=ticket.id,
        direction=Direction.OUT,
        sender=staff.name,
        text=text,
        message_id=mail.message_id,
        staff_id=staff.id,
        created_at=now,
    )
    session.add(message)
    ticket.consultant_id = ticket.consultant_id or staff.id
    ticket.updated_at = now
    if ticket.status is not TicketStatus.PENDING:
        if ticket.status in {TicketStatus.SOLVED, TicketStatus.CLOSED}:
            _move(session, ticket, TicketStatus.OPEN, staff, now)
        _move(session, ticket, TicketStatus.PENDING, staff, now)
    audit.record(session, f"ticket:{ticket.id}", "answered", now=now, by=staff)
    return message


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
    ticket.updated_at = now
    audit.record(session, f"ticket:{ticket.id}", "noted", now=now, by=staff)
    return message


def transfer(session: Session, ticket: Ticket, staff: Staff, queue: Queue, *, now: datetime) -> None:
    """Move a ticket to another queue, where nobody owns it yet."""
    before, ticket.queue, ticket.consultant_id = ticket.queue, queue, None
    ticket.updated_at = now
    reason = f"{before.value} -> {queue.value}"
    audit.record(session, f"ticket:{ticket.id}", "transferred", now=now, by=staff, reason=reason)


def solve(session: Session, ticket: Ticket, staff: Staff, *, now: datetime) -> None:
    """Declare a ticket solved; a reply of the customer reopens it."""
    _move(session, ticket, TicketStatus.SOLVED, staff, now)
    ticket.consultant_id = ticket.consultant_id or staff.id


def _move(session: Session, ticket: Ticket, status: TicketStatus, by: Staff | None, now: datetime) -> None:
    check_ticket_move(ticket.status, status)
    reason = f"{ticket.status.value} -> {status.value}"
    ticket.status, ticket.updated_at = status, now
    audit.record(session, f"ticket:{ticket.id}", "moved", now=now, by=by, reason=reason)
