"""The days a report is about: whole days in Warsaw, with the days before them to compare with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from helpdesk.polish_days import WARSAW

LONGEST = 366
"""Days of the longest period; a longer one is cut at its end."""


class Preset(str, Enum):
    """Periods that have a name; `own` is given by its days."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    DAYS_30 = "days_30"
    MONTH = "month"
    MONTH_BEFORE = "month_before"
    OWN = "own"


@dataclass(frozen=True)
class Period:
    """Days in Warsaw, the first and the last included.

    Attributes:
        first: the first day.
        last: the last day.
        until: the instant (aware UTC) at which it ends before its last day does; None for the whole day.
    """

    first: date
    last: date
    until: datetime | None = None

    @property
    def begin(self) -> datetime:
        """Return the first instant (UTC)."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """Return the first instant (UTC) that is no longer in it."""
        return self.until or midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> Sequence[date]:
        """Return its days in their order."""
        return [self.first + timedelta(days=number) for number in range(self.length)]

    @property
    def length(self) -> int:
        """Return how many days it has, a begun one included."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """Return as many days just before it; they end at the same time of the day when this one is not over."""
        back = timedelta(days=self.length)
        until = None
        if self.until is not None:
            local = self.until.astimezone(WARSAW)
            until = datetime.combine(local.date() - back, local.time(), WARSAW).astimezone(UTC)
        return Period(self.first - back, self.last - back, until)

    @property
    def whole(self) -> "Period":
        """Return the same days to their end."""
        return replace(self, until=None)

    def up_to(self, now: datetime) -> "Period":
        """Return the period as far as it has gone at an instant; unchanged when it is over or still to come."""
        return replace(self, until=now) if self.begin < now < self.end else self


def midnight(day: date) -> datetime:
    """Return the instant (UTC) at which a day begins in Warsaw."""
    return datetime.combine(day, time(), WARSAW).astimezone(UTC)


def today(now: datetime) -> date:
    """Return which day it is in Warsaw at an instant (aware)."""
    return now.astimezone(WARSAW).date()


def period_of(preset: Preset, *, now: datetime, first: date | None = None, last: date | None = None) -> Period:
    """Return the days that a preset means at an instant (aware).

    Args:
        preset: which; `own` takes the days given, in their order, `LONGEST` at most.
        now: the instant.
        first: the first day of `own`; the last one when not given.
        last: the last day of `own`; today when not given.
    """
    day = today(now)
    month = day.replace(day=1)
    yesterday = day - timedelta(days=1)
    if preset is Preset.OWN:
        last = last or max(day, first or day)
        first, last = sorted((first or last, last))
        found = Period(first, min(last, first + timedelta(days=LONGEST - 1)))
    else:
        before = month - timedelta(days=1)
        found = {
            Preset.TODAY: Period(day, day),
            Preset.YESTERDAY: Period(yesterday, yesterday),
            Preset.WEEK: Period(day - timedelta(days=6), day),
            Preset.DAYS_30: Period(day - timedelta(days=29), day),
            Preset.MONTH: Period(month, day),
            Preset.MONTH_BEFORE: Period(before.replace(day=1), before),
        }[preset]
    return found.up_to(now)
