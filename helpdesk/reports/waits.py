"""How long customers waited for a person in the chat, and how their waits ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from helpdesk.lifecycle import WaitOutcome
from helpdesk.queues import Queue
from helpdesk.reports.measures import NONE, Rows, SecondsBetween, Spread, share, spread, spreads
from helpdesk.reports.scope import Channel, Scope
from helpdesk.tables import Wait


@dataclass(frozen=True)
class Waits:
    """The waits that began in a period.

    Attributes:
        begun: all of them.
        ended: how many ended in each way; the rest lasts.
        in_time: how many ended with a consultant within the house's time.
        place: the mean place in the queue at the beginning, 1 for the next one; None without any.
        taken: seconds until a consultant took the chat, of those that one took.
    """

    begun: int = 0
    ended: Mapping[WaitOutcome, int] = field(default_factory=dict)
    in_time: int = 0
    place: float | None = None
    taken: Spread = NONE

    def number(self, outcome: WaitOutcome) -> int:
        """Return how many waits ended in a way."""
        return self.ended.get(outcome, 0)

    @property
    def over(self) -> int:
        """Return how many ended in any way."""
        return sum(self.ended.values())

    @property
    def service_level(self) -> float | None:
        """Return which part of the ended waits ended with a consultant within the house's time, 0 to 1."""
        return share(self.in_time, self.over)


def waits(session: Session, scope: Scope, *, within: int) -> Waits:
    """Return the waits of a scope together; none when only mail is wanted.

    Args:
        session: the unit of work.
        scope: what is counted.
        within: seconds within which a wait counts as ended in time.
    """
    if not scope.takes(Channel.CHAT):
        return Waits()
    return _waits(session.execute(_counted(scope, within)).all(), spread(session, _taken(scope)))


def waits_by_queue(session: Session, scope: Scope, *, within: int) -> Mapping[Queue, Waits]:
    """Return the waits of each queue that had any; see `waits`."""
    if not scope.takes(Channel.CHAT):
        return {}
    taken = spreads(session, _taken(scope))
    found: dict[Queue, list[Any]] = {}
    for row in session.execute(_counted(scope, within, Wait.queue)):
        found.setdefault(row.queue, []).append(row)
    return {queue: _waits(found[queue], taken.get(queue, NONE)) for queue in Queue if queue in found}


def _waits(rows: Sequence[Any], taken: Spread) -> Waits:
    begun = sum(row.number for row in rows)
    return Waits(
        begun=begun,
        ended={row.outcome: row.number for row in rows if row.outcome is not None},
        in_time=sum(int(row.in_time or 0) for row in rows),
        place=sum(int(row.places) for row in rows) / begun if begun else None,
        taken=taken,
    )


def _counted(scope: Scope, within: int, *by: Any) -> Rows:
    took = SecondsBetween(Wait.began_at, Wait.ended_at)
    soon = func.sum(case(((Wait.outcome == WaitOutcome.TAKEN) & (took <= within), 1), else_=0))
    columns = (Wait.outcome, func.count().label("number"), func.sum(Wait.place).label("places"), soon.label("in_time"))
    return (
        select(*columns, *by).where(scope.within(Wait.began_at), scope.of_queue(Wait.queue)).group_by(Wait.outcome, *by)
    )


def _taken(scope: Scope) -> Rows:
    took = SecondsBetween(Wait.began_at, Wait.ended_at)
    return select(Wait.queue.label("key"), took.label("value")).where(
        scope.within(Wait.began_at), scope.of_queue(Wait.queue), Wait.outcome == WaitOutcome.TAKEN
    )
