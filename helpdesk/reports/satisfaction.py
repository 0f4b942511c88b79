"""Whether customers called answers helpful: by their group, whose words they were, queue and channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from helpdesk.reports.scope import Channel, Scope
from helpdesk.tables import Rating

FEWEST = 10
"""With fewer ratings no share is told: it would speak of chance, and perhaps of one known customer."""


class By(str, Enum):
    """What ratings are told apart by."""

    PROFILE = "profile"
    PART = "part"
    QUEUE = "queue"
    CHANNEL = "channel"


@dataclass(frozen=True)
class Satisfaction:
    """How ratings were.

    Attributes:
        helpful: how many called an answer helpful.
        number: how many ratings there were.
    """

    helpful: int = 0
    number: int = 0

    @property
    def share(self) -> float | None:
        """Return which part was helpful, 0 to 1; None when there are fewer than `FEWEST` ratings."""
        return self.helpful / self.number if self.number >= FEWEST else None


_CHANNEL = case((Rating.ticket_id.is_not(None), Channel.MAIL.value), else_=Channel.CHAT.value)


def satisfaction(session: Session, scope: Scope) -> Satisfaction:
    """Return the ratings of a scope together."""
    helpful, number = session.execute(select(*_numbers()).where(*_wanted(scope))).one()
    return Satisfaction(int(helpful or 0), number)


def satisfaction_by(session: Session, scope: Scope, by: By) -> Mapping[Any, Satisfaction]:
    """Return the ratings apart, by their key: a profile's name, an `Author`, a `Queue` or a `Channel`'s name.

    The key is None where it is not known; keys without ratings are left out.
    """
    key = {By.PROFILE: Rating.profile, By.PART: Rating.part, By.QUEUE: Rating.queue, By.CHANNEL: _CHANNEL}[by]
    rows = select(key.label("key"), Rating.helpful).where(*_wanted(scope)).subquery()
    helpful = func.sum(case((rows.c.helpful.is_(True), 1), else_=0))
    counted = select(rows.c.key, helpful, func.count()).group_by(rows.c.key)
    return {found: Satisfaction(int(good or 0), many) for found, good, many in session.execute(counted)}


def _numbers() -> tuple[Any, Any]:
    return func.sum(case((Rating.helpful.is_(True), 1), else_=0)), func.count()


def _wanted(scope: Scope) -> list[Any]:
    conditions = [scope.within(Rating.created_at), scope.of_queue(Rating.queue)]
    if scope.channel is Channel.MAIL:
        conditions.append(Rating.ticket_id.is_not(None))
    elif scope.channel is Channel.CHAT:
        conditions.append(Rating.ticket_id.is_(None))
    return conditions
