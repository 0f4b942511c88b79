"""Reading the audit: who did what to which subject, newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk.hours import WARSAW
from helpdesk.tables import AuditEntry

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """Which entries are shown.

    Attributes:
        subject: such as `ticket:12`, or a kind alone, such as `ticket`; empty for all.
        staff_id: who did it; None for anybody.
        action: the deed; empty for all.
        day: the day in Warsaw; None for any.
        before: only entries with a smaller id, for the next page; None for the newest.
    """

    subject: str = ""
    staff_id: int | None = None
    action: str = ""
    day: date | None = None
    before: int | None = None


def entries(session: Session, wanted: Wanted) -> Sequence[AuditEntry]:
    """Return up to `PAGE` + 1 entries, the newest first; the one more tells that there is a next page."""
    query = select(AuditEntry).options(joinedload(AuditEntry.staff)).order_by(AuditEntry.id.desc())
    if wanted.subject:
        kind = AuditEntry.subject.startswith(f"{wanted.subject}:", autoescape=True)
        query = query.where((AuditEntry.subject == wanted.subject) | kind)
    if wanted.staff_id is not None:
        query = query.where(AuditEntry.staff_id == wanted.staff_id)
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.day is not None:
        query = query.where(AuditEntry.at >= _midnight(wanted.day), AuditEntry.at < _midnight(_next(wanted.day)))
    if wanted.before is not None:
        query = query.where(AuditEntry.id < wanted.before)
    return session.scalars(query.limit(PAGE + 1)).all()


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), WARSAW)
