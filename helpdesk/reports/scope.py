"""What a report is about: a period, one queue or all, one channel or both; and the conditions that follow."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, true

from helpdesk.queues import Queue
from helpdesk.reports.periods import Period


class Channel(str, Enum):
    """How customers write."""

    CHAT = "chat"
    MAIL = "mail"


@dataclass(frozen=True)
class Scope:
    """What is counted.

    Attributes:
        period: the days.
        queue: only this queue; None for all, and for what has none.
        channel: only this channel; None for both, and for callbacks and e-visits.
    """

    period: Period
    queue: Queue | None = None
    channel: Channel | None = None

    @property
    def before(self) -> "Scope":
        """Return the same for the days just before."""
        return replace(self, period=self.period.before)

    def takes(self, channel: Channel | None) -> bool:
        """Return whether a channel is counted; None stands for callbacks and e-visits, which are no channel of text."""
        return self.channel is None or self.channel is channel

    def within(self, moment: Any) -> ColumnElement[bool]:
        """Return the condition that a column of instants lies in the period."""
        return and_(moment >= self.period.begin, moment < self.period.end)

    def of_queue(self, queue: Any) -> ColumnElement[bool]:
        """Return the condition that a column of queues holds the wanted one."""
        return true() if self.queue is None else queue == self.queue
