"""What the operator's figures say of chats, tickets and letters that lie about."""

from datetime import timedelta

from sqlalchemy import select

from helpdesk import lags, tickets
from helpdesk.conversations import start
from helpdesk.database import Database
from helpdesk.lifecycle import Mode, OutboxStatus, TicketStatus
from helpdesk.queues import Queue
from helpdesk.tables import OutboxMail, Ticket
from helpdesk.tickets import NewTicket
from tests.conftest import NOON

LATER = NOON + timedelta(days=30)


def letter(number: int, **known: object) -> OutboxMail:
    usual = {"kind": "answer", "recipient": "anna@example.org", "subject": "x", "body": "x", "created_at": NOON}
    return OutboxMail(**{**usual, "message_id": f"<{number}@example.org>", "due_at": NOON, **known})


def test_nothing_is_late_in_an_empty_house(database: Database) -> None:
    with database.reading() as session:
        outboxes = lags.outboxes(session, now=NOON)
        assert {name: (lag.queued, lag.dead, lag.oldest_due_at) for name, lag in outboxes.items()} == {
            "mail": (0, 0, None),
            "sms": (0, 0, None),
        }
        assert set(lags.longest_waiting(session).values()) == {None}
        assert set(lags.overdue(session, now=NOON).values()) == {0}


def test_letter_for_a_later_time_is_queued_and_not_due(database: Database) -> None:
    with database.session() as session:
        session.add_all(
            [
                letter(1, due_at=NOON - timedelta(minutes=5)),
                letter(2, due_at=LATER),
                letter(3, due_at=LATER, attempts=2, created_at=NOON - timedelta(hours=3)),
                letter(4, status=OutboxStatus.DEAD),
                letter(5, status=OutboxStatus.SENT, due_at=NOON - timedelta(days=1), attempts=1),
            ]
        )
        session.commit()
        lag = lags.outboxes(session, now=NOON)["mail"]

    assert (lag.queued, lag.dead) == (3, 1)
    assert lag.oldest_due_at == NOON - timedelta(minutes=5)
    assert lag.oldest_failed_at == NOON - timedelta(hours=3)


def test_longest_wait_is_that_of_its_queue(database: Database) -> None:
    with database.session() as session:
        for number, minutes in enumerate((3, 12)):
            chat = start(session, f"secret-{number}", now=NOON)
            chat.mode, chat.queue, chat.waiting_since = Mode.WAITING, Queue.PAYERS, NOON - timedelta(minutes=minutes)
        session.commit()
        waiting = lags.longest_waiting(session)

    assert waiting[Queue.PAYERS] == NOON - timedelta(minutes=12)
    assert waiting[Queue.BENEFITS] is None


def test_solved_ticket_is_not_overdue(database: Database) -> None:
    with database.session() as session:
        for subject in ("open", "solved"):
            tickets.open_ticket(session, NewTicket(Queue.BENEFITS, subject, "anna@example.com"), now=NOON)
        solved = session.scalars(select(Ticket).where(Ticket.subject == "solved")).one()
        solved.status = TicketStatus.SOLVED
        session.commit()

        assert lags.overdue(session, now=NOON)[Queue.BENEFITS] == 0
        assert lags.overdue(session, now=LATER)[Queue.BENEFITS] == 1
