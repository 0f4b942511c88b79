"""What lies about for too long, for those who run the house: chats, tickets, letters and text messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.deadlines import RUNS
from helpdesk.lifecycle import Mode, OutboxStatus
from helpdesk.outgoing import Row
from helpdesk.queues import Queue
from helpdesk.tables import Conversation, OutboxMail, OutboxSms, Ticket


@dataclass(frozen=True)
class OutboxLag:
    """An outbox as it stands.

    Attributes:
        queued: how many wait to be sent, now or at a later time.
        dead: how many were given up.
        oldest_due_at: since when the one waits that is due longest; None when none is due.
        oldest_failed_at: when the oldest was written that was tried in vain and is to be tried again.
    """

    queued: int
    dead: int
    oldest_due_at: datetime | None
    oldest_failed_at: datetime | None


def outboxes(session: Session, *, now: datetime) -> Mapping[str, OutboxLag]:
    """Return both outboxes by name, `mail` and `sms`."""
    return {"mail": _outbox(session, OutboxMail, now), "sms": _outbox(session, OutboxSms, now)}


def longest_waiting(session: Session) -> Mapping[Queue, datetime | None]:
    """Return since when the chat waits in each queue that waits longest; None where none does."""
    wanted = select(Conversation.queue, func.min(Conversation.waiting_since)).where(Conversation.mode == Mode.WAITING)
    found = dict(session.execute(wanted.group_by(Conversation.queue)).all())
    return {queue: found.get(queue) for queue in Queue}


def overdue(session: Session, *, now: datetime) -> Mapping[Queue, int]:
    """Return how many tickets of each queue have a broken deadline, queues without any included."""
    broken = Ticket.due_at <= now, Ticket.status.in_(RUNS)
    found = dict(session.execute(select(Ticket.queue, func.count()).where(*broken).group_by(Ticket.queue)).all())
    return {queue: found.get(queue, 0) for queue in Queue}


def _outbox(session: Session, table: type[Row], now: datetime) -> OutboxLag:
    queued = table.status == OutboxStatus.QUEUED
    count = select(func.count()).select_from(table)
    return OutboxLag(
        queued=session.scalar(count.where(queued)) or 0,
        dead=session.scalar(count.where(table.status == OutboxStatus.DEAD)) or 0,
        oldest_due_at=session.scalar(select(func.min(table.due_at)).where(queued, table.due_at <= now)),
        oldest_failed_at=session.scalar(select(func.min(table.created_at)).where(queued, table.attempts > 0)),
    )
