"""Open time counted the slow way, minute by minute over the clocks on the wall; a check on `helpdesk.calendar`."""

from datetime import UTC, date, datetime, time, timedelta

from helpdesk.calendar import Calendar, Span
from helpdesk.polish_days import WARSAW

MINUTE = timedelta(minutes=1)
WRITTEN = {
    2024: "3-31 4-1 5-1 5-3 5-19 5-30 8-15 11-1 11-11 12-25 12-26",
    2025: "1-1 1-6 4-20 4-21 5-1 5-3 6-8 6-19 8-15 11-1 11-11 12-24 12-25 12-26",
    2026: "1-1 1-6 4-5 4-6 5-1 5-3 5-24 6-4 8-15 11-1 11-11 12-24 12-25 12-26",
    2027: "1-1 1-6 3-28 3-29 5-1 5-3 5-16 5-27 8-15 11-1 11-11 12-24 12-25 12-26",
    2028: "1-1 1-6 4-16 4-17 5-1 5-3 6-4 6-15 8-15 11-1 11-11 12-24 12-25 12-26",
    2029: "1-1 1-6 4-1 4-2 5-1 5-3 5-20 5-31 8-15 11-1 11-11 12-24 12-25 12-26",
}
"""The days off of each year, month and day, written down by hand: the feasts move with Easter."""
FEASTS = {date(year, *map(int, day.split("-"))) for year, days in WRITTEN.items() for day in days.split()}


def hours_of(calendar: Calendar, day: date) -> Span | None:
    if day in calendar.others:
        return calendar.others[day].span
    return None if day in FEASTS else calendar.week[day.weekday()]


class NaiveCounter:
    """Knows for each minute whether the house is open, by looking at the clock in each of them."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._days: dict[date, frozenset[datetime]] = {}

    def is_open(self, minute: datetime) -> bool:
        day = minute.astimezone(WARSAW).date()
        if day not in self._days:
            self._days[day] = frozenset(self._open_minutes(day))
        return minute in self._days[day]

    def _open_minutes(self, day: date) -> list[datetime]:
        span = hours_of(self._calendar, day)
        if span is None:
            return []
        minute = datetime.combine(day, time(0), WARSAW).astimezone(UTC)
        opened = closed = False
        found = []
        while minute.astimezone(WARSAW).date() == day:
            shown = minute.astimezone(WARSAW).time()
            opened = opened or shown >= span.opens
            closed = closed or (span.closes != time(0) and shown >= span.closes)
            if opened and not closed:
                found.append(minute)
            minute += MINUTE
        return found

    def open_between(self, begin: datetime, end: datetime) -> timedelta:
        counted, minute = 0, begin
        while minute < end:
            counted += self.is_open(minute)
            minute += MINUTE
        return counted * MINUTE

    def add_open(self, begin: datetime, amount: timedelta) -> datetime:
        left, minute = amount, begin
        while left > timedelta():
            left -= MINUTE * self.is_open(minute)
            minute += MINUTE
        return minute
