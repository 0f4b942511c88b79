"""The house's calendar in the database: reading it, keeping it for a moment, and the days that administrators set."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import audit, house
from helpdesk.calendar import MOST_DAYS, Calendar, OtherDay, Span
from helpdesk.database import Database
from helpdesk.errors import TooMany
from helpdesk.polish_days import WARSAW
from helpdesk.tables import CalendarDay, Staff

KEY = "okienko calendar"
KEPT = timedelta(seconds=10)
"""How long a process goes on with the calendar that it read, so that a change is everywhere within that time."""


def load(session: Session) -> Calendar:
    """Return the calendar as it is now; read once in each unit of work."""
    known = session.info.get(KEY)
    if isinstance(known, Calendar):
        return known
    week = tuple(map(Span.read, house.load(session).week))
    days = session.execute(select(CalendarDay.day, CalendarDay.name, CalendarDay.opens, CalendarDay.closes))
    others = {
        day: OtherDay(name, Span(opens, closes) if opens is not None and closes is not None else None)
        for day, name, opens, closes in days
    }
    calendar = session.info[KEY] = Calendar(week, others)
    return calendar


class LiveCalendar:
    """Gives the calendar of this moment without asking the database each time.

    Args:
        database: where it is kept.
        clock: gives the instant (aware UTC).
        kept: for how long one reading is used.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime], kept: timedelta = KEPT) -> None:
        self._database, self._clock, self._kept = database, clock, kept
        self._lock = threading.Lock()
        self._read: tuple[datetime, Calendar] | None = None

    def __call__(self) -> Calendar:
        """Return the calendar, at most so old as it may be kept."""
        now = self._clock()
        with self._lock:
            if self._read is None or not timedelta() <= now - self._read[0] < self._kept:
                with self._database.reading() as session:
                    self._read = now, load(session)
            return self._read[1]


def set_week(session: Session, week: Sequence[Span | None], *, by: Staff, now: datetime) -> None:
    """Set the hours of Monday to Sunday, audited. Raises pydantic.ValidationError when no day is open."""
    house.change(session, "week", tuple(str(span or "") for span in week), by=by, now=now)
    session.info.pop(KEY, None)


def set_day(session: Session, day: date, other: OtherDay, *, by: Staff, now: datetime) -> None:
    """Let a day differ from the week and from feasts, audited; what was set for it before is replaced.

    Raises:
        TooMany: `MOST_DAYS` days from now on differ already.
    """
    ahead = select(func.count()).where(CalendarDay.day >= now.astimezone(WARSAW).date(), CalendarDay.day != day)
    if (session.scalar(ahead) or 0) >= MOST_DAYS:
        raise TooMany
    span = other.span
    session.merge(
        CalendarDay(day=day, name=other.name, opens=span.opens if span else None, closes=span.closes if span else None)
    )
    audit.record(session, f"calendar:{day}", "day set", now=now, by=by, reason=f"{span or 'closed'} {other.name}"[:200])
    session.flush()
    session.info.pop(KEY, None)


def remove_day(session: Session, day: date, *, by: Staff, now: datetime) -> None:
    """Let a day be as the week and the feasts say again, audited; nothing happens when it does not differ."""
    found = session.get(CalendarDay, day)
    if found is None:
        return
    session.delete(found)
    audit.record(session, f"calendar:{day}", "day removed", now=now, by=by, reason=found.name)
    session.flush()
    session.info.pop(KEY, None)
