"""The ends of a consultant's part, and a supervisor who calls, looks on, whispers or takes over."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from helpdesk import audit, consents, facts
from helpdesk.errors import AlreadyTaken
from helpdesk.lifecycle import EndReason, Mode
from helpdesk.ownership import UNLED, change_owned, changed, was_busy
from helpdesk.tables import AuditEntry, ChatNote, Conversation, Staff

LOOK_LASTS = timedelta(hours=1)
"""For how long one entry of the audit stands for a supervisor's reading of a chat."""


def end(session: Session, conversation_id: int, staff: Staff, reason: EndReason, *, now: datetime) -> None:
    """End a consultant's part for a reason; the customer's next message goes to the bot.

    Raises NotFound unless the conversation is theirs.
    """
    change_owned(session, conversation_id, staff, **_ended(reason, now))
    was_busy(session, staff.id, now)
    facts.end_part(session, conversation_id, reason, now=now)
    consents.lapse(session, conversation_id, now=now)
    audit.record(session, f"conversation:{conversation_id}", "ended", now=now, by=staff, reason=reason.value)


def end_abandoned(session: Session, conversation: Conversation, *, now: datetime) -> bool:
    """End the part of the consultant whose customer left; returns whether one led the conversation."""
    led = update(Conversation).where(Conversation.id == conversation.id, Conversation.mode == Mode.HUMAN)
    consultant_id, reason = conversation.consultant_id, EndReason.CUSTOMER_LEFT
    if changed(session, led.values(**_ended(reason, now))) != 1:
        return False
    if consultant_id is not None:
        was_busy(session, consultant_id, now)
    facts.end_part(session, conversation.id, reason, now=now)
    consents.lapse(session, conversation.id, now=now)
    audit.record(session, f"conversation:{conversation.id}", "ended", now=now, reason=reason.value)
    return True


def call_supervisor(session: Session, conversation_id: int, staff: Staff, *, now: datetime) -> None:
    """Call for a supervisor. Raises NotFound unless the conversation is theirs."""
    change_owned(session, conversation_id, staff, supervisor_called_at=now)
    audit.record(session, f"conversation:{conversation_id}", "supervisor called", now=now, by=staff)


def is_look_unnoted(
    session: Session, conversation: Conversation, supervisor: Staff, *, known: bool, now: datetime
) -> bool:
    """Return whether `look_on` has something to note: a first look, a call to answer, or a reading to audit."""
    if conversation.supervisor_id != supervisor.id or conversation.supervisor_called_at is not None:
        return True
    return known and not _is_audited(session, conversation.id, supervisor, now)


def look_on(session: Session, conversation: Conversation, supervisor: Staff, *, known: bool, now: datetime) -> None:
    """Note that a supervisor reads a colleague's chat; a call for one is answered by it.

    Args:
        session: the unit of work.
        conversation: the chat.
        supervisor: who reads it.
        known: whether its customer is confirmed now; reading such a chat is audited, once an hour while it lasts.
        now: the instant.
    """
    led = update(Conversation).where(Conversation.id == conversation.id, Conversation.mode == Mode.HUMAN)
    changed(session, led.values(supervisor_id=supervisor.id, supervisor_called_at=None))
    if known and not _is_audited(session, conversation.id, supervisor, now):
        audit.record(session, f"conversation:{conversation.id}", "looked on", now=now, by=supervisor)


def _is_audited(session: Session, conversation_id: int, supervisor: Staff, now: datetime) -> bool:
    lately = select(AuditEntry.id).where(
        AuditEntry.subject == f"conversation:{conversation_id}",
        AuditEntry.action == "looked on",
        AuditEntry.staff_id == supervisor.id,
        AuditEntry.at > now - LOOK_LASTS,
    )
    return session.scalar(lately.limit(1)) is not None


def take_over(session: Session, conversation_id: int, supervisor: Staff, *, now: datetime) -> Conversation:
    """Give a colleague's chat to a supervisor, in one atomic step.

    Raises:
        AlreadyTaken: nobody leads it any more, or the supervisor does already.
    """
    others = update(Conversation).where(
        Conversation.id == conversation_id,
        Conversation.mode == Mode.HUMAN,
        Conversation.consultant_id != supervisor.id,
    )
    before = session.scalar(select(Conversation.consultant_id).where(Conversation.id == conversation_id))
    values = {**UNLED, "consultant_id": supervisor.id, "updated_at": now}
    if changed(session, others.values(**values)) != 1:
        raise AlreadyTaken
    for busy in sorted({supervisor.id, before or supervisor.id}):
        was_busy(session, busy, now)
    audit.record(session, f"conversation:{conversation_id}", "taken over", now=now, by=supervisor)
    taken = session.get_one(Conversation, conversation_id, populate_existing=True)
    facts.end_part(session, conversation_id, facts.Ending.TAKEN_OVER, now=now)
    facts.begin_part(session, taken, supervisor.id, now=now)
    return taken


def note(session: Session, conversation_id: int, staff: Staff, text: str, *, now: datetime) -> ChatNote:
    """Add a word among the staff to a chat; no customer sees it. The caller checks who may."""
    added = ChatNote(conversation_id=conversation_id, staff_id=staff.id, text=text, created_at=now)
    session.add(added)
    session.flush()
    return added


def notes(session: Session, conversation_id: int) -> Sequence[ChatNote]:
    """Return the words among the staff about a chat, oldest first."""
    wanted = select(ChatNote).where(ChatNote.conversation_id == conversation_id)
    return session.scalars(wanted.options(joinedload(ChatNote.staff)).order_by(ChatNote.id)).all()


def _ended(reason: EndReason, now: datetime) -> Mapping[str, Any]:
    over = {"mode": Mode.CLOSED, "urgent": False, "end_reason": reason, "ended_at": now, "updated_at": now}
    return {**UNLED, **over}
