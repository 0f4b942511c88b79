"""How long people worked: consultants' parts of chats; tickets until the first answer and until they were solved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import house_calendar
from helpdesk.lifecycle import Direction
from helpdesk.queues import Queue
from helpdesk.reports.measures import NONE, Rows, SecondsBetween, Spread, spread, spreads
from helpdesk.reports.open_time import OpenTime
from helpdesk.reports.periods import today
from helpdesk.reports.scope import Channel, Scope
from helpdesk.tables import ConsultantPart, Ticket, TicketMessage


@dataclass(frozen=True)
class Handling:
    """How long it took, in seconds.

    Attributes:
        chats: consultants' parts of chats that began in the period and are over.
        answers: open time from a ticket's mail to the first answer, of tickets opened in the period and answered.
        solutions: open time that solutions took, of tickets solved in the period; waiting for the customer left out.
    """

    chats: Spread = NONE
    answers: Spread = NONE
    solutions: Spread = NONE


Answers = Sequence[tuple[Queue, int]]
"""The queue of each ticket that was opened and answered, and the open seconds until its first answer."""


def handling(session: Session, scope: Scope, answers: Answers | None = None) -> Handling:
    """Return the times of a scope together; `answers` are those of `first_answers`, when they were read before."""
    found = first_answers(session, scope) if answers is None else answers
    return Handling(
        spread(session, _parts(scope)) if scope.takes(Channel.CHAT) else NONE,
        spread_of([seconds for _, seconds in found]),
        spread(session, _solutions(scope)),
    )


def handling_by_queue(session: Session, scope: Scope, found: Answers | None = None) -> Mapping[Queue, Handling]:
    """Return the times of each queue that has any; `found` are those of `first_answers`, when they were read before."""
    chats = spreads(session, _parts(scope)) if scope.takes(Channel.CHAT) else {}
    solutions = spreads(session, _solutions(scope))
    answers: dict[Queue, list[int]] = {}
    for queue, seconds in first_answers(session, scope) if found is None else found:
        answers.setdefault(queue, []).append(seconds)
    return {
        queue: Handling(chats.get(queue, NONE), spread_of(answers.get(queue, ())), solutions.get(queue, NONE))
        for queue in Queue
        if queue in chats or queue in answers or queue in solutions
    }


def spread_of(values: Sequence[int]) -> Spread:
    """Return how values lie, as `measures.spread` says it of rows."""
    if not values:
        return NONE
    placed = sorted(values)
    return Spread(len(placed), float(median(placed)), float(placed[ceil(len(placed) * 0.9) - 1]))


def of_channel(scope: Scope) -> Sequence[Any]:
    """Return the conditions on tickets that a scope's channel sets; merged tickets are one with others."""
    conditions = [Ticket.merged_into_id.is_(None), scope.of_queue(Ticket.queue)]
    if scope.channel is not None:
        conditions.append(Ticket.channel == scope.channel.value)
    return conditions


def _parts(scope: Scope) -> Rows:
    part = ConsultantPart
    return select(part.queue.label("key"), SecondsBetween(part.began_at, part.ended_at).label("value")).where(
        scope.within(part.began_at), scope.of_queue(part.queue), part.ended_at.is_not(None)
    )


def _solutions(scope: Scope) -> Rows:
    return select(Ticket.queue.label("key"), Ticket.clock_used.label("value")).where(
        scope.within(Ticket.solved_at), *of_channel(scope)
    )


def first_answers(session: Session, scope: Scope) -> Answers:
    """Return the first answers to the tickets that were opened in the period.

    The open time between two instants is no matter of SQL: rows are read, but only two instants of each ticket.
    """
    first = func.min(TicketMessage.created_at).label("answered_at")
    wanted = (
        select(Ticket.queue, Ticket.created_at, first)
        .join(TicketMessage, TicketMessage.ticket_id == Ticket.id)
        .where(scope.within(Ticket.created_at), *of_channel(scope), TicketMessage.direction == Direction.OUT)
        .group_by(Ticket.id, Ticket.queue, Ticket.created_at)
    )
    rows = session.execute(wanted).all()
    if not rows:
        return []
    last = today(max(row.answered_at for row in rows))
    ruler = OpenTime(house_calendar.load(session), scope.period.first, last)
    return [(queue, ruler.between(created_at, answered_at)) for queue, created_at, answered_at in rows]
