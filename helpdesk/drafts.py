"""Drafts: what somebody has begun to write and not sent, sealed, one for each person and thing written for."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from helpdesk.tables import Draft

LONGEST = 20_000
"""Characters that are kept."""


def subject_of(ticket_id: int, part: str) -> str:
    """Return what a draft is written for, such as `ticket:12:answer`."""
    return f"ticket:{ticket_id}:{part}"


def keep(session: Session, staff_id: int, subject: str, text: str, *, now: datetime) -> None:
    """Keep what somebody has written so far; nothing written keeps nothing (flushed, not committed)."""
    if not text.strip():
        drop(session, staff_id, subject)
        return
    # Two pages of one person may save at once: the later words count.
    insert = postgresql.insert(Draft) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(Draft)
    values = {"text": text[:LONGEST], "updated_at": now}
    adding = insert.values(staff_id=staff_id, subject=subject, **values)
    session.execute(adding.on_conflict_do_update(index_elements=["staff_id", "subject"], set_=values))


def find(session: Session, staff_id: int, subject: str) -> Draft | None:
    """Return what somebody has begun to write, or None."""
    return session.scalar(select(Draft).where(Draft.staff_id == staff_id, Draft.subject == subject))


def drop(session: Session, staff_id: int, subject: str) -> None:
    """Forget a draft, as when it was sent."""
    mine = delete(Draft).where(Draft.staff_id == staff_id, Draft.subject == subject)
    session.execute(mine.execution_options(synchronize_session=False))


def erase_of_tickets(session: Session, ticket_ids: Collection[int]) -> int:
    """Delete everybody's drafts for these tickets; returns how many went."""
    if not ticket_ids:
        return 0
    theirs = or_(*(Draft.subject.startswith(f"ticket:{number}:", autoescape=True) for number in ticket_ids))
    gone = session.scalars(delete(Draft).where(theirs).returning(Draft.id).execution_options(synchronize_session=False))
    return len(gone.all())
