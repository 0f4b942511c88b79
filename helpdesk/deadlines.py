"""The clock of a ticket: by when a first answer and the solution are due, counted in opening hours.

Pure functions over a ticket's own columns; `helpdesk.clocks` brings the house's calendar and rules. The rules in words
are in docs/deadlines.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from pathlib import Path

import yaml

from helpdesk.calendar import Calendar
from helpdesk.lifecycle import Priority, TicketStatus
from helpdesk.queues import Queue
from helpdesk.tables import Ticket

FILE = Path(__file__).parent / "deadlines.yaml"
RUNS = frozenset({TicketStatus.NEW, TicketStatus.OPEN})
"""Where the customer waits for the office; elsewhere the clock stands still."""
LEAST, MOST = 5, 60_000
"""Bounds of a rule in minutes of opening hours; the longest is about 90 days of eleven hours."""
LAST_PART = 4
"""A deadline is soon in the last quarter of its time."""
NONE = timedelta()


@dataclass(frozen=True)
class Rule:
    """How long a ticket may take, in opening hours."""

    response: timedelta
    solution: timedelta


Key = tuple[Queue, Priority]


@lru_cache(maxsize=1)
def defaults() -> Mapping[Key, Rule]:
    """Return the rules as the data file has them."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        (queue, priority): _rule({**read["every"], **read["queues"].get(queue.value, {})}[priority.value])
        for queue in Queue
        for priority in Priority
    }


def _rule(minutes: Mapping[str, int]) -> Rule:
    return Rule(timedelta(minutes=minutes["response"]), timedelta(minutes=minutes["solution"]))


@dataclass(frozen=True)
class Policy:
    """The rules of a house: those that administrators set, over the defaults."""

    own: Mapping[Key, Rule] = field(default_factory=dict)

    def rule(self, queue: Queue, priority: Priority) -> Rule:
        """Return the rule for a queue and a priority."""
        return self.own.get((queue, priority)) or defaults()[queue, priority]

    @property
    def rules(self) -> Mapping[Key, Rule]:
        """Every rule that holds."""
        return {**defaults(), **self.own}


class State(str, Enum):
    """How a ticket stands with its deadlines."""

    BROKEN = "broken"
    SOON = "soon"
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"
    UNCOUNTED = "uncounted"
    """Its clock was never started: it comes from before there were deadlines."""


def refresh(ticket: Ticket, calendar: Calendar, policy: Policy, now: datetime) -> None:
    """Bring the clock of a ticket up to date with its status, queue and priority; call it after each change of them.

    The clock starts when the ticket is opened, pauses while it waits for the customer, is over when it is solved, and
    starts afresh when it is reopened. Coming back from the customer, the solution's time goes on, and a new answer is
    due.
    """
    rule = policy.rule(ticket.queue, ticket.priority)
    if ticket.status in RUNS:
        if ticket.clock_resumed_at is None:
            _resume(ticket, now)
    else:
        _stop(ticket, calendar, now)
        if ticket.status is not TicketStatus.PENDING and ticket.solved_at is None:
            ticket.solved_at = now
            ticket.solution_kept = timedelta(seconds=ticket.clock_used or 0) <= rule.solution
    _set_due(ticket, calendar, rule)


def mark_answered(ticket: Ticket, now: datetime) -> None:
    """Note that an answer went out; an acknowledgement is none."""
    if ticket.first_answered_at is None:
        ticket.first_answered_at = now
        if ticket.response_due_at is not None:
            ticket.response_kept = ticket.response_kept is not False and now <= ticket.response_due_at


def _resume(ticket: Ticket, now: datetime) -> None:
    if ticket.solved_at is not None:
        ticket.clock_used, ticket.solved_at = 0, None
        ticket.response_kept = ticket.solution_kept = None
    ticket.clock_resumed_at, ticket.first_answered_at = now, None
    ticket.warned_at = ticket.escalated_at = None


def _stop(ticket: Ticket, calendar: Calendar, now: datetime) -> None:
    if ticket.clock_resumed_at is not None:
        spent = calendar.open_between(ticket.clock_resumed_at, now)
        ticket.clock_used = (ticket.clock_used or 0) + round(spent.total_seconds())
        ticket.clock_resumed_at = None


def _set_due(ticket: Ticket, calendar: Calendar, rule: Rule) -> None:
    since = ticket.clock_resumed_at
    response = solution = None
    if since is not None:
        solution = calendar.add_open(since, rule.solution - timedelta(seconds=ticket.clock_used or 0))
        response = calendar.add_open(since, rule.response) if ticket.first_answered_at is None else None
    due = min(filter(None, (response, solution)), default=None)
    if due != ticket.due_at:
        # Another deadline is warned of and broken anew.
        ticket.warned_at = ticket.escalated_at = None
    ticket.response_due_at, ticket.solution_due_at, ticket.due_at = response, solution, due


def used(ticket: Ticket, calendar: Calendar, now: datetime) -> timedelta:
    """Return how much of the solution's time is gone, in opening hours."""
    before = timedelta(seconds=ticket.clock_used or 0)
    since = ticket.clock_resumed_at
    return before if since is None else before + calendar.open_between(since, now)


def soon_from(calendar: Calendar, rule: Rule, now: datetime) -> tuple[datetime, datetime]:
    """Return up to which instant the response's and the solution's deadline count as soon now."""
    return calendar.add_open(now, rule.response / LAST_PART), calendar.add_open(now, rule.solution / LAST_PART)


def state(ticket: Ticket, calendar: Calendar, policy: Policy, now: datetime) -> State:
    """Return how a ticket stands with its deadlines at an instant."""
    if ticket.status is TicketStatus.PENDING:
        return State.PAUSED
    if ticket.status not in RUNS:
        return State.OVER
    if ticket.due_at is None:
        return State.UNCOUNTED
    if ticket.due_at <= now:
        return State.BROKEN
    response, solution = soon_from(calendar, policy.rule(ticket.queue, ticket.priority), now)
    pairs = ((ticket.response_due_at, response), (ticket.solution_due_at, solution))
    return State.SOON if any(due is not None and due <= limit for due, limit in pairs) else State.RUNNING
