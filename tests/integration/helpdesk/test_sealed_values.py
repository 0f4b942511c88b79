"""Originals of masked data: sealed in the database, opened one by one with a reason, never a PIN."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from helpdesk import conversations, pin_guard, sealed_values, tickets
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.errors import NotFound, ReasonMissing
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, ChatMessage, Conversation, Staff
from polish.masking import mask
from tests.conftest import NOON

WORDS = "tel 501 234 567, pin 4821, mail anna@wp.pl, tel 502 345 678"


def heard(session: Session, words: str = WORDS) -> tuple[Conversation, ChatMessage]:
    conversation = conversations.start(session, "token", now=NOON)
    message, _ = conversations.hear(session, conversation, mask(words).text, client_id=None, now=NOON)
    return conversation, message


def consultant(session: Session) -> Staff:
    staff = add_staff(session, login="ewa", name="Ewa", password="długie hasło", queues=[], now=NOON)
    session.flush()
    return staff


def test_originals_are_kept_by_kind_and_pins_are_not(database: Database) -> None:
    with database.session() as session:
        _, message = heard(session)

        ids = sealed_values.keep(session, message, mask(WORDS).found, now=NOON)
        session.commit()

    with database.reading() as session:
        kept = sealed_values.values_of(session, session.get_one(ChatMessage, message.id))
        stored = session.scalars(text("SELECT value FROM sealed_value")).all()
    assert [(value.kind, value.value) for value in kept] == [
        ("phone", "501 234 567"),
        ("email", "anna@wp.pl"),
        ("phone", "502 345 678"),
    ]
    assert ids == {"phone": [kept[0].id, kept[2].id], "email": [kept[1].id]}
    assert not any(original in value for value in stored for original in ("501", "anna", "4821"))


def test_opening_needs_a_reason_and_is_audited_without_the_value(database: Database) -> None:
    with database.session() as session:
        conversation, message = heard(session)
        staff = consultant(session)
        ids = sealed_values.keep(session, message, mask(WORDS).found, now=NOON)

        for reason in ("", "  bo   ", "."):
            with pytest.raises(ReasonMissing):
                sealed_values.open_value(session, ids["phone"][0], staff, reason, now=NOON)
        opened = sealed_values.open_value(session, ids["phone"][0], staff, "oddzwonić na 501 234 567", now=NOON)
        session.commit()

    with database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"conversation:{conversation.id}"))
    assert opened == "501 234 567"
    assert (entry.action, entry.staff_id) == ("opened phone", staff.id)
    assert entry.reason == "oddzwonić na [TELEFON]"


def test_values_of_a_ticket_belong_to_the_ticket(database: Database) -> None:
    with database.session() as session:
        ticket = tickets.open_ticket(session, tickets.NewTicket(Queue.GENERAL, "Pytanie", "a@example.org"), now=NOON)
        message = tickets.add_incoming(session, ticket, tickets.Incoming("a@example.org", mask(WORDS).text), now=NOON)
        ids = sealed_values.keep(session, message, mask(WORDS).found, now=NOON)

        sealed_values.open_value(session, ids["email"][0], consultant(session), "odpowiedź na list", now=NOON)
        session.commit()

    with database.reading() as session:
        opened = select(AuditEntry).where(AuditEntry.action == "opened email")
        assert session.scalars(opened).one().subject == f"ticket:{ticket.id}"


def test_unknown_value_is_not_found(database: Database) -> None:
    with database.session() as session, pytest.raises(NotFound):
        sealed_values.open_value(session, 99, consultant(session), "odpowiedź na list", now=NOON)


@pytest.mark.parametrize(("words", "kind", "expected"), [("mój pin to", "answer", True), ("tak", "verify", True)])
def test_a_pin_is_expected_after_its_announcement_or_an_offer_to_verify(
    database: Database, words: str, kind: str, expected: bool
) -> None:
    with database.session() as session:
        conversation, _ = heard(session, words)
        if kind == "verify":
            conversations.reply_as_bot(session, conversation, [Utterance(kind, "…")], now=NOON)

        assert pin_guard.expects_pin(session, conversation) is expected


def test_no_pin_is_expected_after_an_ordinary_answer(database: Database) -> None:
    with database.session() as session:
        conversation, _ = heard(session, "ile wynosi zasiłek")
        conversations.reply_as_bot(session, conversation, [Utterance("answer", "…")], now=NOON)

        assert not pin_guard.expects_pin(session, conversation)
