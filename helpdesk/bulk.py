"""One deed on many tickets: each is checked by itself, and what could not be done is told with the reason."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import tagging, tickets
from helpdesk.assigning import may_own
from helpdesk.errors import IllegalMove, NotFound
from helpdesk.lifecycle import Priority
from helpdesk.queues import Queue
from helpdesk.staff import may_work_on
from helpdesk.tables import Staff, Ticket

MOST = 100
"""Tickets of one order."""


class BulkDeed(str, Enum):
    """What can be done to many tickets at once."""

    TAKE = "take"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    TAG = "tag"
    UNTAG = "untag"
    PRIORITY = "priority"
    SOLVE = "solve"


class Refusal(str, Enum):
    """Why a ticket was left as it was."""

    UNKNOWN = "unknown"
    """There is none, or not for this consultant."""
    OWNED = "owned"
    """Somebody else leads it."""
    MERGED = "merged"
    """Its case goes on in another ticket."""
    NOT_THEIRS = "not_theirs"
    """The colleague does not work on its queue."""
    NO_WAY = "no_way"
    """Its status does not allow it."""
    NOTHING = "nothing"
    """It was so already."""


class _Refused(Exception):
    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class BulkOrder:
    """What is to be done, with what the deed needs; a deed without its part is refused by `complete`."""

    deed: BulkDeed
    owner: Staff | None = None
    queue: Queue | None = None
    tag: str = ""
    priority: Priority | None = None

    @property
    def complete(self) -> bool:
        """Whether the order says all that its deed needs."""
        needed: Mapping[BulkDeed, object] = {
            BulkDeed.ASSIGN: self.owner,
            BulkDeed.TRANSFER: self.queue,
            BulkDeed.TAG: self.tag,
            BulkDeed.UNTAG: self.tag,
            BulkDeed.PRIORITY: self.priority,
        }
        return bool(needed.get(self.deed, True))


@dataclass(frozen=True)
class Refused:
    """A ticket that was left as it was; `number` is empty for one that does not exist for who asked."""

    number: str
    reason: Refusal


@dataclass(frozen=True)
class Done:
    """What became of an order."""

    done: Sequence[str]
    """Numbers of the tickets."""
    refused: Sequence[Refused]


def carry_out(session: Session, order: BulkOrder, ids: Collection[int], staff: Staff, *, now: datetime) -> Done:
    """Do one thing to many tickets (flushed, not committed), each with its own entry in the audit.

    Args:
        session: the unit of work.
        order: what to do; it is `complete`.
        ids: of the tickets; at most `MOST` are looked at.
        staff: who asks; only what they may work on is touched.
        now: the instant.
    """
    done: list[str] = []
    refused: list[Refused] = []
    # Always in the same order, so that two orders at once wait for each other and do not lock each other out.
    for number in sorted(set(ids))[:MOST]:
        ticket = _theirs(session, number, staff)
        if ticket is None:
            refused.append(Refused("", Refusal.UNKNOWN))
            continue
        try:
            with session.begin_nested():
                _DEEDS[order.deed](session, ticket, order, staff, now)
        except _Refused as problem:
            refused.append(Refused(ticket.number, problem.reason))
        except IllegalMove:
            refused.append(Refused(ticket.number, Refusal.NO_WAY))
        else:
            done.append(ticket.number)
    return Done(done, refused)


def _theirs(session: Session, number: int, staff: Staff) -> Ticket | None:
    try:
        ticket = tickets.get_ticket(session, number)
    except NotFound:
        return None
    return ticket if may_work_on(staff, ticket.queue, ticket.consultant_id) else None


def _take(session: Session, ticket: Ticket, _order: BulkOrder, staff: Staff, now: datetime) -> None:
    _unmerged(ticket)
    if ticket.consultant_id is not None:
        raise _Refused(Refusal.NOTHING if ticket.consultant_id == staff.id else Refusal.OWNED)
    tickets.take(session, ticket, staff, now=now)


def _assign(session: Session, ticket: Ticket, order: BulkOrder, staff: Staff, now: datetime) -> None:
    _unmerged(ticket)
    if order.owner is None or not may_own(order.owner, ticket.queue):
        raise _Refused(Refusal.NOT_THEIRS)
    if ticket.consultant_id == order.owner.id:
        raise _Refused(Refusal.NOTHING)
    tickets.assign(session, ticket, staff, order.owner, now=now)


def _transfer(session: Session, ticket: Ticket, order: BulkOrder, staff: Staff, now: datetime) -> None:
    _unmerged(ticket)
    if order.queue is None or order.queue is ticket.queue:
        raise _Refused(Refusal.NOTHING)
    tickets.transfer(session, ticket, staff, order.queue, now=now)


def _tag(session: Session, ticket: Ticket, order: BulkOrder, staff: Staff, now: datetime) -> None:
    if not tagging.add(session, ticket, order.tag, staff, now=now):
        raise _Refused(Refusal.NOTHING)


def _untag(session: Session, ticket: Ticket, order: BulkOrder, staff: Staff, now: datetime) -> None:
    if not tagging.remove(session, ticket, order.tag, staff, now=now):
        raise _Refused(Refusal.NOTHING)


def _prioritise(session: Session, ticket: Ticket, order: BulkOrder, staff: Staff, now: datetime) -> None:
    if order.priority is None or order.priority is ticket.priority:
        raise _Refused(Refusal.NOTHING)
    tickets.change_priority(session, ticket, order.priority, staff, now=now)


def _solve(session: Session, ticket: Ticket, _order: BulkOrder, staff: Staff, now: datetime) -> None:
    _unmerged(ticket)
    tickets.solve(session, ticket, staff, now=now)


def _unmerged(ticket: Ticket) -> None:
    if ticket.merged_into_id is not None:
        raise _Refused(Refusal.MERGED)


_DEEDS: Mapping[BulkDeed, Callable[[Session, Ticket, BulkOrder, Staff, datetime], None]] = {
    BulkDeed.TAKE: _take,
    BulkDeed.ASSIGN: _assign,
    BulkDeed.TRANSFER: _transfer,
    BulkDeed.TAG: _tag,
    BulkDeed.UNTAG: _untag,
    BulkDeed.PRIORITY: _prioritise,
    BulkDeed.SOLVE: _solve,
}


def owner_of(session: Session, staff_id: int | None) -> Staff | None:
    """Return the colleague whom an order names; None when there is none who is still there."""
    return session.scalar(select(Staff).where(Staff.id == staff_id, Staff.active)) if staff_id else None
