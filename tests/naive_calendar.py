"""Open time counted the slow way, minute by minute over the clocks on the wall; a check on `helpdesk.calendar`."""

from datetime import UTC, date, datetime, time, timedelta

from helpdesk.calendar import Calendar, Span
from helpdesk.polish_days import WARSAW

MINUTE = timedelta(minutes=1)
FEASTS = {
    date(2024, 12, 25), date(2024, 12, 26), date(2025, 1, 1), date(2025, 1, 6), date(2025, 12, 24),
    date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 1, 6), date(2026, 4, 5), date(2026, 4, 6),
    date(2026, 5, 1), date(2026, 5, 3), date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 24), date(2026, 12, 25),
    date(2026, 12, 26), date(2027, 1, 1), date(2027, 1, 6),
}  # fmt: skip
"""Those of the days around which the tests count, written down by hand."""


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
