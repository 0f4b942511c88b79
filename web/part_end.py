"""What a customer is told when a consultant's part of a chat is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import conversations, ratings
from helpdesk.lifecycle import Author
from helpdesk.tables import Conversation
from web.texts import text


def tell_the_end(session: Session, conversation_id: int, how: str, *, now: datetime) -> None:
    """Tell that the consultant's part is over, and ask whether it helped if there was anything said.

    Args:
        session: the unit of work.
        conversation_id: where.
        how: the name of the text; that with `_rate` behind it asks for the rating besides.
        now: the instant.
    """
    chat = session.get_one(Conversation, conversation_id)
    rateable = ratings.last_rateable(session, conversation_id)
    if rateable is None or rateable.part is not Author.CONSULTANT:
        conversations.notify(session, chat, text(how), now=now)
        return
    buttons = [
        {"title": text("helpful_button"), "payload": "act:helpful"},
        {"title": text("unhelpful_button"), "payload": "act:unhelpful"},
    ]
    conversations.notify(session, chat, text(f"{how}_rate"), now=now, buttons=buttons)
