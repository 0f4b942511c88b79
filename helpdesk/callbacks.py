"""Callbacks: the hours in which a consultant can call, asking for a call, and cancelling it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import audit, house_calendar
from helpdesk.calendar import Calendar
from helpdesk.case_numbers import CaseKind, case_number
from helpdesk.errors import (
    AppointmentCancelled,
    AppointmentPast,
    NoPhone,
    SlotNotOffered,
    SlotTaken,
    TooManyAppointments,
)
from helpdesk.lifecycle import CallbackStatus
from helpdesk.phones import normal_phone
from helpdesk.polish_days import WARSAW
from helpdesk.queues import Queue
from helpdesk.secrets import new_token
from helpdesk.tables import Callback
from helpdesk.visit_slots import spread

__all__ = [
    "NewCallback",
    "callbacks_of",
    "cancel",
    "free_seats",
    "hours_ahead",
    "normal_phone",
    "offered_hours",
    "request",
    "subject_of",
]

HOUR = timedelta(hours=1)
FARTHEST = 7
"""Days ahead; who wants a call later had better ask later."""
PER_HOUR = 4
"""Calls that the office promises in one hour, unless the settings say otherwise."""
PER_DAY = 3
"""Hours of one day among those offered: a call is wanted soon, more often than an e-visit."""
MOST_AHEAD = 2
"""Calls ahead that one conversation may ask for."""


@dataclass(frozen=True)
class NewCallback:
    """What a customer said when asking for a call.

    Attributes:
        phone: as the customer wrote it; it is checked once more.
        starts_at: one of the offered hours (aware).
        topic: the article that the conversation is about.
        matter: what it is about, in the customer's masked words.
        request_key: made once for each dialogue that asks, at most 64 characters.
    """

    phone: str
    starts_at: datetime
    queue: Queue
    request_key: str
    topic: str | None = None
    matter: str = ""
    conversation_id: int | None = None
    customer_id: int | None = None


def hours_ahead(calendar: Calendar, now: datetime) -> Sequence[datetime]:
    """Return the beginnings of all hours in which the office calls, in Warsaw time: those that begin after now.

    They are whole hours of the clock that lie within the opening hours.
    """
    today = now.astimezone(WARSAW).date()
    days = (today + timedelta(days=n) for n in range(FARTHEST + 1))
    return tuple(hour for day in days for hour in _hours_of(calendar, day) if hour > now)


def _hours_of(calendar: Calendar, day: date) -> Iterator[datetime]:
    hours = calendar.open_on(day)
    if hours is None:
        return
    begin = hours[0].replace(minute=0, second=0) + (HOUR if hours[0].minute else timedelta())
    while begin + HOUR <= hours[1]:
        yield begin.astimezone(WARSAW)
        begin += HOUR


def offered_hours(
    session: Session, *, now: datetime, after: datetime | None = None, limit: int = 6, per_hour: int = PER_HOUR
) -> Sequence[datetime]:
    """Return hours to choose from in which a call is still free, in Warsaw time, the earliest first.

    Args:
        session: the unit of work.
        now: the instant.
        after: the last hour that was offered; hours of later days are offered then.
        limit: how many are wanted.
        per_hour: how many calls the office promises in one hour.
    """
    hours = hours_ahead(house_calendar.load(session), now)
    if after is not None:
        hours = [hour for hour in hours if hour.date() > after.astimezone(WARSAW).date()]
    counted = select(Callback.starts_at, func.count()).where(
        Callback.status == CallbackStatus.REQUESTED, Callback.starts_at > now
    )
    taken: dict[datetime, int] = dict(session.execute(counted.group_by(Callback.starts_at)).all())
    return spread([hour for hour in hours if taken.get(hour.astimezone(UTC), 0) < per_hour], limit, PER_DAY)


def request(session: Session, new: NewCallback, *, now: datetime, per_hour: int = PER_HOUR) -> Callback:
    """Ask for a call (flushed, not committed). A request repeated under the same key asks once.

    Raises:
        NoPhone: the number is none that the office calls.
        SlotTaken: the hour has no call left; SlotNotOffered, when the office does not call then.
        TooManyAppointments: the conversation has `MOST_AHEAD` calls ahead.
    """
    known = _by_key(session, new.request_key)
    if known is not None:
        return known
    phone = normal_phone(new.phone)
    if phone is None:
        raise NoPhone
    if new.starts_at.astimezone(WARSAW) not in hours_ahead(house_calendar.load(session), now):
        raise SlotNotOffered
    if len(callbacks_of(session, now=now, conversation_id=new.conversation_id)) >= MOST_AHEAD:
        raise TooManyAppointments
    for seat in free_seats(session, new.starts_at, per_hour):
        callback = _callback(new, phone, seat, now)
        try:
            with session.begin_nested():
                session.add(callback)
        except IntegrityError:
            known = _by_key(session, new.request_key)  # the same request came twice at once
            if known is not None:
                return known
            if seat in free_seats(session, new.starts_at, per_hour):
                raise  # the database refused something else
            continue
        callback.number = case_number(CaseKind.CALLBACK, callback.id)
        audit.record(session, subject_of(callback), "callback requested", now=now)
        session.flush()
        return callback
    raise SlotTaken


def _by_key(session: Session, request_key: str) -> Callback | None:
    return session.scalar(select(Callback).where(Callback.request_key == request_key))


def free_seats(session: Session, starts_at: datetime, per_hour: int) -> Sequence[int]:
    """Return the places that an hour (aware) still has."""
    place = Callback.starts_at == starts_at, Callback.status == CallbackStatus.REQUESTED
    taken = set(session.scalars(select(Callback.seat).where(*place)))
    return [seat for seat in range(per_hour) if seat not in taken]


def _callback(new: NewCallback, phone: str, seat: int, now: datetime) -> Callback:
    return Callback(
        number=new_token()[:20],  # a unique stand-in until the database has given the id
        request_key=new.request_key,
        phone=phone,
        starts_at=new.starts_at,
        seat=seat,
        queue=new.queue,
        topic=new.topic,
        matter=new.matter[:500],
        status=CallbackStatus.REQUESTED,
        conversation_id=new.conversation_id,
        customer_id=new.customer_id,
        created_at=now,
        updated_at=now,
    )


def callbacks_of(
    session: Session, *, now: datetime, conversation_id: int | None = None, customer_id: int | None = None
) -> Sequence[Callback]:
    """Return the calls that are still to come, soonest first: of a conversation, of a customer, or of either."""
    owners = []
    if conversation_id is not None:
        owners.append(Callback.conversation_id == conversation_id)
    if customer_id is not None:
        owners.append(Callback.customer_id == customer_id)
    ahead = Callback.status == CallbackStatus.REQUESTED, Callback.starts_at > now - HOUR
    wanted = select(Callback).where(*ahead, or_(False, *owners))
    return session.scalars(wanted.order_by(Callback.starts_at, Callback.id)).all()


def cancel(session: Session, callback: Callback, *, now: datetime) -> Callback:
    """Cancel a call; its place in the hour is free with the commit.

    Raises:
        AppointmentCancelled, AppointmentPast: it cannot be cancelled any more.
    """
    locked = session.get_one(Callback, callback.id, with_for_update=True, populate_existing=True)
    if locked.status is CallbackStatus.CANCELLED:
        raise AppointmentCancelled
    if locked.status is not CallbackStatus.REQUESTED or locked.starts_at + HOUR <= now:
        raise AppointmentPast
    locked.status, locked.updated_at = CallbackStatus.CANCELLED, now
    audit.record(session, subject_of(locked), "callback cancelled", now=now)
    session.flush()
    return locked


def subject_of(callback: Callback) -> str:
    """Return under which subject the audit knows a call."""
    return f"callback:{callback.id}"
