"""Callbacks on both databases."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from helpdesk import callbacks, calling, conversations, house_calendar
from helpdesk.calendar import Calendar, OtherDay, Span
from helpdesk.callbacks import HOUR, NewCallback
from helpdesk.calling import MOST_TRIES, Tried
from helpdesk.database import Database
from helpdesk.errors import (
    AlreadyTaken,
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
from helpdesk.lifecycle import CallbackStatus, CallResult
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, Callback, CallbackTry, Staff
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

    hours = callbacks.hours_ahead(Calendar(), eve)

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


@pytest.fixture
def staff(database: Database) -> tuple[Staff, Staff]:
    with database.session() as session:
        ewa, jan = (add_staff(session, login=n, name=n, password="x", queues=[], now=NOON) for n in ("ewa", "jan"))
        session.commit()
        return ewa, jan


def tried(
    database: Database, callback: Callback, by: Staff, result: CallResult, *, again_at: datetime | None = None
) -> Callback:
    with database.session() as session:
        noted = calling.note_try(session, callback, Tried(result, "notatka", again_at), by=by, now=FRIDAY_15)
        session.commit()
        return noted


def test_call_that_somebody_took_is_not_taken_by_another(database: Database, staff: tuple[Staff, Staff]) -> None:
    ewa, jan = staff
    callback = request(database, new())

    with database.session() as session:
        calling.take(session, callback, by=ewa, now=FRIDAY_15)
        calling.take(session, callback, by=ewa, now=FRIDAY_15)
        with pytest.raises(AlreadyTaken):
            calling.take(session, callback, by=jan, now=FRIDAY_15)
        with pytest.raises(AlreadyTaken):
            calling.release(session, callback, by=jan, now=FRIDAY_15)
        calling.release(session, callback, by=ewa, now=FRIDAY_15)
        taken = calling.take(session, callback, by=jan, now=FRIDAY_15)
        session.commit()

    assert taken.consultant_id == jan.id
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"callback:{callback.id}"))
        assert entries.all() == ["callback requested", "callback taken", "callback released", "callback taken"]


def test_of_several_consultants_who_take_a_call_at_once_one_has_it(database: Database) -> None:
    callback = request(database, new())
    with database.session() as session:
        people = [add_staff(session, login=f"k{n}", name=f"K{n}", password="x", queues=[], now=NOON) for n in range(8)]
        session.commit()
    winners, barrier = [], Barrier(len(people))

    def take(person: Staff) -> None:
        barrier.wait()
        with database.session() as session:
            try:
                calling.take(session, callback, by=person, now=FRIDAY_15)
            except AlreadyTaken:
                return
            session.commit()
            winners.append(person.id)

    threads = [Thread(target=take, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(winners) == 1
    with database.reading() as session:
        assert session.get_one(Callback, callback.id).consultant_id == winners[0]


@pytest.mark.parametrize(
    ("result", "status"),
    [(CallResult.REACHED, CallbackStatus.DONE), (CallResult.WRONG_NUMBER, CallbackStatus.FAILED)],
)
def test_reached_customer_and_wrong_number_are_not_called_again(
    database: Database, staff: tuple[Staff, Staff], result: CallResult, status: CallbackStatus
) -> None:
    callback = request(database, new())

    noted = tried(database, callback, staff[0], result)

    assert (noted.status, noted.consultant_id) == (status, staff[0].id)
    with pytest.raises(IllegalMove):
        tried(database, callback, staff[0], CallResult.REACHED)
    with database.reading() as session:
        (kept,) = session.scalars(select(CallbackTry)).all()
        assert (kept.result, kept.note, kept.staff_id) == (result, "notatka", staff[0].id)


def test_customer_who_was_not_reached_is_called_at_the_next_free_hour_by_anybody(
    database: Database, staff: tuple[Staff, Staff]
) -> None:
    callback = request(database, new())
    for n in range(4):  # the next hour is full
        request(database, new(f"full{n}", starts_at=FRIDAY_15 + HOUR))
    with database.session() as session:
        calling.take(session, callback, by=staff[0], now=FRIDAY_15)
        session.commit()

    noted = tried(database, callback, staff[0], CallResult.NOT_REACHED)

    assert noted.starts_at == FRIDAY_15 + 2 * HOUR
    assert (noted.status, noted.consultant_id) == (CallbackStatus.REQUESTED, None)


def test_another_try_may_have_a_chosen_hour_within_the_opening(database: Database, staff: tuple[Staff, Staff]) -> None:
    callback = request(database, new())
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=WARSAW)

    with pytest.raises(SlotNotOffered):
        tried(database, callback, staff[0], CallResult.NOT_REACHED, again_at=monday - timedelta(days=1))
    noted = tried(database, callback, staff[0], CallResult.NOT_REACHED, again_at=monday)

    assert noted.starts_at == monday
    with database.reading() as session:
        assert len(session.scalars(select(CallbackTry)).all()) == 1


def test_after_the_last_try_that_reached_nobody_the_office_gives_up(
    database: Database, staff: tuple[Staff, Staff]
) -> None:
    callback = request(database, new())

    states = [tried(database, callback, staff[0], CallResult.NOT_REACHED).status for _ in range(MOST_TRIES)]

    assert states == [*[CallbackStatus.REQUESTED] * (MOST_TRIES - 1), CallbackStatus.FAILED]


def test_hours_follow_the_calendar_of_the_house(database: Database, staff: tuple[Staff, Staff]) -> None:
    short = OtherDay("szkolenie", Span(time(8, 30), time(15, 30)))
    with database.session() as session:
        house_calendar.set_day(session, FRIDAY_15.date(), OtherDay("awaria"), by=staff[0], now=NOON)
        house_calendar.set_day(session, date(2026, 11, 23), short, by=staff[0], now=NOON)
        session.commit()

    with database.reading() as session:
        hours = callbacks.offered_hours(session, now=NOON, limit=200)
    with pytest.raises(SlotNotOffered):
        request(database, new())

    assert FRIDAY_15.date() not in {hour.date() for hour in hours}
    monday = [hour.hour for hour in callbacks.hours_ahead(Calendar(others={date(2026, 11, 23): short}), NOON)]
    assert next(hour.hour for hour in hours if hour.date() == date(2026, 11, 23)) == 9
    assert monday[monday.index(9) : monday.index(9) + 7] == [9, 10, 11, 12, 13, 14, 7]


def test_cancelled_and_past_calls_cannot_be_cancelled(database: Database) -> None:
    cancelled, past = cancel(database, request(database, new("a"))), request(database, new("b"))

    assert cancelled.status is CallbackStatus.CANCELLED
    with pytest.raises(AppointmentCancelled):
        cancel(database, cancelled)
    with pytest.raises(AppointmentPast):
        cancel(database, past, now=FRIDAY_15 + HOUR)
