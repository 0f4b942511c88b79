"""A house's calendar as a pure value: weekly hours, days that differ, Polish feasts; and counting its open time.

All instants are aware. Clock times are Warsaw's; time itself is counted in UTC, so that the days on which the clocks
change have their 23 or 25 hours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from helpdesk.polish_days import WARSAW, feasts

FARTHEST = 3 * 366
"""Days to look ahead; with at least one weekday open, and at most `MOST_DAYS` that differ, an opening lies within."""
MOST_DAYS = 100
"""Days ahead that may differ from the week."""
NONE = timedelta()
WRITTEN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)


@dataclass(frozen=True)
class Span:
    """The hours of one day; closing at 0:00 means the midnight that ends the day.

    Raises:
        ValueError: it would close before it opens.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes <= self.opens and self.closes != time(0):
            raise ValueError("closes before it opens")

    def __str__(self) -> str:
        """Write it as settings keep it, such as `07:00-18:00`."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    @classmethod
    def read(cls, written: str) -> "Span | None":
        """Return what `07:00-18:00` means; None for an empty text, a day off. Raises ValueError for anything else."""
        if not written:
            return None
        found = WRITTEN.fullmatch(written)
        if found is None:
            raise ValueError("hours are written like 07:00-18:00")
        begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
        return cls(time(begin_hour, begin_minute), time(end_hour, end_minute))


@dataclass(frozen=True)
class OtherDay:
    """A day on which the house differs from its week: other hours, or none; with its name."""

    name: str = ""
    span: Span | None = None


OFFICE = Span(time(7), time(18))
WEEK: tuple[Span | None, ...] = (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, None, None)
"""Monday to Friday 7:00-18:00, unless administrators set other hours."""


@dataclass(frozen=True)
class Calendar:
    """When a house is open.

    Attributes:
        week: the hours of Monday to Sunday; None for a day off.
        others: the days that differ, which come before the week and before feasts.

    Raises:
        ValueError: no weekday is open, or there are not seven.
    """

    week: Sequence[Span | None] = WEEK
    others: Mapping[date, OtherDay] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days, and one of them at least is open")

    def span_of(self, day: date) -> Span | None:
        """Return a day's hours; None when the house is closed on it."""
        other = self.others.get(day)
        if other is not None:
            return other.span
        return None if day in feasts(day.year) else self.week[day.weekday()]

    def name_of(self, day: date) -> str:
        """Return why a day differs from its week: the house's name for it, or the feast's; empty for a usual day."""
        other = self.others.get(day)
        return (other.name if other is not None else "") or feasts(day.year).get(day, "")

    def open_on(self, day: date) -> tuple[datetime, datetime] | None:
        """Return from which instant to which (UTC) a day is open; None when it is closed."""
        span = self.span_of(day)
        if span is None:
            return None
        end = (day, span.closes) if span.closes != time(0) else (day + timedelta(days=1), time(0))
        begin, end_at = _instant(day, span.opens), _instant(*end)
        return (begin, end_at) if begin < end_at else None

    def is_open(self, now: datetime) -> bool:
        """Return whether the house is open at this instant; at its closing it is not."""
        hours = self.open_on(now.astimezone(WARSAW).date())
        return hours is not None and hours[0] <= now < hours[1]

    def next_opening(self, now: datetime) -> datetime:
        """Return when the house opens next, in Warsaw time; the instant itself when it is open."""
        begin, _ = next(self._spans(now))
        return max(begin, now.astimezone(UTC)).astimezone(WARSAW)

    def open_between(self, begin: datetime, end: datetime) -> timedelta:
        """Return how much of the time from `begin` to `end` the house is open; none when they are reversed."""
        # Subtracting within one zone would count clock faces; in UTC it counts time.
        begin, end = begin.astimezone(UTC), end.astimezone(UTC)
        first, last = begin.astimezone(WARSAW).date(), end.astimezone(WARSAW).date()
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        hours = (self.open_on(day) for day in days)
        return sum((max(min(end, till) - max(begin, since), NONE) for since, till in filter(None, hours)), NONE)

    def add_open(self, begin: datetime, amount: timedelta) -> datetime:
        """Return the first instant (UTC) at which so much open time has passed since `begin`; `begin` for none."""
        now = begin.astimezone(UTC)
        if amount <= NONE:
            return now
        for since, till in self._spans(now):
            within = till - max(since, now)
            if within >= amount:
                return max(since, now) + amount
            amount -= within
        raise AssertionError("the spans have no end")

    def _spans(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Give the open spans that end after an instant, without end.

        Raises:
            ValueError: the house does not open within `FARTHEST` days.
        """
        day, closed = now.astimezone(WARSAW).date(), 0
        now = now.astimezone(UTC)
        while closed < FARTHEST:
            hours = self.open_on(day)
            day, closed = day + timedelta(days=1), closed + 1
            if hours is not None and hours[1] > now:
                closed = 0
                yield hours
        raise ValueError("the house never opens")


def _instant(day: date, hour: time) -> datetime:
    """Return the first instant (UTC) of a day at which the clocks in Warsaw show an hour, or a later one."""
    found = datetime.combine(day, hour, WARSAW).astimezone(UTC)
    # An hour that the clocks leave out is over when they change: at 1:00 UTC everywhere in the Union (2000/84/EC).
    skipped = found.astimezone(WARSAW).time() != hour
    return datetime.combine(day, time(1), UTC) if skipped else found
