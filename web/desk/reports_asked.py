"""What a report's address says: the period, the queue, the channel; what it says wrongly is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BeforeValidator

from helpdesk.queues import Queue
from helpdesk.reports.periods import Preset, period_of
from helpdesk.reports.scope import Channel, Scope

Kind = TypeVar("Kind", bound=Enum)


def _member(kind: type[Kind], otherwise: Kind | None) -> BeforeValidator:
    """Return a validator: what is no member of the set counts as not said."""

    def read(said: Any) -> Any:
        return said if said in {member.value for member in kind} or isinstance(said, kind) else otherwise

    return BeforeValidator(read)


def _day(said: Any) -> date | None:
    if isinstance(said, date) or said is None:
        return said
    try:
        found = date.fromisoformat(str(said))
    except ValueError:
        return None
    # Days that far away have no days before them, or no instants.
    return found if 2000 <= found.year <= 2200 else None


@dataclass(frozen=True)
class Shown:
    """What is shown, as the address says it."""

    period: Annotated[Preset, Query(), _member(Preset, Preset.WEEK)] = Preset.WEEK
    first: Annotated[date | None, Query(), BeforeValidator(_day)] = None
    last: Annotated[date | None, Query(), BeforeValidator(_day)] = None
    queue: Annotated[Queue | None, Query(), _member(Queue, None)] = None
    channel: Annotated[Channel | None, Query(), _member(Channel, None)] = None

    def scope(self, now: datetime) -> Scope:
        """Return what is counted, at an instant (aware)."""
        period = period_of(self.period, now=now, first=self.first, last=self.last)
        return Scope(period, self.queue, self.channel)

    def query(self, **more: str) -> str:
        """Return the words of an address that shows the same; what is as usual is left out."""
        said: dict[str, str] = {"period": self.period.value}
        if self.period is Preset.OWN:
            said |= {name: day.isoformat() for name, day in self._days.items() if day is not None}
        if self.queue is not None:
            said["queue"] = self.queue.value
        if self.channel is not None:
            said["channel"] = self.channel.value
        return urlencode(said | more)

    @property
    def _days(self) -> Mapping[str, date | None]:
        return {"first": self.first, "last": self.last}
