from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import conversations, identity
from helpdesk.database import Database
from helpdesk.errors import Locked, NotVerified
from helpdesk.lifecycle import Level
from helpdesk.tables import Account, AuditEntry, Conversation
from tests.conftest import NOON


@pytest.fixture
def conversation_id(database: Database) -> int:
    with database.session() as session:
        identity.add_account(session, pue_id="demo.anna", pin="4821", name="Anna", now=NOON)
        conversation = conversations.start(session, "token", now=NOON)
        session.commit()
        return conversation.id


def attempt(database: Database, conversation_id: int, pue_id: str, pin: str, minutes: float = 0) -> Level:
    with database.session() as session:
        conversation = session.get_one(Conversation, conversation_id)
        try:
            identity.verify(session, conversation, pue_id, pin, now=NOON + timedelta(minutes=minutes))
        finally:
            session.commit()
        return conversation.level


def test_right_pin_raises_the_conversation_to_verified(database: Database, conversation_id: int) -> None:
    assert attempt(database, conversation_id, " Demo.ANNA ", "4821") is Level.VERIFIED


@pytest.mark.parametrize(("pue_id", "pin"), [("demo.anna", "0000"), ("demo.nikt", "4821"), ("x" * 1000, "1" * 10**6)])
def test_wrong_pin_and_unknown_identifier_are_refused_alike(
    database: Database, conversation_id: int, pue_id: str, pin: str
) -> None:
    with pytest.raises(NotVerified):
        attempt(database, conversation_id, pue_id, pin)

    with database.reading() as session:
        assert session.get_one(Conversation, conversation_id).level is Level.ANONYMOUS


def test_fifth_failure_locks_and_time_unlocks(database: Database, conversation_id: int) -> None:
    for _ in range(5):
        with pytest.raises(NotVerified):
            attempt(database, conversation_id, "demo.anna", "0000")

    with pytest.raises(Locked):
        attempt(database, conversation_id, "demo.anna", "4821")

    assert attempt(database, conversation_id, "demo.anna", "4821", minutes=1) is Level.VERIFIED


def test_audit_tells_of_attempts_without_the_typed_data(database: Database, conversation_id: int) -> None:
    with pytest.raises(NotVerified):
        attempt(database, conversation_id, "demo.anna", "0000")

    with database.reading() as session:
        entries = session.scalars(select(AuditEntry)).all()
        account = session.scalars(select(Account)).one()
    assert [entry.action for entry in entries] == ["verification failed"]
    assert "0000" not in " ".join(f"{entry.reason} {entry.subject}" for entry in entries)
    assert account.failures == 1
