"""To whom a waiting chat is offered next: the pure rule of the offers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.queues import Queue


@dataclass(frozen=True)
class WaitingChat:
    """A chat that waits for a person.

    Attributes:
        id: the conversation's number.
        queue: where it waits.
        since: when this wait began (aware UTC).
        wanted_staff_id: whom it was passed on to; None when to a queue.
    """

    id: int
    queue: Queue
    since: datetime
    wanted_staff_id: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A consultant who takes new chats now.

    Attributes:
        staff_id: who.
        queues: what they work on.
        load: the live chats that they lead, and the offers that they have not answered.
        most: how many of both together they may have.
        idle_since: when they last began or ended a chat, or came to the desk.
    """

    staff_id: int
    queues: frozenset[Queue]
    load: int
    most: int
    idle_since: datetime

    @property
    def has_room(self) -> bool:
        """Whether one more chat fits."""
        return self.load < self.most


@dataclass(frozen=True)
class Asked:
    """How the last offer of a chat to a consultant ended, within the same wait."""

    at: datetime
    declined: bool


def choose(
    chat: WaitingChat,
    desk: Collection[Candidate],
    asked: Mapping[int, Asked],
    *,
    patience: timedelta,
    now: datetime,
) -> Candidate | None:
    """Return to whom a chat is offered next; None when nobody is to be asked at this moment.

    Whom it was passed on to comes first; then, of those with the speciality and room, who is idle longest; at last who
    let it pass before. Who declined is left alone for the time of one offer.

    Args:
        chat: the chat.
        desk: everybody who takes new chats now.
        asked: by consultant, whom it was offered to before in this wait.
        patience: how long one offer stands.
        now: the instant.
    """
    if chat.wanted_staff_id is not None and chat.wanted_staff_id not in asked:
        wanted = [one for one in desk if one.staff_id == chat.wanted_staff_id and one.has_room]
        if wanted or now < chat.since + patience:
            return wanted[0] if wanted else None
    able = [one for one in desk if one.has_room and chat.queue in one.queues]
    fresh = [one for one in able if one.staff_id not in asked]
    if fresh:
        # Who leads a chat is not idle, however long ago it began.
        return min(fresh, key=lambda one: (one.load > 0, one.idle_since, one.staff_id))
    again = [one for one in able if not asked[one.staff_id].declined or asked[one.staff_id].at + patience <= now]
    return min(again, key=lambda one: (asked[one.staff_id].at, one.staff_id), default=None)
