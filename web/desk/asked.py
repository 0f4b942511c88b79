"""What templates of the desk ask for themselves, so that no page has to bring it."""

from fastapi import Request

from helpdesk import overdue, scoring_lists
from helpdesk.tables import Staff, Ticket
from web.desk.clock_facts import ClockFacts, clock_of


def due_count(request: Request, staff: Staff) -> int:
    """Return how many tickets somebody should look at for their deadlines (see `overdue.told_of`)."""
    parts = request.app.state.parts
    with parts.database.reading() as session:
        return overdue.told_of(session, staff, now=parts.clock())


def unseen_cards(request: Request, staff: Staff) -> int:
    """Return how many score cards of their own work somebody has not opened yet."""
    with request.app.state.parts.database.reading() as session:
        return scoring_lists.unseen(session, staff)


def ticket_clock(request: Request, ticket: Ticket) -> ClockFacts:
    """Return what is told of a ticket's deadlines at this moment."""
    parts = request.app.state.parts
    with parts.database.reading() as session:
        return clock_of(parts, ticket, session)
