"""When a chat ends because its customer is silent or gone: the pure rule."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from helpdesk.house import House

PRESENT = timedelta(seconds=45)
"""For how long after its last sign a customer's window counts as open; an open one gives a sign every 15 seconds."""


class Step(str, Enum):
    """What is to be done about a chat."""

    NOTHING = "nothing"
    WARN = "warn"
    """The customer is told that the chat will end."""
    END = "end"
    """The chat ends; a waiting customer leaves the queue."""


@dataclass(frozen=True)
class Quiet:
    """What is known of a chat that waits for a person or is with one. All instants are aware UTC.

    Attributes:
        waits: whether it still waits.
        since: when it began to wait, or was taken.
        is_owed: whether the customer spoke last, or nobody did.
        consultant_at: a consultant's last words; None without any.
        seen_at: the last sign of the customer's window; None when there was none yet.
        warned_at: when the customer was told that the chat will end.
    """

    waits: bool
    since: datetime
    is_owed: bool
    consultant_at: datetime | None
    seen_at: datetime | None
    warned_at: datetime | None


def next_step(chat: Quiet, house: House, now: datetime) -> Step:
    """Return what is to be done about a chat now.

    Who waits stays as long as the window is open. With a consultant, a chat ends only while the consultant's words
    are the last ones: an answer that is owed is not cut off.
    """
    gone_for = timedelta(minutes=house.gone_minutes)
    if chat.waits:
        return Step.END if now - max(chat.since, chat.seen_at or chat.since) >= gone_for else Step.NOTHING
    spoken = chat.consultant_at
    if spoken is None or spoken < chat.since or chat.is_owed:
        return Step.NOTHING
    if now - max(spoken, chat.seen_at or spoken) >= gone_for:
        return Step.END
    if chat.warned_at is not None and chat.warned_at >= spoken:
        return Step.END if now - chat.warned_at >= timedelta(minutes=house.end_minutes) else Step.NOTHING
    return Step.WARN if now - spoken >= timedelta(minutes=house.silent_minutes) else Step.NOTHING


def is_present(seen_at: datetime | None, now: datetime) -> bool:
    """Return whether a customer's window is open now."""
    return seen_at is not None and now - seen_at < PRESENT
