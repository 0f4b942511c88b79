"""What templates of the desk ask for themselves, so that no page has to bring it."""

from fastapi import Request

from helpdesk import overdue
from helpdesk.tables import Staff, Ticket
from web.desk.clock_facts import ClockFacts, clock_of


def due_count(request: Request, staff: Staff) -> int:
    """Return how many tickets somebody should look at for their deadlines (see `overdue.told_of`)."""
    parts = request.app.state.parts
    with parts.database.reading() as session:
        return overdue.told_of(session, staff, now=parts.clock())


def ticket_clock(request: Request, ticket: Ticket) -> ClockFacts:
    """Return what is told of a ticket's deadlines at this moment."""
    parts = request.app.state.parts
    with parts.database.reading() as session:
        return clock_of(parts, ticket, session)
