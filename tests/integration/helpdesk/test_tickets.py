from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import ticket_answers, tickets
from helpdesk.database import Database
from helpdesk.errors import IllegalMove
from helpdesk.letters import Letter
from helpdesk.lifecycle import TicketStatus
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import OutboxMail, Ticket
from helpdesk.threads import References, find_likely, find_thread
from helpdesk.ticket_filters import Seer, Wanted
from helpdesk.ticket_lists import page_of
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON

ANNA = "anna@example.com"
MAIL_ID = "<pytanie@example.com>"


@pytest.fixture
def ticket_id(database: Database) -> int:
    with database.session() as session:
        ticket = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Zasiłek", "Anna@Example.com"), now=NOON)
        tickets.add_incoming(session, ticket, Incoming(ANNA, "kiedy składać?", message_id=MAIL_ID), now=NOON)
        session.commit()
        return ticket.id


def answered(database: Database, ticket_id: int) -> OutboxMail:
    with database.session() as session:
        staff = add_staff(session, login="ewa", name="Ewa", password="x", queues=[], now=NOON)
        ticket = tickets.get_ticket(session, ticket_id)
        ticket_answers.answer(
            session, ticket, staff, Letter("Re: Zasiłek", "Treść"), "Treść", domain="zus.pl", now=NOON
        )
        session.commit()
        return session.scalars(select(OutboxMail)).one()


def test_numbers_of_tickets_differ_and_name_the_ticket(database: Database, ticket_id: int) -> None:
    with database.session() as session:
        other = tickets.open_ticket(session, NewTicket(Queue.PAYERS, "", ""), now=NOON)
        session.commit()
        first = session.get_one(Ticket, ticket_id)

    assert first.number != other.number
    assert first.number == f"OK-{ticket_id:06d}"


def test_answer_waits_in_the_outbox_in_the_customers_thread(database: Database, ticket_id: int) -> None:
    mail = answered(database, ticket_id)

    assert (mail.recipient, mail.in_reply_to, mail.automatic) == (ANNA, MAIL_ID, False)
    with database.reading() as session:
        assert session.get_one(Ticket, ticket_id).status is TicketStatus.PENDING


def test_reply_to_our_mail_by_the_same_sender_finds_its_ticket(database: Database, ticket_id: int) -> None:
    mail = answered(database, ticket_id)

    with database.reading() as session:
        found = find_thread(session, References([mail.message_id]), " ANNA@example.com")

    assert found is not None
    assert found.id == ticket_id


def test_stranger_quoting_our_mail_gets_no_ticket_but_a_hint(database: Database, ticket_id: int) -> None:
    mail = answered(database, ticket_id)

    with database.reading() as session:
        assert find_thread(session, References([mail.message_id]), "obcy@example.com") is None
        assert find_thread(session, References([mail.message_id]), "") is None
        likely = find_likely(session, References([mail.message_id]))
        named = find_likely(session, References(subject=f"Odp: [OK-{ticket_id:06d}] Zasiłek"))

    assert likely is not None
    assert named is not None
    assert {likely.id, named.id} == {ticket_id}


@pytest.mark.parametrize("status", [TicketStatus.PENDING, TicketStatus.SOLVED, TicketStatus.CLOSED])
def test_reply_reopens_a_ticket_that_waited_or_was_over(
    database: Database, ticket_id: int, status: TicketStatus
) -> None:
    with database.session() as session:
        ticket = tickets.get_ticket(session, ticket_id)
        ticket.status = status
        tickets.add_incoming(session, ticket, Incoming(ANNA, "jeszcze jedno"), now=NOON)
        session.commit()
        assert ticket.status is TicketStatus.OPEN


def test_solved_ticket_cannot_be_solved_again(database: Database, ticket_id: int) -> None:
    with database.session() as session:
        staff = add_staff(session, login="ewa", name="Ewa", password="x", queues=[], now=NOON)
        ticket = tickets.get_ticket(session, ticket_id)
        tickets.solve(session, ticket, staff, now=NOON)
        with pytest.raises(IllegalMove):
            tickets.solve(session, ticket, staff, now=NOON)


def test_transferred_ticket_leaves_its_owner_and_its_queue(database: Database, ticket_id: int) -> None:
    with database.session() as session:
        staff = add_staff(session, login="ewa", name="Ewa", password="x", queues=[Queue.BENEFITS], now=NOON)
        ticket = tickets.get_ticket(session, ticket_id)
        tickets.take(session, ticket, staff, now=NOON)
        tickets.transfer(session, ticket, staff, Queue.PAYERS, now=NOON + timedelta(minutes=1))
        session.commit()

    with database.reading() as session:
        assert not page_of(session, Wanted(), Seer(0, [Queue.BENEFITS]), now=NOON).rows
        (row,) = page_of(session, Wanted(), Seer(0, [Queue.PAYERS]), now=NOON).rows
    assert (row.id, row.owner) == (ticket_id, "")
