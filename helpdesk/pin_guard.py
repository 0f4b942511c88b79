"""When digits that stand alone are likely a PIN: right after verification was offered, or a PIN announced."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.lifecycle import Author
from helpdesk.tables import ChatMessage, Conversation
from polish.secrets_in_text import announces_pin

OFFERS_VERIFICATION = frozenset({"verify", "handover"})
"""Kinds of replies that name the PIN, so that some customers type it at once."""
LOOKED_AT = 4
"""The last messages, notices among them."""


def expects_pin(session: Session, conversation: Conversation) -> bool:
    """Tell whether the next message of a conversation may be nothing but a PIN."""
    wanted = select(ChatMessage).where(ChatMessage.conversation_id == conversation.id)
    for message in session.scalars(wanted.order_by(ChatMessage.id.desc()).limit(LOOKED_AT)):
        if message.author is Author.CUSTOMER:
            return announces_pin(message.text)
        if message.author is Author.BOT and message.kind in OFFERS_VERIFICATION:
            return True
    return False
