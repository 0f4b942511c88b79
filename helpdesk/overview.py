"""What the desk shows of chats and mail: read-only queries that return plain values; tickets are `ticket_lists`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.lifecycle import Level, Mode, OutboxStatus, RawMailState
from helpdesk.queues import Queue
from helpdesk.standing import standing
from helpdesk.tables import (
    Conversation,
    MailboxState,
    OutboxMail,
    RawMail,
    Staff,
    Ticket,
    TicketMessage,
)
from helpdesk.waiting import IN_ORDER

WANTED = "wanted"
"""The outcome of a mail that was set aside, and of which a consultant wants a ticket."""
PAGE = 50
"""Mails on one page of a list."""
GIVEN_UP = timedelta(days=7)
"""How long a folder counts as watched after its last look, when others are still looked at."""


@dataclass(frozen=True)
class ChatRow:
    """A conversation that waits for a person or is with one."""

    id: int
    queue: Queue
    topic: str | None
    level: Level
    customer: str
    """The confirmed customer's name; empty when nobody is confirmed now."""
    since: datetime


@dataclass(frozen=True)
class MailCounts:
    """The count that must always agree: mails in the mailbox, stored, and what became of them."""

    on_server: int
    stored: int
    unprocessed: int
    joined: int
    set_aside: int
    other: int
    """Processed without a message of a ticket, such as our own mail that came back."""
    queued: int
    dead: int
    seen_at: datetime | None
    behind: int = 0
    """Mails in the mailbox that are not stored yet."""
    oldest_unprocessed_at: datetime | None = None
    """When the mail was stored that waits longest; None when none waits."""

    @property
    def agree(self) -> bool:
        """Whether every mail of the mailbox is accounted for, those that were moved or removed since included."""
        return self.gone >= 0 and self.stored == self.unprocessed + self.joined + self.set_aside + self.other

    @property
    def gone(self) -> int:
        """Stored mails that the mailbox holds no more: moved when they were processed, removed, or renumbered."""
        return self.stored - (self.on_server - self.behind)

    def late(self, now: datetime, bound: timedelta) -> bool:
        """Whether the mailbox was not looked at, or a mail waits, for longer than a bound."""
        return _is_late(self.seen_at, self.oldest_unprocessed_at, now, bound)


@dataclass(frozen=True)
class MailLag:
    """How far the mail is behind.

    Attributes:
        behind: mails in the mailbox that are not stored yet.
        unprocessed: stored mails that are not processed yet.
        oldest_unprocessed_at: when the one that waits longest was stored.
        seen_at: when the folder was looked at that was left alone longest.
        queued: mails that wait to be sent.
        dead: mails that were given up.
    """

    behind: int
    unprocessed: int
    oldest_unprocessed_at: datetime | None
    seen_at: datetime | None
    queued: int
    dead: int

    def late(self, now: datetime, bound: timedelta) -> bool:
        """Whether the mailbox was not looked at, or a mail waits, for longer than a bound."""
        return _is_late(self.seen_at, self.oldest_unprocessed_at, now, bound)


def _is_late(seen_at: datetime | None, oldest: datetime | None, now: datetime, bound: timedelta) -> bool:
    return any(now - moment > bound for moment in (seen_at, oldest) if moment is not None)


def waiting_chats(session: Session, queues: Collection[Queue], *, now: datetime) -> Sequence[ChatRow]:
    """Return the conversations that wait in these queues, who may be in danger first, then the longest waiting."""
    wanted = select(Conversation).where(Conversation.mode == Mode.WAITING, Conversation.queue.in_(queues))
    return _chat_rows(session, wanted.order_by(*IN_ORDER), now)


def chats_of(session: Session, staff: Staff, *, now: datetime) -> Sequence[ChatRow]:
    """Return the conversations that a consultant leads now."""
    wanted = select(Conversation).where(Conversation.mode == Mode.HUMAN, Conversation.consultant_id == staff.id)
    return _chat_rows(session, wanted.order_by(Conversation.updated_at.desc()), now)


