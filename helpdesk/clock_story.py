"""The story of a ticket's clock, for explaining it: since when it counts and when it stood still."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.calendar import Calendar, Span
from helpdesk.lifecycle import TicketStatus
from helpdesk.polish_days import WARSAW
from helpdesk.tables import AuditEntry, Ticket
from helpdesk.tickets import OVER

MOST_DAYS = 10
"""Days that differ from the week, of those that an explanation names."""


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still; without an end it still does."""

    begin: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class Story:
    """Since when a ticket's clock counts, and its pauses since then."""

    since: datetime
    pauses: Sequence[Pause] = ()


@dataclass(frozen=True)
class Moved:
    """A ticket went from one status to another."""

    before: TicketStatus
    after: TicketStatus
    at: datetime


def story_of(session: Session, ticket: Ticket) -> Story:
    """Return the story of a ticket's clock since it was opened or last reopened."""
    story = told(ticket.created_at, _moves(session, ticket))
    resumed = ticket.clock_resumed_at
    # Who was open before there were deadlines is counted from the first look on.
    uncounted = resumed is not None and not story.pauses and not ticket.clock_used
    return Story(max(resumed, story.since)) if resumed is not None and uncounted else story


def told(opened: datetime, moves: Iterable[Moved]) -> Story:
    """Return the story that moves tell, oldest first."""
    since, pauses = opened, list[Pause]()
    for move in moves:
        if move.before in OVER and move.after not in OVER:
            since, pauses = move.at, []
        elif move.before is TicketStatus.PENDING and pauses:
            pauses[-1] = Pause(pauses[-1].begin, move.at)
        if move.after is TicketStatus.PENDING:
            pauses.append(Pause(move.at))
    return Story(since, pauses)


def _moves(session: Session, ticket: Ticket) -> Sequence[Moved]:
    wanted = select(AuditEntry.reason, AuditEntry.at).where(
        AuditEntry.subject == f"ticket:{ticket.id}", AuditEntry.action == "moved"
    )
    rows = session.execute(wanted.order_by(AuditEntry.id)).all()
    ways = [(reason.partition(" -> "), at) for reason, at in rows]
    return [Moved(TicketStatus(before), TicketStatus(after), at) for (before, _, after), at in ways]


@dataclass(frozen=True)
class OddDay:
    """A day that differs from its week: with other hours, or closed."""

    day: date
    name: str
    span: Span | None


def odd_days(calendar: Calendar, begin: datetime, end: datetime) -> Sequence[OddDay]:
    """Return the first days between two instants on which a calendar differs from its week."""
    first, last = begin.astimezone(WARSAW).date(), end.astimezone(WARSAW).date()
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    found = (OddDay(day, calendar.name_of(day), calendar.span_of(day)) for day in days)
    odd = [one for one in found if one.span != calendar.week[one.day.weekday()]]
    return odd[:MOST_DAYS]


@dataclass(frozen=True)
class WeekLine:
    """Weekdays one after the other with the same hours, as numbers from 0 for Monday."""

    first: int
    last: int
    span: Span | None


def week_lines(calendar: Calendar) -> Sequence[WeekLine]:
    """Return a calendar's week in as few lines as it takes."""
    lines: list[WeekLine] = []
    for number, span in enumerate(calendar.week):
        if lines and lines[-1].span == span:
            lines[-1] = WeekLine(lines[-1].first, number, span)
        else:
            lines.append(WeekLine(number, number, span))
    return lines
