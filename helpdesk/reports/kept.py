"""Whether deadlines of tickets were kept: the first answer, and the solution."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from helpdesk.queues import Queue
from helpdesk.reports.handling import of_channel
from helpdesk.reports.measures import Rows, share
from helpdesk.reports.scope import Scope
from helpdesk.tables import Ticket


@dataclass(frozen=True)
class Kept:
    """How many deadlines were kept and how many not.

    Attributes:
        answers: first answers in time, of tickets opened in the period.
        late_answers: first answers that came too late, and those still owed whose time is over.
        solutions: solutions in time, of tickets solved in the period.
        late_solutions: solutions that came too late.
    """

    answers: int = 0
    late_answers: int = 0
    solutions: int = 0
    late_solutions: int = 0

    @property
    def answers_share(self) -> float | None:
        """Return which part of the first answers came in time, 0 to 1; None without any."""
        return share(self.answers, self.answers + self.late_answers)

    @property
    def solutions_share(self) -> float | None:
        """Return which part of the solutions came in time, 0 to 1; None without any."""
        return share(self.solutions, self.solutions + self.late_solutions)


def kept(session: Session, scope: Scope, *, now: datetime) -> Kept:
    """Return the deadlines of a scope together, as things stand at an instant."""
    found = kept_by_queue(session, scope, now=now).values()
    return Kept(
        sum(one.answers for one in found),
        sum(one.late_answers for one in found),
        sum(one.solutions for one in found),
        sum(one.late_solutions for one in found),
    )


def kept_by_queue(session: Session, scope: Scope, *, now: datetime) -> Mapping[Queue, Kept]:
    """Return the deadlines of each queue that had any, as things stand at an instant."""
    answers = {row.queue: row for row in session.execute(_answers(scope, now))}
    solutions = {row.queue: row for row in session.execute(_solutions(scope))}
    found = {
        queue: Kept(*_pair(answers.get(queue)), *_pair(solutions.get(queue)))
        for queue in Queue
        if queue in answers or queue in solutions
    }
    return {queue: one for queue, one in found.items() if one != Kept()}


def _pair(row: Any) -> tuple[int, int]:
    return (0, 0) if row is None else (int(row.kept or 0), int(row.late or 0))


def _answers(scope: Scope, now: datetime) -> Rows:
    owed = Ticket.response_due_at.is_not(None) & (Ticket.response_due_at <= now)
    nothing_owed = Ticket.response_due_at.is_(None) | (Ticket.response_due_at > now)
    late = Ticket.response_kept.is_(False) | owed
    good = Ticket.response_kept.is_(True) & nothing_owed
    return _counted(good, late).where(scope.within(Ticket.created_at), *of_channel(scope))


def _solutions(scope: Scope) -> Rows:
    both = _counted(Ticket.solution_kept.is_(True), Ticket.solution_kept.is_(False))
    return both.where(scope.within(Ticket.solved_at), *of_channel(scope))


def _counted(good: Any, late: Any) -> Rows:
    columns = (func.sum(case((good, 1), else_=0)).label("kept"), func.sum(case((late, 1), else_=0)).label("late"))
    return select(Ticket.queue, *columns).group_by(Ticket.queue)
