"""The wall board: how things stand at this moment and today, without anybody's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import house, team
from helpdesk.house import House
from helpdesk.lifecycle import Direction, Mode, Presence
from helpdesk.queues import Queue
from helpdesk.reports import backlog, satisfaction, waits
from helpdesk.reports.periods import Preset, period_of
from helpdesk.reports.satisfaction import Satisfaction
from helpdesk.reports.scope import Scope
from helpdesk.reports.waits import Waits
from helpdesk.tables import ConsultantPart, Conversation, TicketMessage


@dataclass(frozen=True)
class Line:
    """The chats that wait in one queue.

    Attributes:
        waiting: how many.
        since: since when the one waits that waits longest; None when none does.
        staff: consultants who are signed in, take chats and work on the queue.
    """

    waiting: int = 0
    since: datetime | None = None
    staff: int = 0


@dataclass(frozen=True)
class Board:
    """What the wall board shows.

    Attributes:
        lines: the waiting chats of each queue, queues without any included.
        present: consultants at the desk, by what they say of themselves.
        chats: chats that consultants lead.
        new: tickets that nobody began with.
        overdue: tickets with a broken deadline.
        chats_today: chats that consultants took today.
        answered_today: tickets that were answered today, by consultants or automatically.
        rated_today: what customers say today.
        waits_today: the waits that began today.
        minutes: the house's time for the service level.
    """

    lines: Mapping[Queue, Line]
    present: Mapping[Presence, int]
    chats: int
    new: int
    overdue: int
    chats_today: int
    answered_today: int
    rated_today: Satisfaction
    waits_today: Waits
    minutes: int

    @property
    def waiting(self) -> int:
        """Return how many customers wait in all queues."""
        return sum(line.waiting for line in self.lines.values())

    @property
    def since(self) -> datetime | None:
        """Return since when the customer waits who waits longest; None when nobody does."""
        return min((line.since for line in self.lines.values() if line.since is not None), default=None)


def board(session: Session, *, now: datetime) -> Board:
    """Return how things stand at an instant (aware)."""
    settings = house.load(session)
    scope = Scope(period_of(Preset.TODAY, now=now))
    left = backlog.together(backlog.backlog(session, scope, now=now))
    here = [member for member in team.members(session, now=now) if member.is_here]
    return Board(
        lines=_lines(session, here),
        present={presence: sum(one.presence is presence for one in here) for presence in Presence},
        chats=session.scalar(select(func.count()).where(Conversation.mode == Mode.HUMAN)) or 0,
        new=left.new,
        overdue=left.overdue,
        chats_today=_chats(session, scope),
        answered_today=_answered(session, scope),
        rated_today=satisfaction.satisfaction(session, scope),
        waits_today=_waits(session, scope, settings),
        minutes=settings.service_minutes,
    )


def _waits(session: Session, scope: Scope, settings: House) -> Waits:
    return waits.waits(session, scope, within=60 * settings.service_minutes)


def _lines(session: Session, here: list[team.Member]) -> Mapping[Queue, Line]:
    queue = func.coalesce(Conversation.queue, Queue.GENERAL.value)
    counted = select(queue, func.count(), func.min(Conversation.waiting_since)).where(Conversation.mode == Mode.WAITING)
    found = {Queue(name): (number, since) for name, number, since in session.execute(counted.group_by(queue))}

    def staff(wanted: Queue) -> int:
        return sum(wanted in one.queues and one.presence is Presence.AVAILABLE for one in here)

    return {wanted: Line(*found.get(wanted, (0, None)), staff(wanted)) for wanted in Queue}


def _chats(session: Session, scope: Scope) -> int:
    return session.scalar(select(func.count()).where(scope.within(ConsultantPart.began_at))) or 0


def _answered(session: Session, scope: Scope) -> int:
    answers = select(func.count(TicketMessage.ticket_id.distinct())).where(
        scope.within(TicketMessage.created_at), TicketMessage.direction == Direction.OUT
    )
    return session.scalar(answers) or 0
