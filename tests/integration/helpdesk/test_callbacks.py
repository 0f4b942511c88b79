"""Callbacks on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest

from helpdesk import callbacks, conversations
from helpdesk.callbacks import HOUR, NewCallback
from helpdesk.database import Database
from helpdesk.errors import (
    AppointmentCancelled,
    AppointmentPast,
    HelpdeskError,
    IllegalMove,
    NoPhone,
    SlotNotOffered,
    SlotTaken,
    TooManyAppointments,
)
from helpdesk.hours import WARSAW
from helpdesk.lifecycle import CallbackStatus
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import Callback
from tests.conftest import NOON

FRIDAY_15 = datetime(2026, 11, 20, 15, 0, tzinfo=WARSAW)


def new(key: str = "k1", **changes: object) -> NewCallback:
    wanted = NewCallback(phone="501 234 567", starts_at=FRIDAY_15, queue=Queue.BENEFITS, request_key=key)
    return replace(wanted, **changes)


def request(database: Database, wanted: NewCallback, *, per_hour: int = 4, now: datetime = NOON) -> Callback:
    with database.session() as session:
        callback = callbacks.request(session, wanted, now=now, per_hour=per_hour)
        session.commit()
        return callback


def cancel(database: Database, callback: Callback, *, now: datetime = NOON) -> Callback:
    with database.session() as session:
        cancelled = callbacks.cancel(session, callback, now=now)
        session.commit()
        return cancelled


def test_offered_hours_begin_soon_and_leave_a_choice_of_days(database: Database) -> None:
    with database.reading() as session:
        hours = callbacks.offered_hours(session, now=NOON)
        later = callbacks.offered_hours(session, now=NOON, after=hours[-1])

    assert [f"{hour:%d.%m %H}" for hour in hours] == [
        "20.11 13",
        "20.11 14",
        "20.11 16",
        "23.11 07",
        "23.11 10",
        "23.11 14",
    ]
    assert {hour.date().day for hour in later} == {24, 25}


def test_hours_are_within_the_opening_and_not_on_days_off(database: Database) -> None:
    eve = datetime(2026, 12, 23, 17, 30, tzinfo=WARSAW)

    hours = callbacks.hours_ahead(eve)

    assert {hour.hour for hour in hours} == set(range(7, 18))
    assert min(hours) == datetime(2026, 12, 28, 7, 0, tzinfo=WARSAW)


def test_request_keeps_a_sealed_number_and_gives_its_own(database: Database) -> None:
    callback = request(database, new())

    assert callback.number == f"OD-{callback.id:06d}"
    assert callback.phone == "+48501234567"
    with database.reading() as session:
        assert "501234567" not in session.connection().exec_driver_sql("SELECT phone FROM callback").scalar_one()


def test_repeated_request_asks_once(database: Database) -> None:
    assert request(database, new("same")).id == request(database, new("same")).id


def test_full_hour_is_not_offered_and_cannot_be_had(database: Database) -> None:
    first = request(database, new("a"), per_hour=1)

    with database.reading() as session:
        hours = callbacks.offered_hours(session, now=NOON, per_hour=1, limit=20)
    with pytest.raises(SlotTaken):
        request(database, new("b"), per_hour=1)

    assert FRIDAY_15 not in hours
    cancel(database, first)
    assert request(database, new("b"), per_hour=1).starts_at == FRIDAY_15


def test_of_many_who_ask_for_the_same_hour_only_its_calls_are_promised(database: Database) -> None:
    together, found = Barrier(20), []

    def work(number: int) -> None:
        together.wait()
        try:
            found.append(request(database, new(f"k{number}"), per_hour=3).seat)
        except HelpdeskError as problem:
            found.append(type(problem))

    threads = [Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(seat for seat in found if isinstance(seat, int)) == [0, 1, 2]
    assert found.count(SlotTaken) == 17


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"phone": "700 123 456"}, NoPhone),
        ({"starts_at": FRIDAY_15 + timedelta(minutes=5)}, SlotNotOffered),
        ({"starts_at": datetime(2026, 11, 20, 18, 0, tzinfo=WARSAW)}, SlotNotOffered),
        ({"starts_at": datetime(2026, 11, 20, 11, 0, tzinfo=WARSAW)}, SlotNotOffered),
        ({"starts_at": datetime(2026, 11, 21, 10, 0, tzinfo=WARSAW)}, SlotNotOffered),
    ],
)
def test_what_cannot_be_promised_is_refused(
    database: Database, changes: dict[str, object], problem: type[HelpdeskError]
) -> None:
    with pytest.raises(problem):
        request(database, new(**changes))


def test_one_conversation_asks_for_few_calls(database: Database) -> None:
    with database.session() as session:
        chat = conversations.start(session, "token", now=NOON).id
        session.commit()
    for n in range(callbacks.MOST_AHEAD):
        request(database, new(f"k{n}", conversation_id=chat))

    with pytest.raises(TooManyAppointments):
        request(database, new("more", conversation_id=chat))

    with database.reading() as session:
        assert len(callbacks.callbacks_of(session, now=NOON, conversation_id=chat)) == callbacks.MOST_AHEAD


def test_calls_are_due_from_their_hour_on_until_somebody_made_them(database: Database) -> None:
    callback = request(database, new())
    with database.session() as session:
        staff = add_staff(session, login="ewa", name="Ewa", password="x", queues=[], now=NOON)
        before, at = callbacks.due(session, NOON), callbacks.due(session, FRIDAY_15)
        other_queue = callbacks.due(session, FRIDAY_15, {Queue.PAYERS})
        callbacks.mark_done(session, callback, by=staff, now=FRIDAY_15)
        session.commit()
        after = callbacks.due(session, FRIDAY_15)
        with pytest.raises(IllegalMove):
            callbacks.mark_done(session, callback, by=staff, now=FRIDAY_15)

    assert [[call.id for call in calls] for calls in (before, at, other_queue, after)] == [[], [callback.id], [], []]


def test_cancelled_and_past_calls_cannot_be_cancelled(database: Database) -> None:
    cancelled, past = cancel(database, request(database, new("a"))), request(database, new("b"))

    assert cancelled.status is CallbackStatus.CANCELLED
    with pytest.raises(AppointmentCancelled):
        cancel(database, cancelled)
    with pytest.raises(AppointmentPast):
        cancel(database, past, now=FRIDAY_15 + HOUR)
