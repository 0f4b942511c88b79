"""What was said in a conversation, whether something was told there before, and how far the consultant has read."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk.lifecycle import Author
from helpdesk.ownership import changed
from helpdesk.tables import ChatMessage, Conversation


def was_told(session: Session, conversation_id: int, about: str) -> bool:
    """Return whether a notice about something was stored in a conversation before."""
    told = select(ChatMessage.id).where(
        ChatMessage.conversation_id == conversation_id,
        ChatMessage.author == Author.SYSTEM,
        ChatMessage.details["about"].as_string() == about,
    )
    return session.scalar(told.limit(1)) is not None


def mark_read(session: Session, conversation_id: int, message_id: int) -> bool:
    """Note the last message that the consultant has seen; returns whether it is a later one than before."""
    latest = select(func.max(ChatMessage.id)).where(ChatMessage.conversation_id == conversation_id)
    seen = min(message_id, session.scalar(latest) or 0)
    further = update(Conversation).where(Conversation.id == conversation_id, Conversation.consultant_read_id < seen)
    return changed(session, further.values(consultant_read_id=seen)) == 1


def messages(session: Session, conversation_id: int, *, after: int = 0) -> Sequence[ChatMessage]:
    """Return the messages of a conversation with an id above `after`, oldest first."""
    wanted = select(ChatMessage).where(ChatMessage.conversation_id == conversation_id, ChatMessage.id > after)
    return session.scalars(wanted.order_by(ChatMessage.id)).all()
