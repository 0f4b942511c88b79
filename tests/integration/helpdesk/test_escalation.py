"""Warnings and escalations: when, to whom, and each once, on both databases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from helpdesk import escalation, overdue, tickets
from helpdesk.database import Database
from helpdesk.escalation import Looked
from helpdesk.lifecycle import Role, TicketStatus
from helpdesk.overdue import DueFilter
from helpdesk.polish_days import WARSAW
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, Staff, Ticket
from helpdesk.tickets import NewTicket
from tests.conftest import NOON

HOUR = timedelta(hours=1)


def warsaw(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=WARSAW)


def person(database: Database, login: str, *queues: Queue, role: Role = Role.CONSULTANT) -> Staff:
    with database.session() as session:
        staff = add_staff(session, login=login, name=login, password="x", queues=queues, now=NOON, role=role)
        session.commit()
        return staff


def open_one(
    database: Database, queue: Queue = Queue.BENEFITS, *, owner: Staff | None = None, now: datetime = NOON
) -> int:
    with database.session() as session:
        ticket = tickets.open_ticket(session, NewTicket(queue, "Zasiłek", "anna@example.com"), now=now)
        if owner is not None:
            tickets.take(session, ticket, owner, now=now)
        session.commit()
        return ticket.id


def told(database: Database, ticket_id: int) -> Sequence[tuple[str, str]]:
    with database.reading() as session:
        actions = AuditEntry.action.in_(("deadline warned", "deadline broken"))
        wanted = select(AuditEntry.action, AuditEntry.reason).where(
            AuditEntry.subject == f"ticket:{ticket_id}", actions
        )
        return [tuple(row) for row in session.execute(wanted.order_by(AuditEntry.id))]


def look(database: Database, now: datetime) -> Looked:
    found = escalation.look(database, now)
    return Looked(found.warned, found.escalated)


def test_owner_is_warned_at_three_quarters_and_supervisors_told_when_it_is_broken(database: Database) -> None:
    number = open_one(database)

    looked = [look(database, NOON + minutes * timedelta(minutes=1)) for minutes in (179, 180, 200, 239, 240, 300)]

    assert [found.warned for found in looked] == [[], [number], [], [], [], []]
    assert [found.escalated for found in looked] == [[], [], [], [], [number], []]
    assert told(database, number) == [("deadline warned", "response"), ("deadline broken", "response")]


def test_nobody_is_warned_outside_opening_hours(database: Database) -> None:
    number = open_one(database, now=warsaw("2026-11-20 15:00"))  # answer due on Monday at 8:00

    night = look(database, warsaw("2026-11-21 03:00"))
    morning = look(database, warsaw("2026-11-23 07:00"))

    assert (night.warned, morning.warned) == ([], [number])


def test_deadline_that_was_missed_unwatched_is_escalated_at_once(database: Database) -> None:
    number = open_one(database)

    assert look(database, warsaw("2026-11-22 03:00")) == Looked([], [number])


def test_answered_and_solved_tickets_are_left_alone(database: Database) -> None:
    number, staff = open_one(database), person(database, "ewa")
    with database.session() as session:
        tickets.solve(session, tickets.get_ticket(session, number), staff, now=NOON)
        session.commit()

    assert look(database, NOON + 30 * 24 * HOUR) == Looked([], [])


def test_several_nodes_that_look_at_once_tell_each_ticket_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalation, "BATCH", 3)
    broken = [open_one(database) for _ in range(7)]
    soon = [open_one(database, now=NOON + 2 * HOUR) for _ in range(7)]
    escalation.clocks.recount_when_changed(database, NOON)
    found, barrier = [], Barrier(4)

    def node() -> None:
        barrier.wait()
        found.append(look(database, NOON + 5 * HOUR + HOUR / 2))

    nodes = [Thread(target=node) for _ in range(4)]
    for one in nodes:
        one.start()
    for one in nodes:
        one.join()
    found.append(look(database, NOON + 5 * HOUR + HOUR / 2))

    assert sorted(number for one in found for number in one.warned) == soon
    assert sorted(number for one in found for number in one.escalated) == broken
    assert [told(database, number) for number in broken] == [[("deadline broken", "response")]] * 7


def test_ticket_with_another_deadline_is_warned_of_again(database: Database) -> None:
    number, staff = open_one(database), person(database, "ewa")
    look(database, NOON + 3 * HOUR)
    with database.session() as session:
        tickets.transfer(session, tickets.get_ticket(session, number), staff, Queue.TECHNICAL, now=NOON)
        tickets.raise_priority(session, tickets.get_ticket(session, number), tickets.Priority.HIGH, now=NOON)
        session.commit()

    again = look(database, NOON + HOUR - timedelta(minutes=1))

    assert again.warned == [number]


def test_consultants_see_their_own_and_what_nobody_owns_in_their_queues(database: Database) -> None:
    ewa, jan = person(database, "ewa", Queue.BENEFITS), person(database, "jan", Queue.PAYERS)
    lead, editor = person(database, "ola", role=Role.SUPERVISOR), person(database, "iza", role=Role.EDITOR)
    mine, free = open_one(database, owner=ewa), open_one(database)
    jans, other = open_one(database, owner=jan), open_one(database, Queue.PAYERS)
    fresh = open_one(database, now=NOON + 4 * HOUR)
    now = NOON + 4 * HOUR
    look(database, now)

    with database.reading() as session:
        shown = overdue.due_tickets(session, DueFilter({Queue.BENEFITS}, ewa.id), now=now)
        everybodys = overdue.due_tickets(session, DueFilter(frozenset(Queue)), now=now)
        counts = overdue.counts_by_queue(session, frozenset(Queue), now=now)
        told_of = [overdue.told_of(session, staff, now=now) for staff in (ewa, jan, lead, editor)]

    assert [row.id for row in shown] == [mine, free]
    assert [row.id for row in everybodys] == [mine, free, jans, other]
    assert fresh not in {row.id for row in everybodys}
    assert counts == {Queue.BENEFITS: (3, 0), Queue.PAYERS: (1, 0)}
    assert told_of == [2, 2, 4, 0]


def test_supervisor_gives_tickets_to_those_who_work_on_their_queue(database: Database) -> None:
    ewa, lead = person(database, "ewa", Queue.BENEFITS), person(database, "ola", role=Role.SUPERVISOR)
    mine, foreign, over = open_one(database), open_one(database, Queue.PAYERS), open_one(database)
    with database.session() as session:
        tickets.solve(session, tickets.get_ticket(session, over), lead, now=NOON)
        given = overdue.assign(session, [mine, foreign, over, 99_999], ewa, by=lead, now=NOON)
        session.commit()

    assert given == [mine]
    with database.reading() as session:
        ticket = session.get_one(Ticket, mine)
        assert (ticket.consultant_id, ticket.status) == (ewa.id, TicketStatus.OPEN)
        assert session.get_one(Ticket, foreign).consultant_id is None
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "assigned")).one()
        assert (entry.staff_id, entry.reason) == (lead.id, "ewa")
