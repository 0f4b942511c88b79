"""The number beside the navigation's link to the deadlines, asked for by the template itself."""

from fastapi import Request

from helpdesk import overdue
from helpdesk.tables import Staff


def due_count(request: Request, staff: Staff) -> int:
    """Return how many tickets somebody should look at for their deadlines (see `overdue.told_of`)."""
    parts = request.app.state.parts
    with parts.database.reading() as session:
        return overdue.told_of(session, staff, now=parts.clock())
