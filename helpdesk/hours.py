"""When consultants are there: by the house's calendar, or always, as in a demonstration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from helpdesk.calendar import Calendar
from helpdesk.polish_days import WARSAW, feasts, is_working_day

__all__ = ["WARSAW", "AlwaysOpen", "Hours", "OfficeHours", "feasts", "is_working_day"]


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
    """The house's hours by its calendar of this moment; without a house Monday to Friday 7:00-18:00.

    Attributes:
        calendar: gives the calendar each time it is asked for (`helpdesk.house_calendar.LiveCalendar`).
    """

    calendar: Callable[[], Calendar] = Calendar

    def is_open(self, now: datetime) -> bool:
        """Return whether consultants are there at this instant (aware)."""
        return self.calendar().is_open(now)

    def next_opening(self, now: datetime) -> datetime:
        """Return when consultants come next, in Warsaw time; the instant itself when they are there."""
        return self.calendar().next_opening(now)

    def open_between(self, begin: datetime, end: datetime) -> timedelta:
        """Return how much of the time from `begin` to `end` (aware) lies in the hours; none when they are reversed."""
        return self.calendar().open_between(begin, end)


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
