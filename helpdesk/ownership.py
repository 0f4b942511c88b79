"""Who leads a conversation: changes that happen only while it is still so, each one atomic statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Update, update
from sqlalchemy.orm import Session

from helpdesk.errors import NotFound
from helpdesk.lifecycle import Mode
from helpdesk.tables import Conversation, Staff

UNLED: Mapping[str, Any] = {
    "consultant_id": None,
    "wanted_staff_id": None,
    "supervisor_id": None,
    "supervisor_called_at": None,
    "warned_at": None,
}
"""What a conversation is without a person."""


def change_owned(session: Session, conversation_id: int, staff: Staff, **values: Any) -> None:
    """Change a conversation if a consultant leads it at this moment; otherwise raise NotFound and change nothing.

    Without values it only asks, and holds the conversation until the end of the unit of work.
    """
    own = update(Conversation).where(
        Conversation.id == conversation_id,
        Conversation.mode == Mode.HUMAN,
        Conversation.consultant_id == staff.id,
    )
    if changed(session, own.values(**(values or {"consultant_id": staff.id}))) != 1:
        raise NotFound(f"conversation {conversation_id}")


def was_busy(session: Session, staff_id: int, now: datetime) -> None:
    """Note that a consultant took a chat or parted from one: they are idle from now on at the earliest."""
    changed(session, update(Staff).where(Staff.id == staff_id).values(idle_since=now))


def changed(session: Session, statement: Update) -> int:
    """Do an update and return how many rows it met."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount
