"""The clock of a ticket: rules of its life, and sequences of changes against counting minute by minute."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk import deadlines
from helpdesk.calendar import Calendar
from helpdesk.deadlines import LEAST, MOST, Policy, Rule, State
from helpdesk.lifecycle import Priority, TicketStatus
from helpdesk.polish_days import WARSAW
from helpdesk.queues import Queue
from helpdesk.tables import Ticket
from tests.calendar_strategies import calendars, minutes
from tests.naive_calendar import MINUTE, NaiveCounter

HOUR = timedelta(hours=1)
KEY = Queue.BENEFITS, Priority.NORMAL
POLICY = Policy({KEY: Rule(4 * HOUR, 20 * HOUR), (Queue.PAYERS, Priority.NORMAL): Rule(HOUR, 2 * HOUR)})


def warsaw(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=WARSAW)


def new_ticket(now: datetime) -> Ticket:
    ticket = Ticket(queue=KEY[0], priority=KEY[1], status=TicketStatus.NEW, clock_used=0)
    deadlines.refresh(ticket, Calendar(), POLICY, now)
    return ticket


def move(ticket: Ticket, status: TicketStatus, now: datetime, calendar: Calendar | None = None) -> None:
    ticket.status = status
    deadlines.refresh(ticket, calendar or Calendar(), POLICY, now)


def answer(ticket: Ticket, now: datetime) -> None:
    deadlines.mark_answered(ticket, now)
    move(ticket, TicketStatus.PENDING, now)


FRIDAY_16 = warsaw("2026-11-20 16:00")


def test_new_ticket_has_both_deadlines_in_opening_hours() -> None:
    ticket = new_ticket(FRIDAY_16)

    assert ticket.response_due_at == warsaw("2026-11-23 09:00")
    assert ticket.solution_due_at == warsaw("2026-11-24 14:00")
    assert ticket.due_at == ticket.response_due_at


def test_answered_ticket_waits_for_the_customer_and_nothing_is_due() -> None:
    ticket = new_ticket(FRIDAY_16)

    answer(ticket, FRIDAY_16 + HOUR)

    assert (ticket.response_due_at, ticket.solution_due_at, ticket.due_at) == (None, None, None)
    assert deadlines.state(ticket, Calendar(), POLICY, FRIDAY_16 + timedelta(days=30)) is State.PAUSED
    assert deadlines.used(ticket, Calendar(), FRIDAY_16 + timedelta(days=30)) == HOUR


def test_customer_who_writes_back_waits_for_an_answer_and_the_solution_goes_on() -> None:
    ticket = new_ticket(FRIDAY_16)
    answer(ticket, FRIDAY_16 + HOUR)

    move(ticket, TicketStatus.OPEN, warsaw("2026-11-25 10:00"))

    assert ticket.response_due_at == warsaw("2026-11-25 14:00")
    assert ticket.solution_due_at == warsaw("2026-11-26 18:00")  # 19 of its 20 hours are left


def test_solution_whose_time_was_over_before_the_pause_is_due_at_once_after_it() -> None:
    ticket = new_ticket(FRIDAY_16)
    answer(ticket, warsaw("2026-11-27 12:00"))
    back = warsaw("2026-12-01 10:00")

    move(ticket, TicketStatus.OPEN, back)

    assert ticket.due_at == ticket.solution_due_at == back
    assert deadlines.state(ticket, Calendar(), POLICY, back) is State.BROKEN


@pytest.mark.parametrize("status", [TicketStatus.SOLVED, TicketStatus.CLOSED])
def test_reopened_ticket_starts_both_deadlines_afresh(status: TicketStatus) -> None:
    ticket = new_ticket(FRIDAY_16)
    ticket.warned_at = ticket.escalated_at = FRIDAY_16 + 2 * HOUR
    answer(ticket, FRIDAY_16 + 2 * HOUR)
    move(ticket, TicketStatus.SOLVED, FRIDAY_16 + 2 * HOUR)
    move(ticket, status, FRIDAY_16 + 2 * HOUR)
    assert deadlines.state(ticket, Calendar(), POLICY, FRIDAY_16 + 9 * HOUR) is State.OVER

    monday = warsaw("2026-11-23 07:00")
    move(ticket, TicketStatus.OPEN, monday)

    assert (ticket.clock_used, ticket.solved_at, ticket.first_answered_at) == (0, None, None)
    assert (ticket.response_due_at, ticket.solution_due_at) == (monday + 4 * HOUR, warsaw("2026-11-24 16:00"))
    assert (ticket.warned_at, ticket.escalated_at) == (None, None)


def test_answers_and_solution_in_time_are_kept_until_a_reopening_starts_afresh() -> None:
    ticket = new_ticket(FRIDAY_16)
    assert (ticket.response_kept, ticket.solution_kept) == (None, None)

    answer(ticket, warsaw("2026-11-23 09:00"))
    assert ticket.response_kept is True

    move(ticket, TicketStatus.OPEN, warsaw("2026-11-24 10:00"))
    answer(ticket, warsaw("2026-11-24 15:00"))  # an hour too late
    move(ticket, TicketStatus.OPEN, warsaw("2026-11-25 10:00"))
    answer(ticket, warsaw("2026-11-25 10:30"))  # one late answer is not made up for
    assert ticket.response_kept is False

    move(ticket, TicketStatus.SOLVED, warsaw("2026-12-04 10:00"))  # nine and a half of twenty hours
    assert ticket.solution_kept is True

    move(ticket, TicketStatus.OPEN, warsaw("2026-12-07 07:00"))
    assert (ticket.response_kept, ticket.solution_kept) == (None, None)

    move(ticket, TicketStatus.SOLVED, warsaw("2026-12-08 16:01"))  # a minute more than twenty hours
    assert (ticket.response_kept, ticket.solution_kept) == (None, False)


def test_other_queue_moves_the_deadlines_and_not_their_beginning() -> None:
    ticket = new_ticket(warsaw("2026-11-20 10:00"))
    ticket.queue = Queue.PAYERS

    deadlines.refresh(ticket, Calendar(), POLICY, warsaw("2026-11-20 10:30"))

    assert (ticket.response_due_at, ticket.solution_due_at) == (
        warsaw("2026-11-20 11:00"),
        warsaw("2026-11-20 12:00"),
    )


def test_change_that_moves_no_deadline_keeps_warning_and_escalation() -> None:
    ticket = new_ticket(FRIDAY_16)
    ticket.warned_at = ticket.escalated_at = FRIDAY_16

    move(ticket, TicketStatus.OPEN, FRIDAY_16 + HOUR)

    assert ticket.warned_at == ticket.escalated_at == FRIDAY_16


@pytest.mark.parametrize(
    ("passed", "state"),
    [
        (timedelta(hours=2, minutes=59), State.RUNNING),
        (timedelta(hours=3), State.SOON),
        (timedelta(hours=3, minutes=59), State.SOON),
        (timedelta(hours=4), State.BROKEN),
    ],
)
def test_deadline_is_soon_from_three_quarters_of_its_time(passed: timedelta, state: State) -> None:
    ticket = new_ticket(warsaw("2026-11-20 10:00"))

    assert deadlines.state(ticket, Calendar(), POLICY, warsaw("2026-11-20 10:00") + passed) is state


def test_ticket_from_before_there_were_deadlines_is_not_counted() -> None:
    ticket = Ticket(queue=KEY[0], priority=KEY[1], status=TicketStatus.OPEN, clock_used=0)

    assert deadlines.state(ticket, Calendar(), POLICY, FRIDAY_16) is State.UNCOUNTED


def test_defaults_are_within_their_bounds_and_urgent_ones_the_shortest() -> None:
    minute = timedelta(minutes=1)
    for queue in Queue:
        urgent, high, normal = (Policy().rule(queue, priority) for priority in Priority)
        assert urgent.response < high.response < normal.response
        assert urgent.solution < high.solution < normal.solution
        for rule in (urgent, high, normal):
            assert LEAST * minute <= rule.response <= rule.solution <= MOST * minute


deeds = st.lists(
    st.tuples(st.sampled_from(["wait", "answer", "write", "solve", "transfer"]), st.integers(0, 600)), max_size=8
)


@settings(deadline=None, max_examples=80)
@given(calendars(), minutes(), deeds)
def test_clock_counts_what_a_minute_counter_counts_through_any_life(
    calendar: Calendar, begin: datetime, lived: list[tuple[str, int]]
) -> None:
    naive = NaiveCounter(calendar)
    ticket = Ticket(queue=KEY[0], priority=KEY[1], status=TicketStatus.NEW, clock_used=0)
    deadlines.refresh(ticket, calendar, POLICY, begin)
    now, round_minutes, waiting = begin, [], []  # what the solution, and the answer, waited for so far

    for deed, length in lived:
        passed = [now + n * MINUTE for n in range(length)]
        now += length * MINUTE
        if ticket.status in deadlines.RUNS:
            round_minutes += passed
            waiting += passed
        if deed == "answer" and ticket.status in deadlines.RUNS:
            deadlines.mark_answered(ticket, now)
            move(ticket, TicketStatus.PENDING, now, calendar)
        elif deed == "solve" and ticket.status is not TicketStatus.SOLVED:
            move(ticket, TicketStatus.SOLVED, now, calendar)
        elif deed == "write" and ticket.status not in deadlines.RUNS:
            round_minutes = [] if ticket.status is TicketStatus.SOLVED else round_minutes
            waiting = []
            move(ticket, TicketStatus.OPEN, now, calendar)
        elif deed == "transfer":
            ticket.queue = Queue.PAYERS if ticket.queue is KEY[0] else KEY[0]
            deadlines.refresh(ticket, calendar, POLICY, now)

    counted = sum(map(naive.is_open, round_minutes)) * MINUTE
    rule = POLICY.rule(ticket.queue, ticket.priority)
    assert deadlines.used(ticket, calendar, now) == counted
    if ticket.status in deadlines.RUNS:
        since = now - len(waiting) * MINUTE
        before = counted - sum(map(naive.is_open, waiting)) * MINUTE
        assert ticket.response_due_at == naive.add_open(since, rule.response)
        assert ticket.solution_due_at == naive.add_open(since, rule.solution - before)
        assert ticket.due_at == min(ticket.response_due_at, ticket.solution_due_at)
    else:
        assert ticket.due_at is None
