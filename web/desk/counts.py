"""Numbers that the navigation shows."""

from fastapi import Request

from helpdesk import proposals
from web.parts import Parts


def proposals_waiting(request: Request) -> int:
    """Return how many answers wait for a second person."""
    parts: Parts = request.app.state.parts
    with parts.database.reading() as session:
        return proposals.count_waiting(session)
