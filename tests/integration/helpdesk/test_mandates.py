"""Acting for another customer: only under a registered mandate, in its queues, while it holds."""

from datetime import date, timedelta

import pytest

from helpdesk import conversations, identity, mandates
from helpdesk.database import Database
from helpdesk.errors import NoMandate, NotVerified
from helpdesk.lifecycle import Level
from helpdesk.queues import Queue
from helpdesk.standing import Standing, standing
from helpdesk.tables import Conversation, Customer, Mandate
from tests.conftest import NOON

TODAY = NOON.date()


@pytest.fixture
def people(database: Database) -> tuple[int, int, int]:
    """A tax adviser, a client in the queue of the payers until tomorrow, and a stranger."""
    with database.session() as session:
        adviser, client, stranger = (
            identity.add_account(session, pue_id=f"demo.{name}", pin="1", name=name, now=NOON).customer
            for name in ("doradca", "klient", "obcy")
        )
        mandates.register(
            session,
            adviser,
            client,
            queues=[Queue.PAYERS],
            valid_from=TODAY,
            valid_until=TODAY + timedelta(days=1),
            now=NOON,
        )
        conversation = conversations.start(session, "token", now=NOON)
        identity.confirm(session, conversation, adviser.id, how="pin", now=NOON)
        session.commit()
        return adviser.id, client.id, stranger.id


def act(database: Database, principal_id: int | None, *, days: int = 0) -> Standing:
    now = NOON + timedelta(days=days)
    with database.session() as session:
        conversation = conversations.find(session, "token")
        conversation.verified_until = now + timedelta(minutes=15)
        identity.act_for(session, conversation, principal_id, now=now)
        session.commit()
    return stands(database, days=days)


def stands(database: Database, *, days: int = 0, minutes: int = 0) -> Standing:
    with database.session() as session:
        conversation = conversations.find(session, "token")
        if days:
            conversation.verified_until = NOON + timedelta(days=days, minutes=15)
        return standing(session, conversation, NOON + timedelta(days=days, minutes=minutes))


def test_confirmed_customer_speaks_for_oneself_until_another_is_chosen(
    database: Database, people: tuple[int, int, int]
) -> None:
    assert (stands(database).level, stands(database).principal) == (Level.VERIFIED, None)

    chosen = act(database, people[1])

    assert chosen.level is Level.REPRESENTATIVE
    assert chosen.principal is not None
    assert chosen.principal.id == people[1]


def test_mandate_holds_only_in_its_queues(database: Database, people: tuple[int, int, int]) -> None:
    chosen = act(database, people[1])

    assert chosen.within(Queue.PAYERS).level is Level.REPRESENTATIVE
    assert chosen.within(Queue.PENSIONS).level is Level.VERIFIED
    assert chosen.within(Queue.PENSIONS).principal is None
    assert chosen.within(None).principal is None


@pytest.mark.parametrize("whose", [0, 2])
def test_nobody_acts_for_a_stranger_or_under_their_own_name(
    database: Database, people: tuple[int, int, int], whose: int
) -> None:
    with pytest.raises(NoMandate):
        act(database, people[whose])

    assert stands(database).level is Level.VERIFIED


def test_unknown_principal_is_refused(database: Database, people: tuple[int, int, int]) -> None:
    with pytest.raises(NoMandate):
        act(database, max(people) + 1000)


def test_own_matters_can_be_chosen_again(database: Database, people: tuple[int, int, int]) -> None:
    act(database, people[1])

    own = act(database, None)

    assert (own.level, own.principal, own.queues) == (Level.VERIFIED, None, frozenset())


def test_unconfirmed_customer_acts_for_nobody(database: Database, people: tuple[int, int, int]) -> None:
    with database.session() as session:
        conversation = conversations.start(session, "another", now=NOON)
        with pytest.raises(NotVerified):
            identity.act_for(session, conversation, people[1], now=NOON)


def test_revoked_mandate_falls_back_at_once(database: Database, people: tuple[int, int, int]) -> None:
    act(database, people[1])
    with database.session() as session:
        mandates.revoke(session, session.get_one(Mandate, 1), now=NOON)
        session.commit()

    assert (stands(database).level, stands(database).principal) == (Level.VERIFIED, None)


def test_mandate_ends_after_its_last_day_also_where_it_is_used(
    database: Database, people: tuple[int, int, int]
) -> None:
    act(database, people[1])

    assert stands(database, days=1).level is Level.REPRESENTATIVE
    assert stands(database, days=2).level is Level.VERIFIED
    with pytest.raises(NoMandate):
        act(database, people[1], days=2)


def test_mandate_of_tomorrow_is_not_offered_today(database: Database, people: tuple[int, int, int]) -> None:
    with database.session() as session:
        adviser, stranger = session.get_one(Customer, people[0]), session.get_one(Customer, people[2])
        mandates.register(session, adviser, stranger, valid_from=TODAY + timedelta(days=1), now=NOON)
        session.commit()
        offered = [one.id for one in mandates.principals(session, people[0], now=NOON)]
        tomorrow = [one.id for one in mandates.principals(session, people[0], now=NOON + timedelta(days=1))]

    assert offered == [people[1]]
    assert sorted(tomorrow) == sorted([people[1], people[2]])


def test_level_that_ran_out_takes_the_mandate_with_it_and_a_message_forgets_it(
    database: Database, people: tuple[int, int, int]
) -> None:
    act(database, people[1])
    late = NOON + timedelta(minutes=16)

    assert stands(database, minutes=16) == Standing(Level.ANONYMOUS)
    with database.session() as session:
        conversation = conversations.find(session, "token")
        conversations.hear(session, conversation, "halo", client_id=None, now=late)
        session.commit()
        assert session.get_one(Conversation, conversation.id).acting_for_id is None


@pytest.mark.parametrize(("pair", "until"), [((0, 0), None), ((0, 1), date(2020, 1, 1))])
def test_senseless_mandate_is_refused(
    database: Database, people: tuple[int, int, int], pair: tuple[int, int], until: date | None
) -> None:
    with database.session() as session:
        one, other = (session.get_one(Customer, people[place]) for place in pair)
        with pytest.raises(ValueError, match="mandate"):
            mandates.register(session, one, other, valid_from=TODAY, valid_until=until, now=NOON)


def test_directory_file_is_loaded_once_with_its_mandates(database: Database) -> None:
    rows = [
        {"pue_id": "demo.helena", "pin": "1", "name": "Helena"},
        {"pue_id": "demo.corka", "pin": "2", "name": "Zofia", "acts_for": [{"for": "demo.helena"}]},
    ]
    for _ in range(2):
        with database.session() as session:
            identity.load_accounts(session, rows, now=NOON)
            session.commit()

    with database.session() as session:
        (mandate,) = session.query(Mandate).all()
        assert (mandate.representative.name, mandate.principal.name) == ("Zofia", "Helena")
        assert mandates.queues_of(mandate) == frozenset(Queue)
