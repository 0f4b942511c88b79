"""Watching a ticket: who does sees that it changed since they last looked."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.tables import Staff, Ticket, TicketWatcher


def watch(session: Session, ticket: Ticket, staff: Staff, *, now: datetime) -> None:
    """Let somebody watch a ticket; they have seen it as it is now."""
    if session.get(TicketWatcher, (ticket.id, staff.id)) is None:
        session.add(TicketWatcher(ticket_id=ticket.id, staff_id=staff.id, seen_at=now))
        audit.record(session, f"ticket:{ticket.id}", "watched", now=now, by=staff)


def unwatch(session: Session, ticket: Ticket, staff: Staff, *, now: datetime) -> None:
    """End that."""
    found = session.get(TicketWatcher, (ticket.id, staff.id))
    if found is not None:
        session.delete(found)
        audit.record(session, f"ticket:{ticket.id}", "unwatched", now=now, by=staff)


def is_watched(session: Session, ticket_id: int, staff: Staff) -> bool:
    """Return whether somebody watches a ticket."""
    return session.get(TicketWatcher, (ticket_id, staff.id)) is not None


def has_news(session: Session, ticket: Ticket, staff: Staff) -> bool:
    """Return whether somebody watches a ticket that changed since they looked."""
    found = session.get(TicketWatcher, (ticket.id, staff.id))
    return found is not None and (found.seen_at is None or found.seen_at < ticket.updated_at)


def looked(session: Session, ticket_id: int, staff: Staff, *, now: datetime) -> None:
    """Note that somebody looks at a ticket, if they watch it."""
    mine = TicketWatcher.ticket_id == ticket_id, TicketWatcher.staff_id == staff.id
    session.execute(update(TicketWatcher).where(*mine).values(seen_at=now))


def news_count(session: Session, staff: Staff) -> int:
    """Return how many of the tickets somebody watches changed since they looked."""
    news = TicketWatcher.staff_id == staff.id, TicketWatcher.seen_at < Ticket.updated_at
    counted = select(func.count()).select_from(TicketWatcher).join(Ticket, Ticket.id == TicketWatcher.ticket_id)
    return session.scalar(counted.where(*news)) or 0
