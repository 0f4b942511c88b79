"""Saved views: a filter of the tickets under a name, of one's own or for everybody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import NotFound, TooMany
from helpdesk.roles import Permission, may
from helpdesk.tables import SavedView, Staff

LONGEST_NAME = 80
MOST = 50
"""Views that one person may keep."""


def of(session: Session, staff: Staff) -> Sequence[SavedView]:
    """Return somebody's views and the shared ones, by name."""
    mine = or_(SavedView.staff_id == staff.id, SavedView.shared)
    return session.scalars(select(SavedView).where(mine).order_by(SavedView.name, SavedView.id).limit(200)).all()


def save(session: Session, staff: Staff, name: str, query: str, *, shared: bool, now: datetime) -> SavedView:
    """Keep a filter under a name.

    Raises:
        TooMany: somebody keeps as many as there may be.
    """
    kept = session.scalar(select(func.count()).select_from(SavedView).where(SavedView.staff_id == staff.id)) or 0
    if kept >= MOST:
        raise TooMany("saved views")
    view = SavedView(staff_id=staff.id, name=name[:LONGEST_NAME], query=query, shared=shared, created_at=now)
    session.add(view)
    session.flush()
    if shared:
        audit.record(session, f"view:{view.id}", "view shared", now=now, by=staff)
    return view


def changeable(session: Session, view_id: int, staff: Staff) -> SavedView:
    """Return a view that somebody may rename or delete: their own, and shared ones for who leads.

    Raises:
        NotFound: there is none for them.
    """
    view = session.get(SavedView, view_id)
    if view is None or not is_changeable(view, staff):
        raise NotFound(f"view {view_id}")
    return view


def is_changeable(view: SavedView, staff: Staff) -> bool:
    """Return whether somebody may rename or delete a view."""
    return view.staff_id == staff.id or (view.shared and may(staff, Permission.LEAD))


def delete(session: Session, view: SavedView, staff: Staff, *, now: datetime) -> None:
    """Delete a view."""
    if view.shared:
        audit.record(session, f"view:{view.id}", "view deleted", now=now, by=staff)
    session.delete(view)
