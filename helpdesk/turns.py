"""One turn of the bot at a time in each conversation, whichever process leads it: a lease with a fence.

A turn is begun in the transaction that stores the customer's message, and ended in the one that stores the reply. Its
number is the fence: what an older turn says is not stored any more. A process that dies leaves a lease that runs out.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.lifecycle import Author
from helpdesk.ownership import changed
from helpdesk.tables import ChatMessage, Conversation

LEASE = timedelta(seconds=10)
"""After which another process may go on, unless the turn was renewed."""
RENEW_EVERY = timedelta(seconds=3)


def begin(conversation: Conversation, *, now: datetime) -> int | None:
    """Begin a turn of a conversation that is locked for a change; returns its number, or None while another one runs.

    The clocks of all nodes must agree to within a few seconds.
    """
    if conversation.turn_until is not None and conversation.turn_until > now:
        return None
    conversation.turn += 1
    conversation.turn_until = now + LEASE
    return conversation.turn


def renew(session: Session, conversation_id: int, turn: int, *, now: datetime) -> bool:
    """Prolong a turn; returns False when it is no longer the present one."""
    mine = update(Conversation).where(Conversation.id == conversation_id, Conversation.turn == turn)
    return changed(session, mine.where(Conversation.turn_until.is_not(None)).values(turn_until=now + LEASE)) == 1


def end(session: Session, conversation_id: int, turn: int) -> None:
    """End a turn; one that is no longer the present one is left alone."""
    mine = update(Conversation).where(Conversation.id == conversation_id, Conversation.turn == turn)
    changed(session, mine.values(turn_until=None))


def is_unanswered(session: Session, message: ChatMessage) -> bool:
    """Return whether nothing was said after a customer's message: its turn was broken off before the reply."""
    later = select(ChatMessage.id).where(
        ChatMessage.conversation_id == message.conversation_id,
        ChatMessage.id > message.id,
        ChatMessage.author != Author.SYSTEM,
    )
    return session.scalar(later.limit(1)) is None
