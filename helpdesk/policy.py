"""The one place that decides what may be told to whom on which channel.

The office's rule: general information for everybody; information from an account only after the PUE identifier
and the COT PIN were confirmed, and never by mail, which is not a safe channel. Chat, mail, desk and callbacks all
ask `may_tell`; `docs/identity.md` shows the table for people, and a test compares the two.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum

from helpdesk.lifecycle import Level

VERIFIED_FOR = timedelta(minutes=15)
"""How long a confirmed identity lasts without activity."""


class Channel(str, Enum):
    """The ways in which something is told, or shown to a consultant who works on the customer's case."""

    CHAT = "chat"
    MAIL = "mail"
    DESK = "desk"
    CALLBACK = "callback"
    """A consultant calls back; whoever picks up has confirmed nothing."""


class Matter(str, Enum):
    """What is told: the rules for all, or something of one customer.

    `*_STATE` is that a case exists and where it stands; `*_DETAILS` is what it says.
    """

    GENERAL = "general"
    TICKET_STATE = "ticket_state"
    TICKET_DETAILS = "ticket_details"
    VISIT_STATE = "visit_state"
    VISIT_DETAILS = "visit_details"
    INDIVIDUAL = "individual"
    """The customer's own account."""
    DOCUMENTS = "documents"
    """The customer's own documents and attachments."""
    PRINCIPAL = "principal"
    """The account of another customer, under a mandate for the matter's queue."""


_ANYBODY, _ADDRESS, _VERIFIED, _REPRESENTATIVE = Level
_NEVER = None

LEAST: Mapping[Matter, Mapping[Channel, Level | None]] = {
    matter: dict(zip(Channel, row, strict=True))
    for matter, row in {
        # The columns, in the order of Channel: chat, mail, desk, callback.
        Matter.GENERAL: (_ANYBODY, _ANYBODY, _ANYBODY, _ANYBODY),
        # The number together with the mail address shows that the case is one's own, no more.
        Matter.TICKET_STATE: (_ADDRESS, _ADDRESS, _ANYBODY, _VERIFIED),
        Matter.TICKET_DETAILS: (_VERIFIED, _NEVER, _ANYBODY, _NEVER),
        # Date, hour and link of a visit go to the address that was given for it.
        Matter.VISIT_STATE: (_ADDRESS, _ADDRESS, _ANYBODY, _VERIFIED),
        Matter.VISIT_DETAILS: (_VERIFIED, _NEVER, _ANYBODY, _NEVER),
        Matter.INDIVIDUAL: (_VERIFIED, _NEVER, _VERIFIED, _NEVER),
        # What a customer sent is part of the case that a consultant works on; `may_work_on` guards the case.
        Matter.DOCUMENTS: (_VERIFIED, _NEVER, _ANYBODY, _NEVER),
        Matter.PRINCIPAL: (_REPRESENTATIVE, _NEVER, _REPRESENTATIVE, _NEVER),
    }.items()
}
"""The policy: the least level at which a matter may be told on a channel; None is never."""


def may_tell(level: Level, matter: Matter, channel: Channel) -> bool:
    """Return whether information of this kind may be given at this level on this channel."""
    least = LEAST[matter][channel]
    return least is not None and level.at_least(least)


def current_level(level: Level, verified_until: datetime | None, now: datetime) -> Level:
    """Return the level that still holds now: a confirmed identity falls back when its time is over.

    It knows nothing of mandates; `helpdesk.standing` reads a conversation's level together with them.
    """
    if not level.at_least(Level.VERIFIED):
        return level
    return level if verified_until is not None and now < verified_until else Level.ANONYMOUS
