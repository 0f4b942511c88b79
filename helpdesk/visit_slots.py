"""The rules of e-visits' times, without a database: which slots there are, and which of the free ones are offered."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from helpdesk.hours import WARSAW, is_working_day

FIRST = time(9)
LAST_END = time(14, 30)
"""E-visits are held on working days from 9:00 to 14:30; the last one ends by then."""
LENGTH = timedelta(minutes=30)
"""The office gives a talk 20 minutes at most; ten more for the identity document before it and the note after it."""
FARTHEST = 30
"""Days ahead that can be booked; branches plan their officials' work by the month."""
PER_DAY = 2
"""Slots of one day among those offered, when there are days to choose from."""


def slots_of(day: date) -> Sequence[datetime]:
    """Return the beginnings of a day's slots in Warsaw time; none on a day on which the office does not work."""
    if not is_working_day(day):
        return ()
    number = (datetime.combine(day, LAST_END) - datetime.combine(day, FIRST)) // LENGTH
    begin = datetime.combine(day, FIRST, WARSAW)
    return tuple(begin + n * LENGTH for n in range(number))


def bookable_days(now: datetime) -> Sequence[date]:
    """Return the days that can be booked at this instant (aware): from the next working day to `FARTHEST` days on."""
    today = now.astimezone(WARSAW).date()
    days = (today + timedelta(days=n) for n in range(1, FARTHEST + 1))
    return tuple(day for day in days if is_working_day(day))


def is_bookable(starts_at: datetime, now: datetime) -> bool:
    """Return whether a slot begins at this instant (aware) and can be booked now."""
    local = starts_at.astimezone(WARSAW)
    return local.date() in bookable_days(now) and local in slots_of(local.date())


def spread(free: Sequence[datetime], limit: int, per_day: int = PER_DAY) -> Sequence[datetime]:
    """Choose at most `limit` of the free slots, so that a customer chooses among days and among hours.

    Args:
        free: free slots in Warsaw time, the earliest first.
        limit: how many are wanted.
        per_day: how many of one day; more when the days are too few.

    Returns:
        The chosen ones, the earliest first. A single day gives its earliest ones.
    """
    days: dict[date, list[datetime]] = {}
    for slot in free:
        days.setdefault(slot.date(), []).append(slot)
    chosen = list(days.values())[: _rounded_up(limit, per_day)]
    if len(chosen) <= 1:
        return tuple(free[:limit])
    share = _rounded_up(limit, len(chosen))
    return tuple(slot for slots in chosen for slot in _evenly(slots, share))[:limit]


def _evenly(slots: Sequence[datetime], number: int) -> Sequence[datetime]:
    taken = min(number, len(slots))
    return [slots[n * len(slots) // taken] for n in range(taken)]


def _rounded_up(number: int, part: int) -> int:
    return -(-number // part)
