"""One case made of two tickets, and a ticket of its own made of a message; the threads of their mails follow."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk import audit, ticket_words
from helpdesk.errors import BadMerge, BadSplit
from helpdesk.lifecycle import Direction, Level, TicketStatus
from helpdesk.tables import Staff, Ticket, TicketMessage
from helpdesk.tickets import OVER, WAITS_OR_OVER, NewTicket, move, open_ticket, raise_priority, touch


def merge(session: Session, ticket: Ticket, into: Ticket, staff: Staff, *, now: datetime) -> None:
    """Make one case of two: messages go over, and so do later mails of the ticket's thread (flushed, not committed).

    The ticket that was merged is over; the other one is open again when there was something left to do in it.

    Raises:
        BadMerge: it is the same ticket, or one of them was merged before.
    """
    if ticket.id == into.id or ticket.merged_into_id is not None or into.merged_into_id is not None:
        raise BadMerge(f"{ticket.number} -> {into.number}")
    was_open = ticket.status not in WAITS_OR_OVER
    session.flush()
    moved = update(TicketMessage).where(TicketMessage.ticket_id == ticket.id).values(ticket_id=into.id)
    session.execute(moved.execution_options(synchronize_session="fetch"))
    ticket_words.rebuild(session, (ticket.id, into.id))
    ticket.merged_into_id, ticket.likely_ticket_id = into.id, None
    _take_over(into, ticket)
    raise_priority(session, into, ticket.priority, now=now)
    if was_open and into.status in WAITS_OR_OVER:
        move(session, into, TicketStatus.OPEN, staff, now)
    if ticket.status not in OVER:
        move(session, ticket, TicketStatus.SOLVED, staff, now)
    if ticket.status is TicketStatus.SOLVED:
        move(session, ticket, TicketStatus.CLOSED, staff, now)
    touch(into, now)
    reason = f"{ticket.number} -> {into.number}"
    for one, action in ((ticket, "merged"), (into, "merged in")):
        audit.record(session, f"ticket:{one.id}", action, now=now, by=staff, reason=reason)
    session.flush()


def _take_over(into: Ticket, ticket: Ticket) -> None:
    """Let a ticket know what was known of the one that is merged into it."""
    if into.likely_ticket_id == ticket.id:
        into.likely_ticket_id = None
    into.individual = into.individual or ticket.individual
    into.questions = [*into.questions, *ticket.questions]
    into.conversation_id = into.conversation_id or ticket.conversation_id
    into.answer_by = min(filter(None, (into.answer_by, ticket.answer_by)), default=None)


def split(session: Session, message: TicketMessage, staff: Staff, *, now: datetime) -> Ticket:
    """Make a ticket of its own of a customer's message; mails that answer that message go there from now on.

    Raises:
        BadSplit: the message is no customer's, or the only one of its ticket.
    """
    before = session.get_one(Ticket, message.ticket_id)
    customers = TicketMessage.ticket_id == before.id, TicketMessage.direction == Direction.IN
    others = session.scalar(select(func.count()).where(*customers, TicketMessage.id != message.id))
    if message.direction is not Direction.IN or not others:
        raise BadSplit(f"message {message.id}")
    address = message.sender if "@" in message.sender else before.address
    own = address == before.address
    new = NewTicket(
        queue=before.queue,
        subject=before.subject,
        address=address,
        channel=before.channel,
        level=before.level if own else Level.ADDRESS,
        language=before.language,
        priority=before.priority,
        customer_id=before.customer_id if own else None,
    )
    ticket = open_ticket(session, new, now=now)
    message.ticket_id = ticket.id
    touch(before, now)
    reason = f"{before.number} -> {ticket.number}"
    for one, action in ((before, "split"), (ticket, "split off")):
        audit.record(session, f"ticket:{one.id}", action, now=now, by=staff, reason=reason)
    session.flush()
    return ticket
