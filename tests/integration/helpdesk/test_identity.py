"""Confirming identities against the embedded directory: counting, locking, and no word or moment that tells more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import conversations, directory, identity
from helpdesk.database import Database
from helpdesk.directory import EmbeddedDirectory
from helpdesk.errors import Locked, NotFound, NotVerified
from helpdesk.identity import Verification
from helpdesk.lifecycle import Level
from helpdesk.standing import standing
from helpdesk.tables import Account, AuditEntry, Conversation
from tests.conftest import NOON

AT_ONCE = 8
"""Threads of the direct attempts; more would only wait for SQLite's one writer (over HTTP two hundred come at once)."""
RIGHT = ("demo.anna", "4821")
WRONG = ("demo.anna", "0000")


@pytest.fixture
def conversation_id(database: Database) -> int:
    with database.session() as session:
        identity.add_account(session, pue_id="demo.anna", pin="4821", name="Anna", now=NOON)
        conversation = conversations.start(session, "token", now=NOON)
        session.commit()
        return conversation.id


def attempt(database: Database, pue_id: str, pin: str, *, minutes: float = 0, token: str = "token") -> int:
    verification = Verification(database, EmbeddedDirectory(database))
    return verification.check(token, pue_id, pin, now=NOON + timedelta(minutes=minutes))


def from_elsewhere(database: Database, pue_id: str, pin: str, *, minutes: float = 0) -> int:
    """Try from a conversation of its own, as who works through many of them does."""
    return EmbeddedDirectory(database).confirm(pue_id, pin, now=NOON + timedelta(minutes=minutes))


def account(database: Database) -> Account:
    with database.reading() as session:
        return session.scalars(select(Account)).one()


