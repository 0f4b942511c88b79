"""What is left to do at this moment: open tickets, the overdue ones, and the oldest, by queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from helpdesk.lifecycle import TicketStatus
from helpdesk.queues import Queue
from helpdesk.reports.scope import Scope
from helpdesk.tables import Ticket


@dataclass(frozen=True)
class Backlog:
    """The tickets of a queue that are not over.

    Attributes:
        new: nobody began with them.
        open: somebody works on them.
        pending: they wait for the customer.
        overdue: new or open, and a deadline is broken.
        oldest: when the oldest one that is new or open was opened; None without any.
    """

    new: int = 0
    open: int = 0
    pending: int = 0
    overdue: int = 0
    oldest: datetime | None = None


def backlog(session: Session, scope: Scope, *, now: datetime) -> Mapping[Queue, Backlog]:
    """Return what is left to do in each queue at an instant, queues without anything included; days do not matter."""

    def times(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    at_work = Ticket.status.in_((TicketStatus.NEW, TicketStatus.OPEN))
    counted = select(
        Ticket.queue,
        times(Ticket.status == TicketStatus.NEW),
        times(Ticket.status == TicketStatus.OPEN),
        times(Ticket.status == TicketStatus.PENDING),
        times(at_work & (Ticket.due_at <= now)),
        func.min(case((at_work, Ticket.created_at))),
    ).where(Ticket.pressure > 0, scope.of_queue(Ticket.queue), *_channel(scope))
    rows = {row[0]: Backlog(*row[1:]) for row in session.execute(counted.group_by(Ticket.queue))}
    wanted = Queue if scope.queue is None else (scope.queue,)
    return {queue: rows.get(queue, Backlog()) for queue in wanted}


def together(found: Mapping[Queue, Backlog]) -> Backlog:
    """Return the queues together."""
    every = found.values()
    return Backlog(
        new=sum(one.new for one in every),
        open=sum(one.open for one in every),
        pending=sum(one.pending for one in every),
        overdue=sum(one.overdue for one in every),
        oldest=min((one.oldest for one in every if one.oldest is not None), default=None),
    )


def _channel(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return () if scope.channel is None else (Ticket.channel == scope.channel.value,)