def _chat_rows(session: Session, wanted: Select[Conversation], now: datetime) -> Sequence[ChatRow]:
    around = joinedload(Conversation.customer), joinedload(Conversation.acting_for)
    return [_chat_row(session, chat, now) for chat in session.scalars(wanted.options(*around))]


def _chat_row(session: Session, chat: Conversation, now: datetime) -> ChatRow:
    queue = chat.queue or Queue.GENERAL
    known = standing(session, chat, now).within(queue)
    return ChatRow(
        id=chat.id,
        queue=queue,
        topic=chat.topic,
        level=known.level,
        customer=known.customer.name if known.customer else "",
        since=chat.waiting_since or chat.updated_at,
    )


def mail_counts(session: Session) -> MailCounts:
    """Return the state of the mail; see `MailCounts`."""
    states = dict(session.execute(select(RawMail.state, func.count()).group_by(RawMail.state)).all())
    joined = session.scalar(select(func.count()).where(TicketMessage.raw_mail_id.is_not(None))) or 0
    lag = mail_lag(session)
    return MailCounts(
        on_server=session.scalar(select(func.coalesce(func.sum(MailboxState.on_server), 0))) or 0,
        stored=sum(states.values()),
        unprocessed=states.get(RawMailState.STORED, 0),
        joined=joined,
        set_aside=states.get(RawMailState.SET_ASIDE, 0),
        other=states.get(RawMailState.PROCESSED, 0) - joined,
        queued=lag.queued,
        dead=lag.dead,
        seen_at=lag.seen_at,
        behind=lag.behind,
        oldest_unprocessed_at=lag.oldest_unprocessed_at,
    )


def mail_lag(session: Session) -> MailLag:
    """Return how far the mail is behind; cheap however many mails there were."""
    looks = session.execute(
        select(MailboxState.mailbox, MailboxState.folder, func.max(MailboxState.seen_at)).group_by(
            MailboxState.mailbox, MailboxState.folder
        )
    ).all()
    seen = [moment for *_, moment in looks]
    # A folder that is read no more, while others are, is late for ever; it stops counting.
    watched = [moment for moment in seen if max(seen) - moment < GIVEN_UP]
    waiting = select(func.count(), func.min(RawMail.stored_at)).where(RawMail.state == RawMailState.STORED)
    unprocessed, oldest = session.execute(waiting).one()
    unsent = OutboxMail.status.in_((OutboxStatus.QUEUED, OutboxStatus.DEAD))
    outbox = dict(
        session.execute(select(OutboxMail.status, func.count()).where(unsent).group_by(OutboxMail.status)).all()
    )
    return MailLag(
        behind=session.scalar(select(func.coalesce(func.sum(MailboxState.behind), 0))) or 0,
        unprocessed=unprocessed,
        oldest_unprocessed_at=oldest,
        seen_at=min(watched, default=None),
        queued=outbox.get(OutboxStatus.QUEUED, 0),
        dead=outbox.get(OutboxStatus.DEAD, 0),
    )


def set_aside_mails(session: Session) -> Sequence[RawMail]:
    """Return the mails that could not be processed, oldest first, at most a page of them."""
    wanted = select(RawMail).where(RawMail.state == RawMailState.SET_ASIDE)
    return session.scalars(wanted.order_by(RawMail.id).limit(PAGE)).all()


def dead_letters(session: Session, staff: Staff, queues: Collection[Queue]) -> Sequence[OutboxMail]:
    """Return the mails out that were given up and belong to a consultant's queues or own tickets, oldest first."""
    wanted = select(OutboxMail).join(Ticket, Ticket.id == OutboxMail.ticket_id)
    wanted = wanted.where(OutboxMail.status == OutboxStatus.DEAD)
    wanted = wanted.where(Ticket.queue.in_(queues) | (Ticket.consultant_id == staff.id))
    return session.scalars(wanted.order_by(OutboxMail.id).limit(PAGE)).all()
