"""What the ticket's page tells of its deadlines; shown by `desk/ticket/_clock.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from helpdesk import clock_story, deadline_rules, deadlines, house_calendar
from helpdesk.calendar import Calendar
from helpdesk.clock_story import OddDay, Pause, WeekLine
from helpdesk.deadlines import Rule, State
from helpdesk.lifecycle import Priority
from helpdesk.queues import Queue
from helpdesk.tables import Ticket

if TYPE_CHECKING:  # the parts know the pages, and the pages ask for the clock
    from web.parts import Parts


@dataclass(frozen=True)
class ClockFacts:
    """The clock of a ticket and why it shows what it shows.

    Attributes:
        due_at: the deadline that ends first; None while nothing is due.
        left: opening hours until then; none once it is broken.
        over: opening hours since it was broken.
        used: opening hours that the solution took.
        since: when the clock began to count.
        answered_at: when the customer was answered since they wrote last.
        week, days: the hours by which it counts, and the days on its way that differ from them.
        answer_by: the statutory end of the time to answer, which is counted apart.
        statute_broken: whether that is over and the customer still waits.
    """

    state: State
    queue: Queue
    priority: Priority
    rule: Rule
    due_at: datetime | None
    response_due_at: datetime | None
    solution_due_at: datetime | None
    left: timedelta
    over: timedelta
    used: timedelta
    since: datetime
    pauses: Sequence[Pause]
    answered_at: datetime | None
    week: Sequence[WeekLine]
    days: Sequence[OddDay]
    answer_by: datetime | None
    statute_broken: bool

    @property
    def answer_due(self) -> bool:
        """Whether it is an answer that is due first; else the solution."""
        return self.due_at is not None and self.due_at == self.response_due_at


def clock_of(parts: "Parts", ticket: Ticket, session: Session) -> ClockFacts:
    """Return what is told of a ticket's deadlines at this moment; pass it to the template as `clock`."""
    now = parts.clock()
    calendar, policy = house_calendar.load(session), deadline_rules.load(session)
    story, due = clock_story.story_of(session, ticket), ticket.due_at
    last = max(filter(None, (now, due, ticket.solution_due_at)))
    return ClockFacts(
        state=deadlines.state(ticket, calendar, policy, now),
        queue=ticket.queue,
        priority=ticket.priority,
        rule=policy.rule(ticket.queue, ticket.priority),
        due_at=due,
        response_due_at=ticket.response_due_at,
        solution_due_at=ticket.solution_due_at,
        left=_between(calendar, now, due),
        over=_between(calendar, due, now),
        used=deadlines.used(ticket, calendar, now),
        since=story.since,
        pauses=story.pauses,
        answered_at=ticket.first_answered_at,
        week=clock_story.week_lines(calendar),
        days=clock_story.odd_days(calendar, story.since, last),
        answer_by=ticket.answer_by,
        statute_broken=ticket.answer_by is not None and ticket.answer_by < now and ticket.status in deadlines.RUNS,
    )


def _between(calendar: Calendar, begin: datetime | None, end: datetime | None) -> timedelta:
    return calendar.open_between(begin, end) if begin and end else timedelta()
