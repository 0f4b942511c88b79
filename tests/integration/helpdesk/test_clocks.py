"""The clocks of tickets through everything that changes a ticket, on both databases."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clocks, deadline_rules, feedback, house_calendar, merging, ticket_answers, tickets
from helpdesk.calendar import OtherDay
from helpdesk.database import Database
from helpdesk.deadlines import Rule
from helpdesk.errors import BadDeadline
from helpdesk.feedback import FromChat
from helpdesk.letters import Letter
from helpdesk.lifecycle import Priority, TicketClass, TicketStatus
from helpdesk.polish_days import WARSAW
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, DeadlineRule, OutboxMail, Staff, Ticket, TicketMessage
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON

HOUR = timedelta(hours=1)
ANNA = "anna@example.com"


def warsaw(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=WARSAW)


def open_one(session: Session, queue: Queue = Queue.BENEFITS, now: datetime = NOON) -> Ticket:
    ticket = tickets.open_ticket(session, NewTicket(queue, "Zasiłek", ANNA), now=now)
    tickets.add_incoming(session, ticket, Incoming(ANNA, "kiedy?"), now=now)
    return ticket


def somebody(session: Session) -> Staff:
    return add_staff(session, login="ewa", name="Ewa", password="x", queues=[], now=NOON)


def answer(session: Session, ticket: Ticket, staff: Staff, now: datetime) -> None:
    ticket_answers.answer(session, ticket, staff, Letter("Re", "x"), "x", domain="zus.pl", now=now)


def test_opened_ticket_has_its_deadlines_in_the_database(database: Database) -> None:
    with database.session() as session:
        number = open_one(session).id
        session.commit()

    with database.reading() as session:
        ticket = session.get_one(Ticket, number)
        assert ticket.due_at == ticket.response_due_at == warsaw("2026-11-20 16:00")
        assert ticket.solution_due_at == warsaw("2026-11-25 12:00")


def test_answer_of_a_person_ends_the_wait_and_a_reply_begins_another(database: Database) -> None:
    with database.session() as session:
        ticket, staff = open_one(session), somebody(session)
        answer(session, ticket, staff, NOON + HOUR)
        assert (ticket.first_answered_at, ticket.due_at, ticket.clock_used) == (NOON + HOUR, None, 3600)

        tickets.add_incoming(session, ticket, Incoming(ANNA, "a teraz?"), now=NOON + 2 * HOUR)

    assert (ticket.first_answered_at, ticket.status) == (None, TicketStatus.OPEN)
    assert ticket.response_due_at == warsaw("2026-11-20 18:00")
    assert ticket.solution_due_at == warsaw("2026-11-25 13:00")  # the hour of waiting for the customer came on top


def test_automatic_answer_is_an_answer(database: Database) -> None:
    with database.session() as session:
        ticket = open_one(session)
        ticket_answers.answer_automatically(session, ticket, "Asystent", "x", "<a@zus.pl>", now=NOON)

    assert (ticket.first_answered_at, ticket.due_at) == (NOON, None)


def test_acknowledgement_is_no_answer(database: Database) -> None:
    with database.session() as session:
        new = FromChat(TicketClass.COMPLAINT, "długo czekam", "t1", address=ANNA)
        ticket = feedback.open_from_chat(session, new, now=NOON, domain="zus.pl")
        session.flush()
        assert session.scalars(select(OutboxMail.kind)).all() == ["feedback"]

    assert ticket.first_answered_at is None
    assert ticket.response_due_at is not None
    assert ticket.answer_by is not None  # the statute counts apart
    assert ticket.answer_by > ticket.due_at


def test_solved_ticket_that_is_written_to_starts_afresh(database: Database) -> None:
    with database.session() as session:
        ticket, staff = open_one(session), somebody(session)
        answer(session, ticket, staff, NOON + HOUR)
        tickets.solve(session, ticket, staff, now=NOON + 2 * HOUR)
        assert (ticket.solved_at, ticket.due_at) == (NOON + 2 * HOUR, None)

        tickets.add_incoming(session, ticket, Incoming(ANNA, "jednak nie"), now=warsaw("2026-11-23 08:00"))

    assert (ticket.solved_at, ticket.clock_used, ticket.first_answered_at) == (None, 0, None)
    assert ticket.response_due_at == warsaw("2026-11-23 12:00")
    assert ticket.solution_due_at == warsaw("2026-11-26 08:00")


def test_answer_to_a_solved_ticket_reopens_and_answers_it_at_once(database: Database) -> None:
    with database.session() as session:
        ticket, staff = open_one(session), somebody(session)
        tickets.solve(session, ticket, staff, now=NOON)
        answer(session, ticket, staff, NOON + HOUR)

    assert (ticket.status, ticket.solved_at, ticket.due_at) == (TicketStatus.PENDING, None, None)
    assert ticket.first_answered_at == NOON + HOUR


def test_transfer_and_priority_move_the_deadlines(database: Database) -> None:
    with database.session() as session:
        ticket, staff = open_one(session), somebody(session)
        tickets.raise_priority(session, ticket, Priority.HIGH, now=NOON)
        high = ticket.response_due_at
        tickets.transfer(session, ticket, staff, Queue.TECHNICAL, now=NOON + HOUR / 2)

    assert (high, ticket.response_due_at) == (warsaw("2026-11-20 14:00"), warsaw("2026-11-20 13:00"))


def test_merged_ticket_owes_nothing_and_the_other_one_does(database: Database) -> None:
    with database.session() as session:
        staff, into, ticket = somebody(session), open_one(session), open_one(session)
        answer(session, into, staff, NOON)
        merging.merge(session, ticket, into, staff, now=NOON + HOUR)

    assert (ticket.status, ticket.due_at) == (TicketStatus.CLOSED, None)
    assert (into.status, into.response_due_at) == (TicketStatus.OPEN, warsaw("2026-11-20 17:00"))


def test_ticket_that_is_split_off_has_deadlines_of_its_own(database: Database) -> None:
    with database.session() as session:
        staff, ticket = somebody(session), open_one(session)
        tickets.add_incoming(session, ticket, Incoming(ANNA, "i inna sprawa"), now=NOON)
        message = session.scalars(select(TicketMessage).order_by(TicketMessage.id.desc())).first()
        own = merging.split(session, message, staff, now=NOON + HOUR)

    assert own.response_due_at == warsaw("2026-11-20 17:00")


def test_rules_of_the_house_come_before_the_defaults_and_are_audited(database: Database) -> None:
    key = Queue.BENEFITS, Priority.NORMAL
    with database.session() as session:
        staff = somebody(session)
        before = deadline_rules.load(session).rule(*key)
        assert deadline_rules.change(session, {key: Rule(HOUR, 2 * HOUR)}, by=staff, now=NOON) == 1
        ticket = open_one(session)
        session.commit()
    assert ticket.response_due_at == NOON + HOUR
    with database.session() as session:
        reasons = session.scalars(select(AuditEntry.reason).where(AuditEntry.action == "deadline set")).all()
        assert reasons == ["(240, 1980) -> (60, 120)"]

        deadline_rules.change(session, {key: before}, by=staff, now=NOON)
        session.flush()
        assert not session.scalars(select(DeadlineRule)).all()  # the default needs no row


@pytest.mark.parametrize(
    "rule",
    [Rule(2 * HOUR, HOUR), Rule(timedelta(minutes=4), HOUR), Rule(HOUR, timedelta(minutes=60_001)), Rule(-HOUR, HOUR)],
)
def test_rule_that_makes_no_sense_changes_nothing(database: Database, rule: Rule) -> None:
    keys = [(Queue.PAYERS, Priority.NORMAL), (Queue.PAYERS, Priority.HIGH)]
    with database.session() as session:
        staff = somebody(session)
        with pytest.raises(BadDeadline):
            deadline_rules.change(session, {keys[0]: Rule(HOUR, HOUR), keys[1]: rule}, by=staff, now=NOON)

        assert not session.scalars(select(DeadlineRule)).all()


def test_day_off_set_later_moves_the_deadlines_of_running_tickets_once(database: Database) -> None:
    clocks.recount_when_changed(database, NOON)
    with database.session() as session:
        staff, ticket, waiting = somebody(session), open_one(session), open_one(session)
        answer(session, waiting, staff, NOON)
        session.commit()
        assert clocks.recount_when_changed(database, NOON) == 0
        house_calendar.set_day(session, date(2026, 11, 23), OtherDay("awaria"), by=staff, now=NOON)
        session.commit()

    counted = [clocks.recount_when_changed(database, NOON) for _ in range(2)]

    assert counted == [1, 0]
    with database.reading() as session:
        assert session.get_one(Ticket, ticket.id).solution_due_at == warsaw("2026-11-26 12:00")
        assert session.get_one(Ticket, waiting.id).solution_due_at is None


def test_clocks_of_tickets_from_before_start_with_the_first_look(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "BATCH", 2)
    with database.session() as session:
        old = [open_one(session) for _ in range(5)]
        for ticket in old:  # as the migration leaves them
            ticket.clock_resumed_at = ticket.response_due_at = ticket.solution_due_at = ticket.due_at = None
        session.commit()

    assert clocks.recount_when_changed(database, NOON + HOUR) == 5

    with database.reading() as session:
        assert {session.get_one(Ticket, one.id).due_at for one in old} == {warsaw("2026-11-20 17:00")}
