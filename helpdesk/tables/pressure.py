"""How much a ticket presses, as one number by which indexes sort; kept whoever changes the ticket."""

from sqlalchemy import Connection, event
from sqlalchemy.orm import Mapper

from helpdesk.lifecycle import Priority, TicketStatus
from helpdesk.tables.tickets import Ticket

PENDING, SOLVED, CLOSED = 1, 0, -1
"""What waits for the customer or is over presses nobody; the new and open ones are above."""

_QUIET = {TicketStatus.PENDING: PENDING, TicketStatus.SOLVED: SOLVED, TicketStatus.CLOSED: CLOSED}
_ACTIVE = {priority: PENDING + place for place, priority in enumerate(reversed(Priority), start=1)}


def pressure_of(status: TicketStatus, priority: Priority) -> int:
    """Return the number: the higher, the sooner somebody should look; above 0 for every ticket that is not over."""
    return _QUIET.get(status, _ACTIVE[priority])


@event.listens_for(Ticket, "before_insert")
@event.listens_for(Ticket, "before_update")
def _keep(_mapper: Mapper[Ticket], _connection: Connection, ticket: Ticket) -> None:
    # Before the first flush a default may not be there yet.
    status, priority = ticket.status or TicketStatus.NEW, ticket.priority or Priority.NORMAL
    pressure = pressure_of(status, priority)
    if ticket.pressure != pressure:
        ticket.pressure = pressure
