"""Calling customers back: who takes a call over, and what becomes of it after each try."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import audit, house_calendar
from helpdesk.callbacks import PER_HOUR, free_seats, hours_ahead, subject_of
from helpdesk.errors import AlreadyTaken, IllegalMove, SlotNotOffered, SlotTaken
from helpdesk.lifecycle import CallbackStatus, CallResult
from helpdesk.roles import Permission, may
from helpdesk.tables import Callback, CallbackTry, Staff

MOST_TRIES = 3
"""After so many tries that reached nobody the office gives up."""
LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Tried:
    """How a try to call a customer ended.

    Attributes:
        note: what is worth knowing of it, masked.
        again_at: for a customer who was not reached the hour of the next try (aware); None for the earliest free one.
        per_hour: how many calls the office promises in one hour.
    """

    result: CallResult
    note: str = ""
    again_at: datetime | None = None
    per_hour: int = PER_HOUR


def take(session: Session, callback: Callback, *, by: Staff, now: datetime) -> Callback:
    """Make somebody the one who calls.

    Raises:
        AlreadyTaken: somebody else does.
        IllegalMove: it was cancelled or brought to an end.
    """
    locked = _open_one(session, callback)
    if locked.consultant_id not in {None, by.id}:
        raise AlreadyTaken
    if locked.consultant_id is None:
        locked.consultant_id, locked.updated_at = by.id, now
        audit.record(session, subject_of(locked), "callback taken", now=now, by=by)
    return locked


def release(session: Session, callback: Callback, *, by: Staff, now: datetime) -> Callback:
    """Leave a call to anybody of its queue again; somebody else's only as a supervisor. Raises like `take`."""
    locked = _open_one(session, callback)
    if locked.consultant_id not in {None, by.id} and not may(by, Permission.LEAD):
        raise AlreadyTaken
    if locked.consultant_id is not None:
        locked.consultant_id, locked.updated_at = None, now
        audit.record(session, subject_of(locked), "callback released", now=now, by=by)
    return locked


def note_try(session: Session, callback: Callback, tried: Tried, *, by: Staff, now: datetime) -> Callback:
    """Note how a try to call ended (flushed, not committed).

    A customer who was reached, or whose number is wrong, is not called again. One who was not reached is called again
    at a later hour, by anybody of the queue, until `MOST_TRIES` tries have failed.

    Raises:
        IllegalMove: it was cancelled or brought to an end before.
        SlotTaken: no later hour is free, or the chosen one is not (`SlotNotOffered`); nothing is noted then.
    """
    locked = _open_one(session, callback)
    last = len(locked.tries) + 1 >= MOST_TRIES
    if tried.result is CallResult.NOT_REACHED and not last:
        _call_again(session, locked, tried, now)
    else:
        locked.status = CallbackStatus.DONE if tried.result is CallResult.REACHED else CallbackStatus.FAILED
        locked.consultant_id = by.id
    locked.tries.append(CallbackTry(staff_id=by.id, result=tried.result, note=tried.note[:LONGEST_NOTE], at=now))
    locked.updated_at = now
    audit.record(session, subject_of(locked), f"callback {tried.result.value}", now=now, by=by)
    session.flush()
    return locked


def _call_again(session: Session, callback: Callback, tried: Tried, now: datetime) -> None:
    hours = [hour.astimezone(UTC) for hour in hours_ahead(house_calendar.load(session), now)]
    if tried.again_at is not None:
        if tried.again_at not in hours:
            raise SlotNotOffered
        hours = [tried.again_at.astimezone(UTC)]
    for hour in hours:
        for seat in free_seats(session, hour, tried.per_hour):
            try:
                with session.begin_nested():
                    callback.starts_at, callback.seat, callback.consultant_id = hour, seat, None
            except IntegrityError:
                continue
            return
    raise SlotTaken


def _open_one(session: Session, callback: Callback) -> Callback:
    locked = session.get_one(Callback, callback.id, with_for_update=True, populate_existing=True)
    if locked.status is not CallbackStatus.REQUESTED:
        raise IllegalMove(f"callback: {locked.status.value}")
    return locked
