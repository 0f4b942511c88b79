"""What a consultant has begun to write in a chat, kept until it is sent; a consultant's own, sealed."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from helpdesk.tables import Draft, Staff

LONGEST = 5_000
"""Characters that are kept."""


def subject(conversation_id: int) -> str:
    """Return what a draft for a chat is filed under."""
    return f"conversation:{conversation_id}"


def keep(session: Session, conversation_id: int, staff: Staff, text: str, *, now: datetime) -> None:
    """Keep a draft instead of the one before; an empty one is forgotten."""
    if not text.strip():
        forget(session, conversation_id, staff)
        return
    # Two tabs may keep the first draft at once.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"text": text[:LONGEST], "updated_at": now}
    added = insert(Draft).values(staff_id=staff.id, subject=subject(conversation_id), **values)
    session.execute(added.on_conflict_do_update(index_elements=["staff_id", "subject"], set_=values))


def forget(session: Session, conversation_id: int, staff: Staff) -> None:
    """Forget a draft, as when it was sent."""
    own = Draft.staff_id == staff.id, Draft.subject == subject(conversation_id)
    session.execute(delete(Draft).where(*own).execution_options(synchronize_session=False))


def texts(session: Session, staff: Staff, conversation_ids: Collection[int]) -> Mapping[int, str]:
    """Return the drafts of a consultant for these chats; chats without one are left out."""
    subjects = {subject(number): number for number in conversation_ids}
    found = session.execute(
        select(Draft.subject, Draft.text).where(Draft.staff_id == staff.id, Draft.subject.in_(subjects))
    )
    return {subjects[filed]: text for filed, text in found}
