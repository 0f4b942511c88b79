"""Opening hours as a ruler: how much open time lies between two instants, for many pairs of them."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from helpdesk.calendar import Calendar


class OpenTime:
    """The open seconds of a stretch of days, added up once.

    Args:
        calendar: when the house is open.
        first: the first day (Warsaw) that is asked about.
        last: the last one.
    """

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        self._spans = [span for span in map(calendar.open_on, days) if span is not None]
        self._begins: Sequence[datetime] = [begin for begin, _ in self._spans]
        self._before = [0.0]
        for begin, end in self._spans:
            self._before.append(self._before[-1] + (end - begin).total_seconds())

    def between(self, begin: datetime, end: datetime) -> int:
        """Return the open seconds from one instant (aware) to a later one; 0 when they are reversed."""
        return max(round(self._until(end) - self._until(begin)), 0)

    def _until(self, at: datetime) -> float:
        number = bisect_right(self._begins, at)
        if number == 0:
            return 0.0
        begin, end = self._spans[number - 1]
        return self._before[number - 1] + (min(at, end) - begin).total_seconds()
