"""Who of the staff has a ticket open, and who writes: so that two people at one ticket see each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from helpdesk.tables import Staff, Viewer

STALE_AFTER = timedelta(minutes=1)
"""Without a sign for so long, somebody has gone."""


@dataclass(frozen=True)
class Colleague:
    """Somebody else at the same ticket."""

    name: str
    is_writing: bool


def look(session: Session, ticket_id: int, staff: Staff, *, writing: bool, now: datetime) -> None:
    """Note that somebody has a ticket open now, and whether they are writing (flushed, not committed)."""
    insert = postgresql.insert(Viewer) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(Viewer)
    values: dict[str, datetime] = {"seen_at": now, **({"writing_at": now} if writing else {})}
    adding = insert.values(ticket_id=ticket_id, staff_id=staff.id, **values)
    session.execute(adding.on_conflict_do_update(index_elements=["ticket_id", "staff_id"], set_=values))


def leave(session: Session, ticket_id: int, staff: Staff) -> None:
    """Note that somebody is done with a ticket."""
    mine = delete(Viewer).where(Viewer.ticket_id == ticket_id, Viewer.staff_id == staff.id)
    session.execute(mine.execution_options(synchronize_session=False))


def others(session: Session, ticket_id: int, staff: Staff, *, now: datetime) -> Sequence[Colleague]:
    """Return who else has the ticket open now, by name."""
    fresh = now - STALE_AFTER
    found = (
        select(Staff.name, Viewer.writing_at)
        .join(Viewer, Viewer.staff_id == Staff.id)
        .where(Viewer.ticket_id == ticket_id, Viewer.staff_id != staff.id, Viewer.seen_at > fresh)
    )
    rows = session.execute(found.order_by(Staff.name)).all()
    return [Colleague(name, writing_at is not None and writing_at > fresh) for name, writing_at in rows]
