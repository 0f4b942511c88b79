"""Which ticket somebody may see or change: everything else does not exist for them."""

from fastapi import HTTPException
from sqlalchemy.orm import Session

from helpdesk import revisions, tickets
from helpdesk.errors import NotFound
from helpdesk.staff import may_work_on
from helpdesk.tables import Staff, Ticket


def visible(ticket: Ticket | None, staff: Staff) -> Ticket:
    """Return a ticket that this consultant may see; everything else does not exist for them."""
    if ticket is None or not may_work_on(staff, ticket.queue, ticket.consultant_id):
        raise HTTPException(404)
    return ticket


def locked(session: Session, ticket_id: int, staff: Staff, revision: int | None = None) -> Ticket:
    """Return a ticket that this consultant may change, locked.

    Raises:
        HTTPException: 404 for one that does not exist for them.
        Stale: the form was filled in on an older state.
    """
    try:
        ticket = visible(tickets.get_ticket(session, ticket_id), staff)
    except NotFound:
        raise HTTPException(404) from None
    # It may be here already as it was before the lock was had.
    session.refresh(ticket)
    revisions.check(ticket, revision)
    return ticket
