"""Callbacks and e-visits whose time lay in the period: kept, missed, called off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.lifecycle import CallbackStatus, VisitStatus
from helpdesk.reports.measures import as_counts, share
from helpdesk.reports.scope import Scope
from helpdesk.tables import Callback, Visit

HOUR = timedelta(hours=1)
"""How long a customer who ordered a call is called within."""


@dataclass(frozen=True)
class Appointments:
    """What became of appointments.

    Attributes:
        kept: calls that reached the customer, or e-visits that took place.
        missed: calls that were given up, or e-visits that did not take place.
        cancelled: called off.
        overdue: their time is over, and nobody wrote down what became of them.
        ahead: their time is still to come.
    """

    kept: int = 0
    missed: int = 0
    cancelled: int = 0
    overdue: int = 0
    ahead: int = 0

    @property
    def kept_share(self) -> float | None:
        """Return which part of those that are over and not called off was kept, 0 to 1; None without any."""
        return share(self.kept, self.kept + self.missed + self.overdue)


def callbacks(session: Session, scope: Scope, *, now: datetime) -> Appointments:
    """Return what became of the calls ordered for the period, as things stand at an instant."""
    if not scope.takes(None):
        return Appointments()
    states = _states(session, scope, Callback)
    overdue = _late(session, scope, Callback, CallbackStatus.REQUESTED, now)
    return Appointments(
        kept=states.get(CallbackStatus.DONE, 0),
        missed=states.get(CallbackStatus.FAILED, 0),
        cancelled=states.get(CallbackStatus.CANCELLED, 0),
        overdue=overdue,
        ahead=states.get(CallbackStatus.REQUESTED, 0) - overdue,
    )


def visits(session: Session, scope: Scope, *, now: datetime) -> Appointments:
    """Return what became of the e-visits of the period, as things stand at an instant."""
    if not scope.takes(None):
        return Appointments()
    states = _states(session, scope, Visit)
    overdue = _late(session, scope, Visit, VisitStatus.BOOKED, now)
    return Appointments(
        kept=states.get(VisitStatus.HELD, 0),
        missed=states.get(VisitStatus.MISSED, 0),
        cancelled=states.get(VisitStatus.CANCELLED, 0),
        overdue=overdue,
        ahead=states.get(VisitStatus.BOOKED, 0) - overdue,
    )


def _conditions(scope: Scope, table: Any) -> tuple[Any, ...]:
    # Of a period that is not over, also what is still to come today.
    whole = scope.period.whole
    return (table.starts_at >= whole.begin, table.starts_at < whole.end, scope.of_queue(table.queue))


def _states(session: Session, scope: Scope, table: Any) -> Mapping[Any, int]:
    counted = select(table.status, func.count()).where(*_conditions(scope, table)).group_by(table.status)
    return as_counts(session.execute(counted).all())


def _late(session: Session, scope: Scope, table: Any, waiting: Any, now: datetime) -> int:
    late = select(func.count()).where(
        *_conditions(scope, table), table.status == waiting, table.starts_at <= now - HOUR
    )
    return session.scalar(late) or 0
