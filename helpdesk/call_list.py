"""What the desk's page of callbacks shows: the calls that wait, by day and hour, with what was tried before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.lifecycle import CallbackStatus, CallResult, TicketStatus
from helpdesk.queues import Queue
from helpdesk.staff import may_work_on, specialities
from helpdesk.tables import Callback, CallbackTry, Staff, Ticket

PAGE = 50
"""Calls on one page of the list."""
HOUR = timedelta(hours=1)
RUNNING = (TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.PENDING)


class Whose(str, Enum):
    """Whose calls the list shows."""

    ALL = "all"
    MINE = "mine"
    FREE = "free"


@dataclass(frozen=True)
class Try:
    """A try to call: how it ended, when, who tried, and the note."""

    result: CallResult
    at: datetime
    name: str
    note: str


@dataclass(frozen=True)
class OpenTicket:
    """A ticket of the same customer that is not over."""

    id: int
    number: str
    subject: str


@dataclass(frozen=True)
class CallRow:
    """A call that waits.

    Attributes:
        owner: the name of who took it over; empty when nobody did.
        late: its hour is over; `due`: its hour has begun.
        tries: those before, oldest first.
        tickets: open ones of the customer, as far as the reader may see them.
    """

    id: int
    number: str
    starts_at: datetime
    ends_at: datetime
    queue: Queue
    topic: str | None
    matter: str
    phone: str
    owner: str
    mine: bool
    due: bool
    late: bool
    tries: Sequence[Try]
    tickets: Sequence[OpenTicket]


@dataclass(frozen=True)
class CallFilter:
    """Which calls a list shows.

    Attributes:
        queue: one of one's queues; None for all of them.
        page: 0 for the first `PAGE`, 1 for the next.
    """

    whose: Whose = Whose.ALL
    queue: Queue | None = None
    page: int = 0


def calls(session: Session, staff: Staff, wanted: CallFilter, *, now: datetime) -> Sequence[CallRow]:
    """Return one page of the calls that wait, by their hours: those that are due or late come first."""
    own = Callback.consultant_id == staff.id
    query = select(Callback).where(Callback.status == CallbackStatus.REQUESTED)
    query = query.where(or_(own, Callback.queue.in_(specialities(staff))))
    if wanted.whose is not Whose.ALL:
        query = query.where(own if wanted.whose is Whose.MINE else Callback.consultant_id.is_(None))
    if wanted.queue:
        query = query.where(Callback.queue == wanted.queue)
    around = joinedload(Callback.consultant), selectinload(Callback.tries).joinedload(CallbackTry.staff)
    query = query.order_by(Callback.starts_at, Callback.id).limit(PAGE).offset(PAGE * wanted.page).options(*around)
    found = session.scalars(query).all()
    tickets = _tickets(session, staff, found)
    return [_row(call, staff, tickets.get(call.id, ()), now) for call in found]


def _row(call: Callback, staff: Staff, tickets: Sequence[OpenTicket], now: datetime) -> CallRow:
    return CallRow(
        id=call.id,
        number=call.number,
        starts_at=call.starts_at,
        ends_at=call.starts_at + HOUR,
        queue=call.queue,
        topic=call.topic,
        matter=call.matter,
        phone=call.phone,
        owner=call.consultant.name if call.consultant else "",
        mine=call.consultant_id == staff.id,
        due=call.starts_at <= now,
        late=call.starts_at + HOUR <= now,
        tries=[Try(tried.result, tried.at, tried.staff.name, tried.note) for tried in call.tries],
        tickets=tickets,
    )


def _tickets(session: Session, staff: Staff, calls: Sequence[Callback]) -> Mapping[int, Sequence[OpenTicket]]:
    """Return by the calls' ids the open tickets of the same customer or conversation."""
    customers = {call.customer_id for call in calls if call.customer_id is not None}
    chats = {call.conversation_id for call in calls if call.conversation_id is not None}
    same = or_(Ticket.customer_id.in_(customers), Ticket.conversation_id.in_(chats))
    found: dict[int, list[OpenTicket]] = defaultdict(list)
    for ticket in session.scalars(select(Ticket).where(Ticket.status.in_(RUNNING), same).order_by(Ticket.id)):
        if may_work_on(staff, ticket.queue, ticket.consultant_id):
            for call in calls:
                if _belongs(ticket, call):
                    found[call.id].append(OpenTicket(ticket.id, ticket.number, ticket.subject))
    return found


def _belongs(ticket: Ticket, call: Callback) -> bool:
    by_customer = call.customer_id is not None and ticket.customer_id == call.customer_id
    return by_customer or (call.conversation_id is not None and ticket.conversation_id == call.conversation_id)


def counts(session: Session, staff: Staff, queues: Collection[Queue]) -> Mapping[Queue, int]:
    """Return how many calls wait in each of these queues, or are taken over in others by somebody themselves."""
    waiting = select(Callback.queue, func.count()).where(
        Callback.status == CallbackStatus.REQUESTED,
        or_(Callback.consultant_id == staff.id, Callback.queue.in_(queues)),
    )
    found = dict(session.execute(waiting.group_by(Callback.queue)).all())
    return {queue: found[queue] for queue in Queue if queue in found}
