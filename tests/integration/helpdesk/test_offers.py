"""Offers on both databases: their order, their time, and the races that must leave one offer and one owner."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from helpdesk import conversations, offers
from helpdesk.database import Database
from helpdesk.errors import AlreadyTaken
from helpdesk.house import House
from helpdesk.lifecycle import Mode, OfferOutcome, Presence, Role
from helpdesk.offers import Round
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import ChatOffer, Conversation, Staff, StaffSession
from tests.conftest import NOON
from tests.integration.helpdesk.test_conversations import waiting

HOUSE = House(chats_at_once=2, offer_seconds=30)


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def at_the_desk(
    database: Database,
    login: str,
    *,
    queues: Sequence[Queue] = (),
    capacity: int | None = None,
    idle_since: datetime = NOON,
    role: Role = Role.CONSULTANT,
) -> Staff:
    """A consultant who is signed in and takes chats."""
    with database.session() as session:
        staff = add_staff(session, login=login, name=login, password="x", queues=queues, now=NOON, role=role)
        staff.presence, staff.capacity, staff.idle_since = Presence.AVAILABLE, capacity, idle_since
        session.add(
            StaffSession(
                token_hash=login, staff_id=staff.id, csrf="x", created_at=NOON, expires_at=NOON + timedelta(hours=8)
            )
        )
        session.commit()
        return staff


def change(database: Database, table: type, number: int, **values: object) -> None:
    with database.session() as session:
        record = session.get_one(table, number)
        for name, value in values.items():
            setattr(record, name, value)
        session.commit()


def offer_at(database: Database, moment: datetime, house: House = HOUSE) -> Round:
    with database.session() as session:
        done = offers.make_offers(session, house, now=moment)
        session.commit()
        return done


def outcomes(database: Database) -> list[OfferOutcome | None]:
    with database.reading() as session:
        return list(session.scalars(select(ChatOffer.outcome).order_by(ChatOffer.id)))


def test_oldest_is_offered_first_after_who_may_be_in_danger(database: Database) -> None:
    oldest, later, urgent = (waiting(database, token, after=n) for n, token in enumerate(("a", "b", "c")))
    change(database, Conversation, urgent, urgent=True)
    ewa = at_the_desk(database, "ewa", capacity=1)

    assert offer_at(database, seconds(10)).made == [(urgent, ewa.id)]
    change(database, Staff, ewa.id, capacity=3)
    assert offer_at(database, seconds(11)).made == [(oldest, ewa.id), (later, ewa.id)]


def test_oldest_eligible_is_offered_when_nobody_works_on_the_oldest(database: Database) -> None:
    waiting(database, "a", queue=Queue.PENSIONS)
    eligible = waiting(database, "b", queue=Queue.PAYERS, after=5)
    marek = at_the_desk(database, "marek", queues=[Queue.PAYERS])

    assert offer_at(database, seconds(10)).made == [(eligible, marek.id)]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Staff, {"presence": Presence.BREAK}),
        (Staff, {"active": False}),
        (Staff, {"role": Role.EDITOR}),
        (Staff, {"capacity": 0}),
        (StaffSession, {"expires_at": NOON}),
        (StaffSession, {"steps": "code"}),
        (StaffSession, {"seen_at": NOON - timedelta(hours=3)}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_who_takes_no_chats_now_is_offered_none(database: Database, table: type, values: dict[str, object]) -> None:
    waiting(database)
    at_the_desk(database, "ewa")
    change(database, table, 1, **values)

    assert offer_at(database, seconds(1)) == Round([], [], [])


def test_unanswered_offer_goes_on_to_the_next_and_comes_back_when_nobody_else_is_left(database: Database) -> None:
    number = waiting(database)
    ewa = at_the_desk(database, "ewa", idle_since=NOON - timedelta(minutes=2))
    marek = at_the_desk(database, "marek")

    rounds = [offer_at(database, seconds(at)) for at in (0, 29, 30, 60)]

    assert [one.made for one in rounds] == [[(number, ewa.id)], [], [(number, marek.id)], [(number, ewa.id)]]
    assert [one.expired for one in rounds] == [[], [], [(number, ewa.id)], [(number, marek.id)]]
    assert rounds[2].told == {ewa.id, marek.id}


def test_declined_offer_goes_on_at_once(database: Database) -> None:
    number = waiting(database)
    ewa = at_the_desk(database, "ewa", idle_since=NOON - timedelta(minutes=2))
    marek = at_the_desk(database, "marek")
    offer_at(database, NOON)

    with database.session() as session:
        assert not offers.decline(session, number, marek, now=seconds(1))
        assert offers.decline(session, number, ewa, now=seconds(1))
        session.commit()

    assert offer_at(database, seconds(1)).made == [(number, marek.id)]
    assert outcomes(database) == [OfferOutcome.DECLINED, None]


def test_open_offers_and_live_chats_count_together(database: Database) -> None:
    first, second, _third = (waiting(database, token, after=n) for n, token in enumerate("abc"))
    ewa = at_the_desk(database, "ewa")
    with database.session() as session:
        conversations.claim(session, first, ewa, now=NOON)
        session.commit()

    assert offer_at(database, seconds(5)).made == [(second, ewa.id)]
    assert offer_at(database, seconds(6)).made == []


def test_taking_the_offered_chat_accepts_and_taking_it_by_hand_withdraws(database: Database) -> None:
    first, second = waiting(database, "a"), waiting(database, "b", after=1)
    ewa, marek = at_the_desk(database, "ewa"), at_the_desk(database, "marek")
    made = dict(offer_at(database, seconds(2)).made)
    people = {staff.id: staff for staff in (ewa, marek)}

    with database.session() as session:
        offered = people[made[first]]
        assert offers.offered_to(session, first) == offered.id
        conversations.claim(session, first, offered, now=seconds(3))
        conversations.claim(session, second, offered, now=seconds(3))
        session.commit()

    assert sorted(filter(None, outcomes(database))) == sorted([OfferOutcome.ACCEPTED, OfferOutcome.WITHDRAWN])


def test_offer_is_withdrawn_when_the_customer_leaves_or_the_consultant_takes_a_break(database: Database) -> None:
    number, other = waiting(database, "a"), waiting(database, "b", after=1)
    ewa = at_the_desk(database, "ewa")
    offer_at(database, seconds(2))

    with database.session() as session:
        conversations.stop_waiting(session, number, now=seconds(3))
        session.commit()
        assert [offer.conversation_id for offer in offers.open_offers(session, ewa, now=seconds(3))] == [other]
    change(database, Staff, ewa.id, presence=Presence.BREAK)
    done = offer_at(database, seconds(4))

    assert done.withdrawn == [(other, ewa.id)]
    assert outcomes(database) == [OfferOutcome.WITHDRAWN, OfferOutcome.WITHDRAWN]


def test_refusals_count_within_one_wait_only(database: Database) -> None:
    number = waiting(database)
    ewa = at_the_desk(database, "ewa", idle_since=NOON - timedelta(minutes=5))
    marek = at_the_desk(database, "marek")
    offer_at(database, NOON)
    offer_at(database, seconds(30))
    with database.session() as session:
        conversations.claim(session, number, marek, now=seconds(31))
        conversations.pass_on(session, number, marek, Queue.PAYERS, now=seconds(32))
        session.commit()

    assert offer_at(database, seconds(33)).made == [(number, ewa.id)]


def test_chat_passed_on_to_a_person_is_offered_there_first_then_to_the_queue(database: Database) -> None:
    number = waiting(database)
    ewa = at_the_desk(database, "ewa", idle_since=NOON - timedelta(minutes=5))
    marek = at_the_desk(database, "marek", queues=[Queue.PAYERS])
    with database.session() as session:
        conversations.claim(session, number, ewa, now=NOON)
        conversations.pass_on(session, number, ewa, Queue.BENEFITS, now=NOON, person=marek)
        session.commit()

    assert offer_at(database, seconds(0)).made == [(number, marek.id)]
    assert offer_at(database, seconds(30)).made == [(number, ewa.id)]


def test_only_reading_tells_whether_offers_are_due(database: Database) -> None:
    waiting(database)

    def due(moment: datetime) -> bool:
        with database.reading() as session:
            return offers.are_due(session, HOUSE, now=moment)

    assert not due(NOON)
    at_the_desk(database, "ewa")
    assert due(NOON)
    offer_at(database, NOON)
    assert not due(seconds(29))
    assert due(seconds(30))


def at_once(*doings: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(doings)) as pool:
        return [future.result() for future in [pool.submit(doing) for doing in doings]]


def test_many_nodes_that_make_offers_at_once_make_each_once(database: Database) -> None:
    numbers = [waiting(database, str(n), after=n) for n in range(6)]
    for n in range(4):
        at_the_desk(database, f"k{n}", capacity=1)

    rounds = at_once(*[lambda: offer_at(database, seconds(60))] * 8)

    made = [pair for one in rounds if isinstance(one, Round) for pair in one.made]
    assert sorted(conversation for conversation, _ in made) == numbers[:4]
    assert len({staff for _, staff in made}) == 4


def test_fifty_claims_against_the_offers_leave_one_owner_and_no_open_offer(database: Database) -> None:
    number = waiting(database)
    people = [at_the_desk(database, f"k{n}", capacity=1) for n in range(50)]

    def claim(staff: Staff) -> int | None:
        with database.session() as session:
            try:
                conversations.claim(session, number, staff, now=seconds(40))
            except AlreadyTaken:
                return None
            session.commit()
            return staff.id

    def offer(at: float) -> None:
        offer_at(database, seconds(at))

    with ThreadPoolExecutor(25) as pool:
        offering = [pool.submit(offer, at) for at in (0, 31, 62, 93)]
        winners = [winner for winner in pool.map(claim, people) if winner]
        for future in offering:
            future.result()
    offer_at(database, seconds(200))

    assert len(winners) == 1
    with database.reading() as session:
        found = session.get_one(Conversation, number)
        assert (found.mode, found.consultant_id) == (Mode.HUMAN, winners[0])
        undecided = select(func.count()).where(ChatOffer.outcome.is_(None))
        assert session.scalar(undecided) == 0
