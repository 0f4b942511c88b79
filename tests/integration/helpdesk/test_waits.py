"""Waits on both databases: what is written down, and what is measured from it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from helpdesk import conversations, waiting
from helpdesk.database import Database
from helpdesk.errors import AlreadyTaken
from helpdesk.hours import OfficeHours
from helpdesk.lifecycle import Mode, Presence, Role, WaitOutcome
from helpdesk.queues import Queue
from helpdesk.staff import add_staff, specialities, works_on
from helpdesk.tables import Conversation, Staff, Wait
from helpdesk.waiting import FEWEST, Way
from tests import desk_people
from tests.conftest import NOON

HOURS = OfficeHours()
MINUTE = timedelta(minutes=1)


def begun(database: Database, token: str, queue: Queue = Queue.BENEFITS, at: datetime = NOON) -> int:
    with database.session() as session:
        conversation = conversations.start(session, token, now=at)
        conversation.queue = queue
        conversations.wait_for_person(session, conversation, now=at)
        session.commit()
        return conversation.id


def consultant(database: Database, *queues: Queue, login: str = "ewa") -> Staff:
    with database.session() as session:
        found = add_staff(session, login=login, name="Ewa", password="x", queues=queues, now=NOON)
        session.commit()
        return found


def taken(database: Database, number: int, who: Staff, at: datetime) -> None:
    with database.session() as session:
        conversations.claim(session, number, who, now=at)
        session.commit()


def waits(database: Database) -> list[tuple[Queue, int, datetime, datetime | None, WaitOutcome | None]]:
    with database.reading() as session:
        rows = session.scalars(select(Wait).order_by(Wait.id)).all()
        return [(row.queue, row.place, row.began_at, row.ended_at, row.outcome) for row in rows]


def test_wait_is_written_down_from_its_beginning_to_the_consultant(database: Database) -> None:
    first, second = begun(database, "1"), begun(database, "2", at=NOON + MINUTE)

    taken(database, second, consultant(database), NOON + 5 * MINUTE)

    assert waits(database) == [
        (Queue.BENEFITS, 1, NOON, None, None),
        (Queue.BENEFITS, 2, NOON + MINUTE, NOON + 5 * MINUTE, WaitOutcome.TAKEN),
    ]
    with database.reading() as session:
        assert waiting.places(session, Queue.BENEFITS) == [first]


@pytest.mark.parametrize("outcome", [WaitOutcome.LEFT, WaitOutcome.TICKET, WaitOutcome.CALLBACK])
def test_wait_given_up_ends_with_what_was_chosen_instead(database: Database, outcome: WaitOutcome) -> None:
    number = begun(database, "1")

    with database.session() as session:
        assert conversations.stop_waiting(session, number, now=NOON + MINUTE, outcome=outcome)
        assert not conversations.stop_waiting(session, number, now=NOON + MINUTE)
        session.commit()

    assert waits(database) == [(Queue.BENEFITS, 1, NOON, NOON + MINUTE, outcome)]


def test_conversation_passed_on_begins_a_wait_in_the_other_queue(database: Database) -> None:
    number, ewa = begun(database, "1"), consultant(database)
    taken(database, number, ewa, NOON + MINUTE)

    with database.session() as session:
        conversations.pass_on(session, number, ewa, Queue.PAYERS, now=NOON + 2 * MINUTE)
        session.commit()

    assert waits(database)[1] == (Queue.PAYERS, 1, NOON + 2 * MINUTE, None, None)


def test_twenty_requests_for_a_person_at_once_begin_one_wait(database: Database) -> None:
    with database.session() as session:
        number = conversations.start(session, "1", now=NOON).id
        session.commit()

    def ask(_n: int) -> bool:
        with database.session() as session:
            began = conversations.wait_for_person(session, session.get_one(Conversation, number), now=NOON)
            session.commit()
            return began

    with ThreadPoolExecutor(10) as pool:
        began = list(pool.map(ask, range(20)))

    assert began.count(True) == 1
    assert len(waits(database)) == 1


def test_customer_who_leaves_while_a_consultant_takes_has_one_outcome(database: Database) -> None:
    ewa = consultant(database)

    def leave(number: int) -> WaitOutcome | None:
        with database.session() as session:
            gone = conversations.stop_waiting(session, number, now=NOON)
            session.commit()
            return WaitOutcome.LEFT if gone else None

    def take(number: int) -> WaitOutcome | None:
        with database.session() as session:
            try:
                conversations.claim(session, number, ewa, now=NOON)
            except AlreadyTaken:
                return None
            session.commit()
            return WaitOutcome.TAKEN

    with ThreadPoolExecutor(2) as pool:
        for n in range(5):
            number = begun(database, str(n))
            ends = [pool.submit(leave, number).result, pool.submit(take, number).result]
            outcomes = [end() for end in ends]
            assert [outcome for outcome in outcomes if outcome] == [waits(database)[-1][4]]


def test_time_is_measured_only_from_enough_waits_of_the_same_queue(database: Database) -> None:
    ewa = consultant(database)
    for n in range(FEWEST - 1):
        taken(database, begun(database, f"a{n}"), ewa, NOON + 4 * MINUTE)
    for n in range(FEWEST):
        taken(database, begun(database, f"b{n}", Queue.PAYERS), ewa, NOON + MINUTE)

    def minutes(queue: Queue) -> int | None:
        with database.reading() as session:
            return waiting.estimate(session, queue, 2, hours=HOURS, now=NOON + 10 * MINUTE)

    assert minutes(Queue.BENEFITS) is None
    taken(database, begun(database, "last"), ewa, NOON + 4 * MINUTE)
    assert minutes(Queue.BENEFITS) == 8
    assert minutes(Queue.PAYERS) == 2


def test_last_hour_counts_before_the_day_before_and_a_week_is_forgotten(database: Database) -> None:
    ewa = consultant(database)
    yesterday = NOON - timedelta(days=1)
    for n in range(FEWEST):
        taken(database, begun(database, f"a{n}", at=yesterday), ewa, yesterday + 30 * MINUTE)

    def minutes(at: datetime) -> int | None:
        with database.reading() as session:
            return waiting.estimate(session, Queue.BENEFITS, 1, hours=HOURS, now=at)

    assert minutes(NOON) == 30
    for n in range(FEWEST):
        taken(database, begun(database, f"b{n}"), ewa, NOON + 2 * MINUTE)
    assert minutes(NOON + 10 * MINUTE) == 2
    assert minutes(NOON + timedelta(days=8)) is None


def test_night_between_asking_and_the_consultant_does_not_count(database: Database) -> None:
    ewa = consultant(database)
    evening, morning = NOON + timedelta(hours=8), NOON + timedelta(hours=67, minutes=10)  # Monday 7:10 in Warsaw
    for n in range(FEWEST):
        taken(database, begun(database, str(n), at=evening), ewa, morning + n * MINUTE)

    with database.reading() as session:
        measured = waiting.taken_lately(session, Queue.BENEFITS, hours=HOURS, now=morning + timedelta(minutes=30))

    assert sorted(one.waited for one in measured) == [(10 + n) * MINUTE for n in range(FEWEST)]


def signed_in(database: Database, login: str, *queues: Queue) -> str:
    consultant(database, *queues, login=login)
    with database.session() as session:
        token = desk_people.signed_in(session, login, now=NOON)
        session.commit()
        return token


def test_queue_is_served_only_by_those_signed_in_who_work_on_it(database: Database) -> None:
    def free(queue: Queue, at: datetime = NOON) -> bool:
        with database.reading() as session:
            return waiting.is_anybody_free(session, queue, now=at)

    consultant(database, login="away")
    assert not free(Queue.BENEFITS)

    signed_in(database, "marek", Queue.PAYERS, Queue.INSURED)
    assert free(Queue.PAYERS)
    assert free(Queue.INSURED)
    assert not free(Queue.BENEFITS)

    ewa = signed_in(database, "ewa")
    assert free(Queue.BENEFITS)
    assert not free(Queue.BENEFITS, NOON + timedelta(hours=13))
    with database.session() as session:
        desk_people.signed_out(session, ewa, now=NOON)
        session.commit()
    assert not free(Queue.BENEFITS)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("queues", ["", "zasilki", "platnicy zasilki", "platnicy ubezpieczeni"])
def test_who_works_on_a_queue_is_the_same_for_queries_and_for_people(
    database: Database, role: Role, queues: str
) -> None:
    consultant(database)
    with database.session() as session:
        ewa = session.scalars(select(Staff)).one()
        ewa.role, ewa.queues = role, queues
        session.flush()

        found = {queue for queue in Queue if session.scalar(select(Staff.id).where(works_on(queue)))}

        assert found == specialities(ewa)


@pytest.mark.parametrize(
    ("values", "is_free"),
    [
        ({"presence": Presence.BUSY}, True),
        ({"presence": Presence.BREAK}, True),
        ({"presence": Presence.AWAY}, False),
        ({"role": Role.ADMINISTRATOR}, False),
        ({"role": Role.EDITOR}, False),
    ],
)
def test_nobody_waits_for_those_who_are_away_or_see_no_cases(
    database: Database, values: dict[str, object], is_free: bool
) -> None:
    signed_in(database, "ewa")
    with database.session() as session:
        ewa = session.scalars(select(Staff)).one()
        for name, value in values.items():
            setattr(ewa, name, value)
        session.commit()

    with database.reading() as session:
        assert waiting.is_anybody_free(session, Queue.BENEFITS, now=NOON) is is_free


def test_ways_are_offered_while_waiting_and_where_nobody_is_there(database: Database) -> None:
    number = begun(database, "1")

    def outlook(at: datetime = NOON) -> waiting.Outlook:
        with database.reading() as session:
            return waiting.outlook(session, session.get_one(Conversation, number), hours=HOURS, now=at)

    assert outlook() == waiting.Outlook(1, None, tuple(Way))

    with database.session() as session:
        conversations.stop_waiting(session, number, now=NOON)
        session.commit()
    assert outlook() == waiting.Outlook()

    with database.session() as session:
        session.get_one(Conversation, number).person_wanted = True
        session.commit()
    assert outlook().ways == tuple(Way)
    signed_in(database, "ewa")
    assert outlook().ways == ()
    assert outlook(NOON + timedelta(hours=8)).ways == tuple(Way)


def test_customer_of_a_consultant_is_offered_nothing(database: Database) -> None:
    number = begun(database, "1")
    taken(database, number, consultant(database), NOON)

    with database.reading() as session:
        found = session.get_one(Conversation, number)
        assert found.mode is Mode.HUMAN
        assert waiting.outlook(session, found, hours=HOURS, now=NOON) == waiting.Outlook()
