"""When consultants are there: Monday to Friday 7:00-18:00 in Warsaw, Polish public holidays off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays

WARSAW = ZoneInfo("Europe/Warsaw")
OPENS = time(7)
CLOSES = time(18)
FARTHEST = 30
"""Days to look ahead for the next opening; no Polish run of free days comes near it."""


class Hours(Protocol):
    """Answers whether consultants are there, and when next."""

    def is_open(self, now: datetime) -> bool:
        """Return whether consultants are there at this instant."""

    def next_opening(self, now: datetime) -> datetime:
        """Return the instant of the next opening in Warsaw time; now itself when open."""

    def open_between(self, begin: datetime, end: datetime) -> timedelta:
        """Return how much of the time from one instant to another consultants are there."""


@dataclass(frozen=True)
class OfficeHours:
    """The office's own hours on the Polish calendar (24 December is free by law since 2025)."""

    def is_open(self, now: datetime) -> bool:
        """Return whether consultants are there at this instant (aware)."""
        local = now.astimezone(WARSAW)
        return is_working_day(local.date()) and OPENS <= local.time() < CLOSES

    def next_opening(self, now: datetime) -> datetime:
        """Return when consultants come next, in Warsaw time; the instant itself when they are there."""
        local = now.astimezone(WARSAW)
        if self.is_open(now):
            return local
        first = 0 if local.time() < OPENS else 1
        days = (local.date() + timedelta(days=n) for n in range(first, FARTHEST))
        day = next(day for day in days if is_working_day(day))
        return datetime.combine(day, OPENS, WARSAW)

    def open_between(self, begin: datetime, end: datetime) -> timedelta:
        """Return how much of the time from `begin` to `end` (aware) lies in the hours; none when they are reversed."""
        first, last = begin.astimezone(WARSAW).date(), end.astimezone(WARSAW).date()
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return sum((_open_on(day, begin, end) for day in days if is_working_day(day)), timedelta())


@dataclass(frozen=True)
class AlwaysOpen:
    """Hours of a demonstration: somebody is always there."""

    def is_open(self, now: datetime) -> bool:
        """Return True."""
        return True

    def next_opening(self, now: datetime) -> datetime:
        """Return the instant itself in Warsaw time."""
        return now.astimezone(WARSAW)

    def open_between(self, begin: datetime, end: datetime) -> timedelta:
        """Return the whole time."""
        return max(end - begin, timedelta())


def _open_on(day: date, begin: datetime, end: datetime) -> timedelta:
    # Subtracting within one zone would count clock faces; in UTC it counts time.
    opens, closes = (datetime.combine(day, hour, WARSAW).astimezone(UTC) for hour in (OPENS, CLOSES))
    return max(min(end, closes) - max(begin, opens), timedelta())


def is_working_day(day: date) -> bool:
    """Return whether the office works on this day."""
    return day.weekday() < 5 and day not in _polish_holidays(day.year)


def feasts(year: int) -> Mapping[date, str]:
    """Return the days of a year that are free by law beside the Sundays, with their Polish names."""
    return _polish_holidays(year)


@lru_cache(maxsize=64)
def _polish_holidays(year: int) -> Mapping[date, str]:
    return dict(holidays.country_holidays("PL", years=year))
