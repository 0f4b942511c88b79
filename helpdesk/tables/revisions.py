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
        ticket.revision = (ticket.revision or 0) + 1


def _changed(ticket: Ticket) -> frozenset[str]:
    state = inspect(ticket)
    columns: Iterable[str] = state.mapper.column_attrs.keys()
    return frozenset(name for name in columns if state.attrs[name].history.has_changes())
