"""What the desk's pages about live chats show: read-only queries that return plain values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.lifecycle import Author, Level, Mode, Presence
from helpdesk.queues import Queue
from helpdesk.roles import Permission, may
from helpdesk.silence import is_present
from helpdesk.standing import standing
from helpdesk.tables import ChatMessage, Conversation, Staff, StaffSession


@dataclass(frozen=True)
class LiveChat:
    """A chat that a consultant leads.

    Attributes:
        id: the conversation's number.
        queue: whose work it is.
        topic: the article it is about, if known.
        level: how well the customer is known now.
        customer: the confirmed customer's name; empty when nobody is confirmed now.
        consultant: who leads it.
        unread: the customer's messages that the consultant has not seen.
        is_present: whether the customer's window is open.
        called_at: when the consultant called for a supervisor; None when not.
        since: when it last changed (aware UTC).
    """

    id: int
    queue: Queue
    topic: str | None
    level: Level
    customer: str
    consultant: str
    unread: int
    is_present: bool
    called_at: datetime | None
    since: datetime


@dataclass(frozen=True)
class Colleague:
    """Somebody a chat can be passed on to: signed in, and working on cases."""

    id: int
    name: str
    presence: Presence


def own(session: Session, staff: Staff, *, now: datetime) -> Sequence[LiveChat]:
    """Return the chats that a consultant leads, in a lasting order: the one begun first comes first."""
    return _rows(session, Conversation.consultant_id == staff.id, now)


def of_team(session: Session, staff: Staff, *, now: datetime) -> Sequence[LiveChat]:
    """Return the chats that others lead; those that call for a supervisor come first."""
    found = _rows(session, Conversation.consultant_id != staff.id, now)
    return sorted(found, key=lambda chat: (chat.called_at is None, chat.called_at or chat.since))


def calls(session: Session, staff: Staff) -> Sequence[Conversation]:
    """Return the chats of others in which a supervisor is called, the longest calling first."""
    wanted = select(Conversation).where(
        Conversation.mode == Mode.HUMAN,
        Conversation.consultant_id != staff.id,
        Conversation.supervisor_called_at.is_not(None),
    )
    around = joinedload(Conversation.consultant)
    return session.scalars(wanted.options(around).order_by(Conversation.supervisor_called_at)).all()


def unread(session: Session, staff: Staff) -> int:
    """Return how many messages of their customers a consultant has not seen, in all own chats together."""
    led = select(Conversation.id).where(Conversation.mode == Mode.HUMAN, Conversation.consultant_id == staff.id)
    return sum(_unread_of(session, session.scalars(led).all()).values())


def colleagues(session: Session, staff: Staff, *, now: datetime) -> Sequence[Colleague]:
    """Return to whom somebody can pass a chat on, by their names."""
    here = select(StaffSession.id).where(
        StaffSession.staff_id == Staff.id, StaffSession.expires_at > now, StaffSession.is_complete
    )
    wanted = select(Staff).where(Staff.active, Staff.id != staff.id, here.exists()).order_by(Staff.name, Staff.id)
    return [
        Colleague(one.id, one.name, one.presence)
        for one in session.scalars(wanted)
        if may(one, Permission.WORK_ON_CASES)
    ]


def _rows(session: Session, whose: ColumnElement[bool], now: datetime) -> Sequence[LiveChat]:
    wanted = select(Conversation).where(Conversation.mode == Mode.HUMAN, whose)
    people = Conversation.customer, Conversation.acting_for, Conversation.consultant
    around = [joinedload(person) for person in people]
    chats = session.scalars(wanted.options(*around).order_by(Conversation.created_at, Conversation.id)).all()
    numbers = _unread_of(session, [chat.id for chat in chats])
    return [_row(session, chat, numbers.get(chat.id, 0), now) for chat in chats]


def _unread_of(session: Session, ids: Collection[int]) -> Mapping[int, int]:
    counted = (
        select(ChatMessage.conversation_id, func.count())
        .join(Conversation, Conversation.id == ChatMessage.conversation_id)
        .where(
            ChatMessage.conversation_id.in_(ids),
            ChatMessage.author == Author.CUSTOMER,
            ChatMessage.id > Conversation.consultant_read_id,
        )
    )
    return dict(session.execute(counted.group_by(ChatMessage.conversation_id)).all())


def _row(session: Session, chat: Conversation, unseen: int, now: datetime) -> LiveChat:
    queue = chat.queue or Queue.GENERAL
    known = standing(session, chat, now).within(queue)
    return LiveChat(
        id=chat.id,
        queue=queue,
        topic=chat.topic,
        level=known.level,
        customer=known.customer.name if known.customer else "",
        consultant=chat.consultant.name if chat.consultant else "",
        unread=unseen,
        is_present=is_present(chat.customer_seen_at, now),
        called_at=chat.supervisor_called_at,
        since=chat.updated_at,
    )
