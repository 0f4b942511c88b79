"""Questions for a customer's consent inside a chat: asked by a consultant, answered with a button, kept, audited."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import AlreadyAsked, NotFound
from helpdesk.lifecycle import Mode
from helpdesk.ownership import changed
from helpdesk.tables import Consent, Conversation, Staff

LONGEST = 500
"""Characters of a question."""


def ask(session: Session, conversation_id: int, staff: Staff, question: str, *, now: datetime) -> Consent:
    """Ask for a consent; the caller shows the question to the customer.

    Raises:
        NotFound: the conversation is not this consultant's at this moment.
        AlreadyAsked: a question is still unanswered.
    """
    own = select(Conversation).where(
        Conversation.id == conversation_id, Conversation.mode == Mode.HUMAN, Conversation.consultant_id == staff.id
    )
    # Two presses of the button at once would both find no question yet.
    if session.scalar(own.with_for_update(key_share=True)) is None:
        raise NotFound(f"conversation {conversation_id}")
    if unanswered(session, conversation_id) is not None:
        raise AlreadyAsked
    asked = Consent(conversation_id=conversation_id, staff_id=staff.id, question=question, asked_at=now)
    session.add(asked)
    session.flush()
    audit.record(session, f"conversation:{conversation_id}", "consent asked", now=now, by=staff)
    return asked


def answer(session: Session, conversation_id: int, consent_id: int, *, granted: bool, now: datetime) -> bool:
    """Keep what the customer said; returns False when there is no such question, or it was answered before."""
    asked = update(Consent).where(
        Consent.id == consent_id, Consent.conversation_id == conversation_id, Consent.answered_at.is_(None)
    )
    if changed(session, asked.values(granted=granted, answered_at=now)) != 1:
        return False
    deed = "consent granted" if granted else "consent refused"
    audit.record(session, f"conversation:{conversation_id}", deed, now=now)
    return True


def lapse(session: Session, conversation_id: int, *, now: datetime) -> None:
    """Close the question that was not answered before the consultant's part ended; it counts as no consent."""
    still_open = update(Consent).where(Consent.conversation_id == conversation_id, Consent.answered_at.is_(None))
    changed(session, still_open.values(answered_at=now))


def unanswered(session: Session, conversation_id: int) -> Consent | None:
    """Return the question that waits for the customer's answer, or None."""
    wanted = select(Consent).where(Consent.conversation_id == conversation_id, Consent.answered_at.is_(None))
    return session.scalar(wanted.order_by(Consent.id.desc()).limit(1))


def of(session: Session, conversation_id: int) -> Sequence[Consent]:
    """Return all questions of a conversation, oldest first."""
    wanted = select(Consent).where(Consent.conversation_id == conversation_id)
    return session.scalars(wanted.order_by(Consent.id)).all()
