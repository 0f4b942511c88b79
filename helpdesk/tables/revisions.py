"""Every change of a ticket gets a number, whoever makes it; the clock's own bookkeeping is no change."""

from collections.abc import Iterable

from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import Mapper

from helpdesk.tables.tickets import Ticket

UNCOUNTED = frozenset(
    {"revision", "clock_resumed_at", "clock_used", "response_due_at", "solution_due_at", "due_at"}
    | {"warned_at", "escalated_at"}
)
"""Columns whose change alone refuses nobody's form: they move by themselves as time passes."""


@event.listens_for(Ticket, "before_update")
def _count(_mapper: Mapper[Ticket], _connection: Connection, ticket: Ticket) -> None:
    if _changed(ticket) - UNCOUNTED:
        count(ticket)


def count(ticket: Ticket) -> None:
    """Count a change of a ticket, also one that stands in other tables; the database adds, so that none is lost."""
    if inspect(ticket).persistent:
        ticket.revision = Ticket.revision + 1  # an expression until it is written


def _changed(ticket: Ticket) -> frozenset[str]:
    state = inspect(ticket)
    columns: Iterable[str] = state.mapper.column_attrs.keys()
    return frozenset(name for name in columns if state.attrs[name].history.has_changes())
