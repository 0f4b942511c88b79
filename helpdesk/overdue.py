"""Broken deadlines and those that end soon: their lists and counts, and giving such tickets to somebody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from helpdesk import deadline_rules, house_calendar, tickets
from helpdesk.assigning import may_own
from helpdesk.deadlines import RUNS
from helpdesk.errors import NotFound
from helpdesk.escalation import is_soon
from helpdesk.lifecycle import Priority
from helpdesk.queues import Queue
from helpdesk.roles import Permission, may
from helpdesk.staff import may_work_on, specialities
from helpdesk.tables import Staff, Ticket

PAGE = 50
"""Tickets on one page of a list."""
MANY = 100
"""Counts in the navigation end here: whoever has so many needs no exact number."""


@dataclass(frozen=True)
class DueRow:
    """A ticket whose deadline is broken or ends soon.

    Attributes:
        answer_due: whether it is the answer that is due first; else the solution.
        answer_by: the statutory end of the time to answer, which is counted apart.
        owner: the name of its consultant; empty without one.
    """

    id: int
    number: str
    subject: str
    queue: Queue
    priority: Priority
    due_at: datetime
    answer_due: bool
    broken: bool
    answer_by: datetime | None
    owner: str


@dataclass(frozen=True)
class DueFilter:
    """Which tickets a list shows.

    Attributes:
        queues: only these queues.
        staff_id: only this consultant's own, and those that nobody owns; None for everybody's.
        page: 0 for the `PAGE` most pressing ones, 1 for the next.
    """

    queues: Collection[Queue]
    staff_id: int | None = None
    page: int = 0


def due_tickets(session: Session, wanted: DueFilter, *, now: datetime) -> Sequence[DueRow]:
    """Return one page of the tickets that are broken or due soon, the longest broken first."""
    owner = aliased(Staff)
    query = select(Ticket, owner.name).outerjoin(owner, owner.id == Ticket.consultant_id)
    query = query.where(_soon(session, now), _whose(wanted)).order_by(Ticket.due_at, Ticket.id)
    rows = session.execute(query.limit(PAGE).offset(PAGE * wanted.page))
    return [_row(ticket, name, now) for ticket, name in rows]


def _row(ticket: Ticket, owner: str | None, now: datetime) -> DueRow:
    if ticket.due_at is None:
        raise NotFound(f"deadline of ticket {ticket.id}")
    return DueRow(
        id=ticket.id,
        number=ticket.number,
        subject=ticket.subject,
        queue=ticket.queue,
        priority=ticket.priority,
        due_at=ticket.due_at,
        answer_due=ticket.due_at == ticket.response_due_at,
        broken=ticket.due_at <= now,
        answer_by=ticket.answer_by,
        owner=owner or "",
    )


def _soon(session: Session, now: datetime) -> ColumnElement[bool]:
    return is_soon(house_calendar.load(session), deadline_rules.load(session), now)


def _whose(wanted: DueFilter) -> ColumnElement[bool]:
    in_queues = Ticket.queue.in_(wanted.queues)
    if wanted.staff_id is None:
        return in_queues
    # One's own tickets are one's own whatever their queue.
    return or_(Ticket.consultant_id == wanted.staff_id, Ticket.consultant_id.is_(None) & in_queues)


def counts_by_queue(session: Session, queues: Collection[Queue], *, now: datetime) -> Mapping[Queue, tuple[int, int]]:
    """Return how many tickets of each queue are broken and how many are due soon; queues without any are left out."""
    broken = func.sum(case((Ticket.due_at <= now, 1), else_=0))
    counted = select(Ticket.queue, broken, func.count()).where(_soon(session, now), Ticket.queue.in_(queues))
    found = {queue: (late, both - late) for queue, late, both in session.execute(counted.group_by(Ticket.queue))}
    return {queue: found[queue] for queue in Queue if queue in found}


def told_of(session: Session, staff: Staff, *, now: datetime) -> int:
    """Return how many tickets somebody should look at for their deadlines, `MANY` at most.

    Supervisors look at all broken ones; consultants at those that they own, or that nobody of their queues owns, and
    that they were warned of, or that are broken.
    """
    if not may(staff, Permission.WORK_ON_CASES):
        return 0
    # Only tickets whose clock runs are due; every page of the desk asks, so indexes alone must tell.
    if may(staff, Permission.LEAD):
        lanes = [select(Ticket.id).where(Ticket.due_at <= now)]
    else:
        owned = Ticket.queue.in_(Queue), Ticket.consultant_id == staff.id
        free = Ticket.queue.in_(specialities(staff)), Ticket.consultant_id.is_(None)
        pressing = or_(Ticket.due_at <= now, Ticket.warned_at.is_not(None))
        lanes = [select(Ticket.id).where(*whose, Ticket.due_at.is_not(None), pressing) for whose in (owned, free)]
    found = union_all(*(select(lane.limit(MANY).subquery()) for lane in lanes)).subquery()
    return min(session.scalar(select(func.count()).select_from(found)) or 0, MANY)


def assign(session: Session, ticket_ids: Collection[int], to: Staff, *, by: Staff, now: datetime) -> Sequence[int]:
    """Give tickets to somebody; returns the ids of those that they got.

    A ticket is left where it is when it is over, or when one of the two may not work on it.
    """
    given = []
    for ticket_id in sorted(set(ticket_ids)):
        ticket = session.get(Ticket, ticket_id, with_for_update=True)
        if ticket is None or ticket.status not in RUNS or not _may_both(ticket, to, by):
            continue
        if ticket.consultant_id != to.id:
            tickets.assign(session, ticket, by, to, now=now)
        given.append(ticket_id)
    return given


def _may_both(ticket: Ticket, to: Staff, by: Staff) -> bool:
    return may_own(to, ticket.queue) and may_work_on(by, ticket.queue, ticket.consultant_id)
