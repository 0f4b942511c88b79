"""Which tickets a list shows, and in which order: values, and the conditions they mean."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import InstrumentedAttribute

from helpdesk.keysets import Key
from helpdesk.lifecycle import Priority, TicketClass, TicketStatus
from helpdesk.queues import Queue
from helpdesk.tables import Ticket, TicketTag, TicketWatcher
from helpdesk.tables.pressure import CLOSED, PENDING, SOLVED


class View(str, Enum):
    """The lists that everybody has."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    PENDING = "pending"
    WATCHED = "watched"
    SOLVED = "solved"


class Order(str, Enum):
    """What comes first."""

    PRESSING = "pressing"
    """Urgent before normal, then what changed last; what waits for the customer comes after."""
    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    """What must be done soonest; only tickets with something due."""


@dataclass(frozen=True)
class Seer:
    """Whose list it is: what of the tickets exists for them (the same rule as `staff.may_work_on`).

    Attributes:
        staff_id: who looks; their own tickets are shown whatever their queue.
        queues: their specialities.
    """

    staff_id: int
    queues: Collection[Queue]


@dataclass(frozen=True)
class Wanted:
    """Which tickets a list shows; None or empty is no wish. Instants are aware; `until` is the first one too late."""

    view: View = View.OPEN
    order: Order = Order.PRESSING
    queue: Queue | None = None
    status: TicketStatus | None = None
    priority: Priority | None = None
    kind: TicketClass | None = None
    tag: str = ""
    owner_id: int | None = None
    channel: str = ""
    language: str = ""
    created_since: datetime | None = None
    created_until: datetime | None = None
    changed_since: datetime | None = None
    changed_until: datetime | None = None

    @property
    def is_plain(self) -> bool:
        """Whether an index alone finds it, so that also counting costs little."""
        kept = Wanted(view=self.view, order=self.order, queue=self.queue, status=self.status, owner_id=self.owner_id)
        return self == kept


@dataclass(frozen=True)
class Sorting:
    """An order as columns, all in one direction."""

    columns: Sequence[InstrumentedAttribute[Any]]
    kinds: Sequence[type[Key]]
    descending: bool = True


SORTINGS = {
    Order.PRESSING: Sorting((Ticket.pressure, Ticket.updated_at, Ticket.id), (int, datetime, int)),
    Order.NEWEST: Sorting((Ticket.created_at, Ticket.id), (datetime, int)),
    Order.OLDEST: Sorting((Ticket.created_at, Ticket.id), (datetime, int), descending=False),
    Order.DUE: Sorting((Ticket.due_at, Ticket.id), (datetime, int), descending=False),
}

# Written out, so that the indexes of a part of the rows are seen to fit.
_NOT_OVER = text("ticket.pressure > 0")
_BY_STATUS = {TicketStatus.PENDING: PENDING, TicketStatus.SOLVED: SOLVED, TicketStatus.CLOSED: CLOSED}


def lanes(wanted: Wanted, seer: Seer) -> Sequence[Sequence[Any]]:
    """Return the conditions of parts that together make the list, each read along an index.

    A list over several queues is merged from one lane for each: a database cannot read an index of several queues in
    the order of something else.
    """
    seen = [queue for queue in Queue if queue in seer.queues and wanted.queue in (None, queue)]
    if wanted.view is View.WATCHED:
        mine = select(TicketWatcher.ticket_id).where(TicketWatcher.staff_id == seer.staff_id)
        return [[Ticket.id.in_(mine), _visible(seer), *_queue(wanted)]]
    owner = seer.staff_id if wanted.view is View.MINE else wanted.owner_id
    if owner is not None:
        visible = [] if owner == seer.staff_id else [_visible(seer)]
        return [[Ticket.consultant_id == owner, *visible, *_queue(wanted)]]
    return [[Ticket.queue == queue] for queue in seen]


def _visible(seer: Seer) -> ColumnElement[bool]:
    return Ticket.queue.in_(seer.queues) | (Ticket.consultant_id == seer.staff_id)


def visible(seer: Seer) -> ColumnElement[bool]:
    """Return the condition that a ticket exists for somebody."""
    return _visible(seer)


def _queue(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    return [] if wanted.queue is None else [Ticket.queue == wanted.queue]


def conditions(wanted: Wanted, *, now: datetime) -> Sequence[Any]:
    """Return what a list asks of each ticket, beside its lane."""
    return [*_standing(wanted), *_view(wanted, now), *narrowing(wanted)]


def _standing(wanted: Wanted) -> Iterator[Any]:
    status = TicketStatus.SOLVED if wanted.view is View.SOLVED else wanted.status
    status = TicketStatus.PENDING if wanted.view is View.PENDING else status
    if status in _BY_STATUS:
        yield Ticket.pressure == _BY_STATUS[status]
    elif status is not None:
        yield _NOT_OVER
        yield Ticket.status == status
    elif wanted.view is not View.WATCHED and not _is_due(wanted):
        yield _NOT_OVER


def _view(wanted: Wanted, now: datetime) -> Iterator[Any]:
    if wanted.view is View.UNASSIGNED:
        yield Ticket.consultant_id.is_(None)
        # What waits for the customer needs nobody now, as after an automatic answer.
        yield Ticket.pressure > PENDING
    if wanted.view is View.OVERDUE:
        yield Ticket.due_at < now
    if _is_due(wanted):
        yield Ticket.due_at.is_not(None)


def _is_due(wanted: Wanted) -> bool:
    """Whether only tickets with something due are wanted: their clock runs, so they are not over."""
    return wanted.order is Order.DUE or wanted.view is View.OVERDUE


def narrowing(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Yield the wishes that no order of a list helps to find."""
    for column, value in (
        (Ticket.priority, wanted.priority),
        (Ticket.kind, wanted.kind),
        (Ticket.channel, wanted.channel),
        (Ticket.language, wanted.language),
    ):
        if value:
            yield column == value
    if wanted.tag:
        yield Ticket.id.in_(select(TicketTag.ticket_id).where(TicketTag.tag == wanted.tag))
    yield from _between(Ticket.created_at, wanted.created_since, wanted.created_until)
    yield from _between(Ticket.updated_at, wanted.changed_since, wanted.changed_until)


def _between(column: Any, since: datetime | None, until: datetime | None) -> Iterator[ColumnElement[bool]]:
    if since:
        yield column >= since
    if until:
        yield column < until
