"""Complaints and other words left in the chat, on both databases."""

from dataclasses import replace
from datetime import datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from helpdesk import feedback
from helpdesk.database import Database
from helpdesk.feedback import FromChat
from helpdesk.hours import WARSAW
from helpdesk.lifecycle import Level, TicketClass
from helpdesk.queues import Queue
from helpdesk.tables import Customer, OutboxMail, Ticket, TicketMessage
from tests.conftest import NOON

ANNA = "anna@example.com"


def leave(database: Database, kind: TicketClass = TicketClass.COMPLAINT, **changes: object) -> Ticket:
    new = FromChat(kind=kind, text="Czekam [PESEL] od maja.", request_key="k1", address=" Anna@Example.com")
    with database.session() as session:
        left = replace(new, **changes)
        ticket = feedback.open_from_chat(session, left, now=NOON, domain="zus.pl")
        session.commit()
        return ticket


def letters(database: Database) -> list[OutboxMail]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxMail)))


def test_complaint_becomes_a_ticket_of_its_class_with_the_end_of_its_time(database: Database) -> None:
    ticket = leave(database)

    assert (ticket.kind, ticket.channel, ticket.queue) == (TicketClass.COMPLAINT, "chat", Queue.GENERAL)
    assert ticket.answer_by == datetime(2026, 12, 21, 23, 59, 59, tzinfo=WARSAW)  # the 20th is a Sunday
    assert (ticket.address, ticket.level) == (ANNA, Level.ADDRESS)
    with database.reading() as session:
        (message,) = session.scalars(select(TicketMessage))
    assert message.text == "Czekam [PESEL] od maja."


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (TicketClass.COMPLAINT, ["najpóźniej do 21.12.2026", "art. 237 § 1", "imię i nazwisko"]),
        (TicketClass.SUGGESTION, ["najpóźniej do 21.12.2026", "art. 244 § 1", "imię i nazwisko"]),
        (TicketClass.PERSONAL_DATA, ["najpóźniej do 21.12.2026", "art. 12 ust. 3 RODO"]),
        (TicketClass.PRAISE, ["Przekażemy je osobom"]),
        (TicketClass.QUESTION, ["Odpowiedź wyślemy na ten adres"]),
    ],
)
def test_acknowledgement_tells_what_happens_and_until_when(
    database: Database, kind: TicketClass, words: list[str]
) -> None:
    ticket = leave(database, kind)

    (letter,) = letters(database)
    assert (letter.recipient, letter.ticket_id, letter.automatic) == (ANNA, ticket.id, True)
    assert ticket.number in letter.subject
    assert all(word in letter.body for word in words)
    assert "PESEL]" not in letter.body


def test_without_an_address_no_letter_goes_out_and_the_case_is_kept(database: Database) -> None:
    ticket = leave(database, address=None)

    assert (ticket.address, ticket.level) == ("", Level.ANONYMOUS)
    assert letters(database) == []


def test_verified_customers_ticket_is_theirs_whatever_the_address(database: Database) -> None:
    with database.session() as session:
        anna = Customer(name="Anna", created_at=NOON)
        session.add(anna)
        session.commit()

    ticket = leave(database, customer_id=anna.id, level=Level.VERIFIED)

    assert (ticket.customer_id, ticket.level) == (anna.id, Level.VERIFIED)


def test_same_request_at_once_opens_one_ticket(database: Database) -> None:
    together, found = Barrier(8), []

    def work() -> None:
        together.wait()
        found.append(leave(database).id)

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(letters(database)) == 1


def test_strangers_address_is_not_flooded_with_letters(database: Database) -> None:
    for n in range(feedback.MOST_LETTERS + 3):
        leave(database, request_key=f"k{n}")

    assert len(letters(database)) == feedback.MOST_LETTERS
