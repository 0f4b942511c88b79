"""Waiting for a person: places in a queue, and how long it takes, measured from the waits that ended lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from math import ceil
from statistics import median

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from helpdesk import house
from helpdesk.hours import Hours
from helpdesk.lifecycle import Mode, Presence, WaitOutcome
from helpdesk.queues import Queue
from helpdesk.staff import works_on
from helpdesk.staff_sessions import at_the_desk
from helpdesk.tables import Conversation, Staff, Wait

HERE = frozenset(Presence) - {Presence.AWAY}
"""Presences of those who take a chat sooner or later: who is on a break comes back."""
LATEST = 20
"""Waits that a queue is measured by: the last ones that ended with a consultant."""
FEWEST = 5
"""With fewer waits nothing is said: a time without a measure behind it would be invented."""
RECENT = timedelta(hours=1)
"""When enough waits ended within it, the older ones of the latest are left out."""
OLDEST = timedelta(days=7)
"""How far back a queue is measured; it reaches over the free days around Christmas and Easter."""


class Way(str, Enum):
    """What a customer who wants a person can do."""

    WAIT = "wait"
    TICKET = "ticket"
    CALLBACK = "callback"


@dataclass(frozen=True)
class Taken:
    """A wait that ended with a consultant.

    Attributes:
        place: the place in the queue when it began, 1 for the next one.
        waited: how long it lasted, in opening hours.
    """

    place: int
    waited: timedelta


@dataclass(frozen=True)
class Outlook:
    """What a customer who wants a person can expect.

    Attributes:
        position: the place in the queue, 1 for the next one; 0 when not waiting.
        minutes: the measured time to wait; None when it is not known, or nobody is there.
        ways: what can be chosen now.
    """

    position: int = 0
    minutes: int | None = None
    ways: tuple[Way, ...] = ()


def minutes_to_wait(taken: Sequence[Taken], position: int) -> int | None:
    """Return how many minutes a place in the queue takes, at least 1; None when too few waits were measured.

    Each wait tells how long one place took: its time divided by its place. The median of that, which one odd wait
    does not move, times the place gives the time.
    """
    if len(taken) < FEWEST:
        return None
    seconds = position * median(wait.waited.total_seconds() / wait.place for wait in taken)
    return max(1, ceil(round(seconds / 60, 6)))


def estimate(session: Session, queue: Queue, position: int, *, hours: Hours, now: datetime) -> int | None:
    """Return the minutes that a place in a queue takes (see `minutes_to_wait`), measured from its latest waits."""
    return minutes_to_wait(taken_lately(session, queue, hours=hours, now=now), position)


def taken_lately(session: Session, queue: Queue, *, hours: Hours, now: datetime) -> Sequence[Taken]:
    """Return the latest waits of a queue that ended with a consultant: those of the last hour when they suffice."""
    wanted = select(Wait.place, Wait.began_at, Wait.ended_at).where(
        Wait.queue == queue, Wait.outcome == WaitOutcome.TAKEN, Wait.ended_at > now - OLDEST
    )
    rows = session.execute(wanted.order_by(Wait.ended_at.desc()).limit(LATEST)).all()
    ended = [(place, began_at, ended_at) for place, began_at, ended_at in rows if ended_at is not None]
    recent = [row for row in ended if row[2] > now - RECENT]
    return [
        Taken(place, hours.open_between(began_at, ended_at))
        for place, began_at, ended_at in (recent if len(recent) >= FEWEST else ended)
    ]


def is_anybody_free(session: Session, queue: Queue, *, now: datetime) -> bool:
    """Return whether somebody who works on a queue is signed in, and not away."""
    here = at_the_desk(house.load(session), now) & Staff.presence.in_(HERE)
    present = select(Staff.id).where(here, works_on(queue))
    return session.scalar(present.limit(1)) is not None


def is_served(session: Session, queue: Queue, *, hours: Hours, now: datetime) -> bool:
    """Return whether somebody answers for a queue at this moment: within the hours, and signed in."""
    return hours.is_open(now) and is_anybody_free(session, queue, now=now)


def outlook(session: Session, conversation: Conversation, *, hours: Hours, now: datetime) -> Outlook:
    """Return what the customer of a conversation can expect; nothing while no person is wanted.

    Who waits may always choose another way. Who was only offered a person chooses a way when nobody is there.
    """
    queue = conversation.queue or Queue.GENERAL
    waits = conversation.mode is Mode.WAITING
    if not waits and not (conversation.mode is Mode.BOT and conversation.person_wanted):
        return Outlook()
    served = is_served(session, queue, hours=hours, now=now)
    place = position(session, conversation) if waits else 0
    minutes = None
    if served:
        likely = place or len(places(session, queue)) + 1
        minutes = estimate(session, queue, likely, hours=hours, now=now)
    return Outlook(place, minutes, tuple(Way) if waits or not served else ())


IN_ORDER = (Conversation.urgent.desc(), Conversation.waiting_since, Conversation.id)
"""The order of a queue: who may be in danger first, then the longest waiting."""


def position(session: Session, conversation: Conversation) -> int:
    """Return the place in the queue, 1 for the next one; 0 when not waiting."""
    if conversation.mode is not Mode.WAITING or conversation.waiting_since is None:
        return 0
    earlier = or_(
        Conversation.waiting_since < conversation.waiting_since,
        and_(Conversation.waiting_since == conversation.waiting_since, Conversation.id < conversation.id),
    )
    same_rank = and_(Conversation.urgent == conversation.urgent, earlier)
    ahead = same_rank if conversation.urgent else or_(Conversation.urgent, same_rank)
    before = select(func.count()).where(
        Conversation.mode == Mode.WAITING, Conversation.queue == conversation.queue, ahead
    )
    return (session.scalar(before) or 0) + 1


def places(session: Session, queue: Queue) -> Sequence[int]:
    """Return the ids of the conversations that wait in a queue, the next one first."""
    wanted = select(Conversation.id).where(Conversation.mode == Mode.WAITING, Conversation.queue == queue)
    return session.scalars(wanted.order_by(*IN_ORDER)).all()


def numbers(session: Session) -> Mapping[Queue, int]:
    """Return how many conversations wait in each queue, those where none does included."""
    counted = select(Conversation.queue, func.count()).where(Conversation.mode == Mode.WAITING)
    found = dict(session.execute(counted.group_by(Conversation.queue)).all())
    return {queue: found.get(queue, 0) for queue in Queue}


def begin(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Note that a conversation waits from now on, in its queue."""
    queue = conversation.queue or Queue.GENERAL
    place = position(session, conversation)
    session.add(Wait(conversation_id=conversation.id, queue=queue, place=place, began_at=now))
    session.flush()


def end(session: Session, conversation_id: int, outcome: WaitOutcome, *, now: datetime) -> None:
    """Note that a conversation waits no more, and why."""
    open_one = update(Wait).where(Wait.conversation_id == conversation_id, Wait.ended_at.is_(None))
    ended = open_one.values(ended_at=now, outcome=outcome)
    session.execute(ended.execution_options(synchronize_session=False))
