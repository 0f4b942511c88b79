"""The team as its supervisors see it: who is there, what each leads, and who serves which queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk import house
from helpdesk.lifecycle import Mode, Presence, TicketStatus
from helpdesk.presence import capacity_of
from helpdesk.queues import Queue
from helpdesk.roles import Permission, may
from helpdesk.staff import specialities
from helpdesk.staff_sessions import at_the_desk
from helpdesk.tables import Conversation, Staff, Ticket

Column = InstrumentedAttribute[int | None]
OPEN = (TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.PENDING)


@dataclass(frozen=True)
class Member:
    """Somebody who works on cases, at this moment.

    Attributes:
        id: their number.
        name: their name.
        is_here: whether they are signed in.
        presence: what they say of themselves; counts only while they are signed in.
        comment: what they wrote beside it.
        since: from when the presence is as it is; None when it never was set.
        chats: live chats that they lead.
        capacity: how many they may lead.
        tickets: their tickets that are not over.
        queues: their specialities.
    """

    id: int
    name: str
    is_here: bool
    presence: Presence
    comment: str
    since: datetime | None
    chats: int
    capacity: int
    tickets: int
    queues: Sequence[Queue]


def members(session: Session, *, now: datetime) -> Sequence[Member]:
    """Return everybody active who works on cases: those signed in first, then by name."""
    settings = house.load(session)
    here = set(session.scalars(select(Staff.id).where(at_the_desk(settings, now))))
    chats = _count(session, Conversation.consultant_id, Conversation.mode == Mode.HUMAN)
    tickets = _count(session, Ticket.consultant_id, Ticket.status.in_(OPEN))
    people = session.scalars(select(Staff).where(Staff.active).order_by(Staff.name, Staff.id))
    found = [
        Member(
            id=staff.id,
            name=staff.name,
            is_here=staff.id in here,
            presence=staff.presence,
            comment=staff.presence_comment,
            since=staff.presence_at,
            chats=chats.get(staff.id, 0),
            capacity=capacity_of(staff, settings),
            tickets=tickets.get(staff.id, 0),
            queues=[queue for queue in Queue if queue in specialities(staff)],
        )
        for staff in people
        if may(staff, Permission.WORK_ON_CASES)
    ]
    return sorted(found, key=lambda member: not member.is_here)


def serving(session: Session) -> Mapping[Queue, Sequence[Staff]]:
    """Return who works on each queue, by name; nobody for a queue that no active person has as a speciality."""
    people = session.scalars(select(Staff).where(Staff.active).order_by(Staff.name, Staff.id)).all()
    return {queue: [staff for staff in people if queue in specialities(staff)] for queue in Queue}


def load_of(session: Session, staff_id: int) -> tuple[int, int]:
    """Return how many live chats and how many open tickets somebody has."""
    chats = _count(session, Conversation.consultant_id, Conversation.mode == Mode.HUMAN)
    tickets = _count(session, Ticket.consultant_id, Ticket.status.in_(OPEN))
    return chats.get(staff_id, 0), tickets.get(staff_id, 0)


def _count(session: Session, whose: Column, which: ColumnElement[bool]) -> Mapping[int, int]:
    rows = session.execute(select(whose, func.count()).where(which, whose.is_not(None)).group_by(whose))
    return {staff_id: number for staff_id, number in rows if staff_id is not None}
