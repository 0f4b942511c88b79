"""Presence: whether a consultant takes new chats, with a comment for colleagues, and how many at the same time."""

from datetime import datetime

from helpdesk.house import House
from helpdesk.lifecycle import Presence
from helpdesk.tables import Staff

MAX_COMMENT = 200


def set_presence(staff: Staff, presence: Presence, *, now: datetime, comment: str = "") -> None:
    """Note where somebody is; the time counts from a change of the presence, not of the comment alone.

    Args:
        staff: whose presence it is.
        presence: what it is from now on.
        now: the instant.
        comment: what colleagues read beside it; cut to `MAX_COMMENT` characters.
    """
    if staff.presence is not presence or staff.presence_at is None:
        staff.presence, staff.presence_at = presence, now
    staff.presence_comment = " ".join(comment.split())[:MAX_COMMENT]


def capacity_of(staff: Staff, settings: House) -> int:
    """Return how many live chats somebody leads at the same time: their own number, or the house's."""
    return settings.chats_at_once if staff.capacity is None else staff.capacity
