"""Warning of deadlines that end soon, and telling supervisors of broken ones: each once, however many nodes look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from helpdesk import audit, clocks, deadline_rules, house_calendar
from helpdesk.calendar import Calendar
from helpdesk.database import Database
from helpdesk.deadlines import LAST_PART, RUNS, Policy
from helpdesk.tables import Ticket

BATCH = 200
"""Tickets in one transaction."""


@dataclass(frozen=True)
class Looked:
    """What a look at the deadlines found.

    Attributes:
        warned: ids of the tickets whose owner or queue was warned.
        escalated: ids of those of which supervisors were told.
        recounted: how many deadlines were counted anew because calendar or rules had changed.
    """

    warned: Sequence[int] = ()
    escalated: Sequence[int] = ()
    recounted: int = 0

    def __bool__(self) -> bool:
        """Whether anything is different from before."""
        return bool(self.warned or self.escalated or self.recounted)


def look(database: Database, now: datetime) -> Looked:
    """Recount what must be recounted, tell supervisors of what is broken, and warn, within opening hours, of the rest.

    Several nodes may look at once: a ticket that another one is just telling of is left to it.
    """
    recounted = clocks.recount_when_changed(database, now)
    return Looked(_all(database, now, _warn), _all(database, now, _escalate), recounted)


def _all(database: Database, now: datetime, tell: Callable[[Session, datetime], Sequence[int]]) -> Sequence[int]:
    told: list[int] = []
    while True:
        with database.session() as session:
            batch = tell(session, now)
            session.commit()
        told += batch
        if len(batch) < BATCH:
            return told


def is_soon(calendar: Calendar, policy: Policy, now: datetime) -> ColumnElement[bool]:
    """Return the condition for tickets that have a deadline in its last quarter, broken ones included."""
    rules = policy.rules
    # Many rules share their times, and pages ask often.
    parts = {span / LAST_PART for rule in rules.values() for span in (rule.response, rule.solution)}
    ends = {part: calendar.add_open(now, part) for part in parts}
    farthest = max(ends.values())
    each = (
        and_(
            Ticket.queue == queue,
            Ticket.priority == priority,
            or_(
                Ticket.response_due_at <= ends[rule.response / LAST_PART],
                Ticket.solution_due_at <= ends[rule.solution / LAST_PART],
            ),
        )
        for (queue, priority), rule in rules.items()
    )
    # The first part is what the index knows; the rest is asked of the few that are left.
    return and_(Ticket.due_at <= farthest, Ticket.status.in_(RUNS), or_(*each))


def _warn(session: Session, now: datetime) -> Sequence[int]:
    calendar = house_calendar.load(session)
    if not calendar.is_open(now):
        return []
    soon = is_soon(calendar, deadline_rules.load(session), now)
    tickets = session.scalars(_for_me(select(Ticket).where(soon, Ticket.due_at > now, Ticket.warned_at.is_(None))))
    return [_tell(session, ticket, "deadline warned", now) for ticket in tickets.all()]


def _escalate(session: Session, now: datetime) -> Sequence[int]:
    broken = select(Ticket).where(Ticket.due_at <= now, Ticket.status.in_(RUNS), Ticket.escalated_at.is_(None))
    return [_tell(session, ticket, "deadline broken", now) for ticket in session.scalars(_for_me(broken)).all()]


def _for_me(wanted: Select[Ticket]) -> Select[Ticket]:
    return wanted.order_by(Ticket.due_at, Ticket.id).limit(BATCH).with_for_update(of=Ticket, skip_locked=True)


def _tell(session: Session, ticket: Ticket, action: str, now: datetime) -> int:
    if action == "deadline warned":
        ticket.warned_at = now
    else:
        ticket.escalated_at = now
    which = "response" if ticket.due_at == ticket.response_due_at else "solution"
    audit.record(session, f"ticket:{ticket.id}", action, now=now, reason=which)
    return ticket.id