def deeds(database: Database) -> list[str]:
    with database.reading() as session:
        return [entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The hashes that a PIN was really compared with, in the order of the comparisons; None is nobody's."""
    hashes: list[str | None] = []
    real = directory.matches

    def counted(stored: str | None, secret: str) -> bool:
        hashes.append(stored)
        return real(stored, secret)

    monkeypatch.setattr(directory, "matches", counted)
    return hashes


@pytest.mark.usefixtures("conversation_id")
def test_right_pin_belongs_to_its_customer_however_the_identifier_is_written(database: Database) -> None:
    assert attempt(database, " Demo.ANNA ", " 4821 ") == account(database).customer_id


def test_confirmed_customer_raises_the_conversation_for_a_quarter_of_an_hour(
    database: Database, conversation_id: int
) -> None:
    customer_id = attempt(database, *RIGHT)

    with database.session() as session:
        conversation = session.get_one(Conversation, conversation_id)
        identity.confirm(session, conversation, customer_id, how="pin", now=NOON)
        session.commit()
        levels = [standing(session, conversation, NOON + timedelta(minutes=after)).level for after in (14, 15)]
    assert levels == [Level.VERIFIED, Level.ANONYMOUS]


@pytest.mark.parametrize(
    ("pue_id", "pin"),
    [
        WRONG,
        ("demo.nikt", "4821"),
        ("x" * 1000, "4821"),
        ("demo.anna", "4821" * 10**5),
        ("", ""),
        ("demo.anna", "\x00"),
        ("demo\x00anna", "1"),
    ],
)
@pytest.mark.usefixtures("conversation_id")
def test_whatever_is_wrong_is_refused_alike_after_the_same_work(
    database: Database, compared: list[str | None], pue_id: str, pin: str
) -> None:
    with pytest.raises(NotVerified) as refusal:
        attempt(database, pue_id, pin)

    assert str(refusal.value) == ""
    assert len(compared) == 1


@pytest.mark.usefixtures("conversation_id")
def test_locked_account_is_refused_in_the_words_and_the_time_of_a_wrong_pin(
    database: Database, compared: list[str | None]
) -> None:
    for _ in range(5):
        with pytest.raises(NotVerified):
            from_elsewhere(database, *WRONG)

    with pytest.raises(NotVerified):
        from_elsewhere(database, *RIGHT)

    assert compared[5:] == [None]


@pytest.mark.usefixtures("conversation_id")
def test_fifth_failure_locks_time_unlocks_and_the_next_failure_locks_longer(database: Database) -> None:
    for _ in range(5):
        with pytest.raises(NotVerified):
            from_elsewhere(database, *WRONG)
    first = account(database).locked_until

    with pytest.raises(NotVerified):
        from_elsewhere(database, *WRONG, minutes=1)

    second = account(database).locked_until
    assert first is not None
    assert second is not None
    assert first - NOON == timedelta(seconds=30)
    assert second - NOON - timedelta(minutes=1) == timedelta(seconds=60)
    assert from_elsewhere(database, *RIGHT, minutes=3) == account(database).customer_id
    assert (account(database).failures, account(database).locked_until) == (0, None)


@pytest.mark.usefixtures("conversation_id")
def test_conversation_is_locked_after_five_failures_whoever_was_tried(
    database: Database, compared: list[str | None]
) -> None:
    for number in range(5):
        with pytest.raises(NotVerified):
            attempt(database, f"demo.nikt{number}", "4821")

    with pytest.raises(Locked) as refusal:
        attempt(database, *RIGHT)

    assert refusal.value.until == NOON + timedelta(seconds=30)
    assert len(compared) == 5
    assert attempt(database, *RIGHT, minutes=1) == account(database).customer_id


def test_unknown_conversation_costs_the_account_nothing(database: Database, conversation_id: int) -> None:
    with pytest.raises(NotFound):
        attempt(database, *WRONG, token="another")

    assert account(database).failures == 0


@pytest.mark.timeout(900)  # two hundred real comparisons, on whatever machine
@pytest.mark.usefixtures("conversation_id")
def test_two_hundred_wrong_pins_at_once_are_counted_and_only_five_compared(
    database: Database, compared: list[str | None]
) -> None:
    def try_once(number: int) -> bool:
        try:
            from_elsewhere(database, "demo.anna", f"{number:04}")
        except NotVerified:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        verified = list(pool.map(try_once, range(200)))

    assert not any(verified)
    assert sum(stored is not None for stored in compared) == 5
    assert (account(database).failures, deeds(database).count("pin compared")) == (5, 5)
    assert deeds(database).count("pin not compared") == 195


@pytest.mark.timeout(900)  # two hundred real comparisons, on whatever machine
@pytest.mark.usefixtures("conversation_id")
def test_right_pin_among_two_hundred_after_the_lock_does_not_confirm(
    database: Database, compared: list[str | None]
) -> None:
    for _ in range(5):
        with pytest.raises(NotVerified):
            from_elsewhere(database, *WRONG)

    def try_once(number: int) -> bool:
        try:
            from_elsewhere(database, *(RIGHT if number % 2 else WRONG))
        except NotVerified:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        verified = list(pool.map(try_once, range(200)))

    assert not any(verified)
    assert set(compared[5:]) == {None}


@pytest.mark.usefixtures("conversation_id")
def test_failures_counted_while_a_right_pin_is_compared_stay_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, inside = directory.matches, []

    def slow(stored: str | None, secret: str) -> bool:
        if secret == "4821" and not inside:
            inside.append(True)
            for _ in range(3):
                with pytest.raises(NotVerified):
                    from_elsewhere(database, *WRONG)
        return real(stored, secret)

    monkeypatch.setattr(directory, "matches", slow)

    from_elsewhere(database, *RIGHT)

    assert account(database).failures == 3


@pytest.mark.usefixtures("conversation_id")
def test_no_transaction_is_open_while_a_pin_is_compared(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    real = directory.matches

    def writing(stored: str | None, secret: str) -> bool:
        with database.session() as session:  # on SQLite this would wait for another writer, in vain
            conversations.start(session, "meanwhile", now=NOON)
            session.commit()
        return real(stored, secret)

    monkeypatch.setattr(directory, "matches", writing)

    assert attempt(database, *RIGHT)


@pytest.mark.usefixtures("conversation_id")
def test_audit_tells_of_each_attempt_without_identifier_or_pin(database: Database) -> None:
    with pytest.raises(NotVerified):
        attempt(database, *WRONG)
    with pytest.raises(NotVerified):
        attempt(database, "demo.nikt", "9753")

    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == [
        "pin compared",
        "verification failed",
        "pin not compared",
        "verification failed",
    ]
    written = " ".join(f"{entry.reason} {entry.subject}" for entry in entries)
    assert not any(typed in written for typed in ("0000", "9753", "demo"))
