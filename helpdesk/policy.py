"""The one place that decides what may be told to whom on which channel.

The office's rule: general information for everybody; information from an account only after the PUE identifier
and the COT PIN were confirmed, and never by mail, which is not a safe channel.
"""

from datetime import datetime, timedelta
from enum import Enum

from helpdesk.lifecycle import Level

VERIFIED_FOR = timedelta(minutes=15)
"""How long a confirmed identity lasts without activity."""


class Channel(str, Enum):
    """The ways a customer is reached."""

    CHAT = "chat"
    MAIL = "mail"


class Matter(str, Enum):
    """What an answer is about: the rules for all, or one customer's own account."""

    GENERAL = "general"
    INDIVIDUAL = "individual"


def may_tell(level: Level, matter: Matter, channel: Channel) -> bool:
    """Return whether information of this kind may be given at this level on this channel."""
    if matter is Matter.GENERAL:
        return True
    return channel is Channel.CHAT and level.at_least(Level.VERIFIED)


def current_level(level: Level, verified_until: datetime | None, now: datetime) -> Level:
    """Return the level that still holds now: a confirmed identity falls back when its time is over."""
    if not level.at_least(Level.VERIFIED):
        return level
    return level if verified_until is not None and now < verified_until else Level.ANONYMOUS
