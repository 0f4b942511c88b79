"""Signs of the customer's window, apart from words: that it is open, and what it has shown."""

from datetime import datetime

from sqlalchemy import func, select, update

from helpdesk import silent_chats
from helpdesk.database import Database
from helpdesk.lifecycle import Mode
from helpdesk.tables import ChatMessage, Conversation


def window_is_open(database: Database, conversation_id: int, *, now: datetime) -> None:
    """Note that the customer's window is open; looks before it writes, so that asking often costs little."""
    with database.reading() as session:
        if not silent_chats.is_sign_due(session, conversation_id, now=now):
            return
    with database.session() as session:
        silent_chats.seen(session, conversation_id, now=now)
        session.commit()


def customer_read(database: Database, conversation_id: int, message_id: int) -> int | None:
    """Note the last message that the window has shown; returns the consultant to be told, None when nothing changed."""
    with database.reading() as session:
        latest = select(func.max(ChatMessage.id)).where(ChatMessage.conversation_id == conversation_id)
        known = session.scalar(select(Conversation.customer_read_id).where(Conversation.id == conversation_id)) or 0
        message_id = min(message_id, session.scalar(latest) or 0)
        if message_id <= known:
            return None
    with database.session() as session:
        further = update(Conversation).where(
            Conversation.id == conversation_id,
            Conversation.mode == Mode.HUMAN,
            Conversation.customer_read_id < message_id,
        )
        values = further.values(customer_read_id=message_id).returning(Conversation.consultant_id)
        told: int | None = session.scalar(values.execution_options(synchronize_session=False))
        session.commit()
        return told
