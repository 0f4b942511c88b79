"""What the desk's page of e-visits shows: read-only queries that return plain values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.hours import WARSAW
from helpdesk.lifecycle import Company, Level, OutboxStatus, VisitStatus
from helpdesk.queues import Queue
from helpdesk.tables import OutboxMail, OutboxSms, Visit

PAGE = 50
"""Rows on one page of a list."""


@dataclass(frozen=True)
class VisitRow:
    """An e-visit of a list.

    Attributes:
        undelivered: whether a letter or a text message about it could not be delivered: somebody should call.
        over: whether its time has come, so that its outcome can be noted.
    """

    id: int
    number: str
    office: str
    starts_at: datetime
    queue: Queue
    matter: str
    company: Company
    phone: str
    email: str
    status: VisitStatus
    level: Level
    undelivered: bool
    over: bool


@dataclass(frozen=True)
class VisitFilter:
    """Which e-visits a list shows.

    Attributes:
        queues: the queues that the consultant may see.
        later: those of the days after today; else today's.
        office: only this branch's.
        page: 0 for the first `PAGE`, 1 for the next.
    """

    queues: Collection[Queue]
    later: bool = False
    office: str | None = None
    page: int = 0


def visits(session: Session, wanted: VisitFilter, *, now: datetime) -> Sequence[VisitRow]:
    """Return one page of e-visits by branch and time; cancelled ones are not shown."""
    dead_mail = exists().where(OutboxMail.visit_id == Visit.id, OutboxMail.status == OutboxStatus.DEAD)
    dead_sms = exists().where(OutboxSms.visit_id == Visit.id, OutboxSms.status == OutboxStatus.DEAD)
    query = select(Visit, or_(dead_mail, dead_sms)).where(_shown(wanted.queues, now, later=wanted.later))
    if wanted.office:
        query = query.where(Visit.office == wanted.office)
    query = query.order_by(Visit.office, Visit.starts_at, Visit.id).limit(PAGE).offset(PAGE * wanted.page)
    return [
        VisitRow(
            v.id, v.number, v.office, v.starts_at, v.queue, v.matter, v.company, v.phone, v.email, v.status, v.level,
            undelivered, v.starts_at <= now,
        )
        for v, undelivered in session.execute(query)
    ]  # fmt: skip


def visits_by_office(session: Session, queues: Collection[Queue], *, now: datetime, later: bool) -> Mapping[str, int]:
    """Return how many e-visits each branch has, today or on later days; branches without any are left out."""
    counted = select(Visit.office, func.count()).where(_shown(queues, now, later=later))
    return dict(session.execute(counted.group_by(Visit.office).order_by(Visit.office)).all())


def _shown(queues: Collection[Queue], now: datetime, *, later: bool) -> ColumnElement[bool]:
    today = datetime.combine(now.astimezone(WARSAW).date(), time(0), WARSAW)
    tomorrow = datetime.combine(now.astimezone(WARSAW).date() + timedelta(days=1), time(0), WARSAW)
    days = Visit.starts_at >= tomorrow if later else and_(Visit.starts_at >= today, Visit.starts_at < tomorrow)
    return and_(days, Visit.queue.in_(queues), Visit.status != VisitStatus.CANCELLED)
