"""Ratings: whether an answer of the bot, or a consultant's part of a conversation, was helpful."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk import facts
from helpdesk.errors import NotFound
from helpdesk.lifecycle import Author
from helpdesk.queues import Queue
from helpdesk.tables import ChatMessage, ConsultantPart, Conversation, LetterLink, Rating, Ticket

RATEABLE = frozenset({"answer", "form", "term", "redirect"})
"""Kinds of the bot's replies that answer something."""


class Rateable(NamedTuple):
    """What a rating is about.

    Attributes:
        message: the bot's answer, or the last words of a consultant's part.
        part: whose words they are.
        article: the article answered with, or the topic that the consultant was asked about.
    """

    message: ChatMessage
    part: Author
    article: str | None


@dataclass(frozen=True)
class Count:
    """How often an article was rated."""

    helpful: int
    unhelpful: int


def last_rateable(session: Session, conversation_id: int, *, part: Author | None = None) -> Rateable | None:
    """Return what was last said that can be rated, or None.

    Args:
        session: the unit of work.
        conversation_id: where.
        part: only words of the bot, or only a consultant's; None for whichever came later.
    """
    parts = {
        Author.BOT: (ChatMessage.author == Author.BOT) & ChatMessage.kind.in_(RATEABLE),
        Author.CONSULTANT: ChatMessage.author == Author.CONSULTANT,
    }
    wanted = or_(*(words for author, words in parts.items() if part in (None, author)))
    latest = select(ChatMessage).where(ChatMessage.conversation_id == conversation_id, wanted)
    message = session.scalar(latest.order_by(ChatMessage.id.desc()).limit(1))
    return None if message is None else _rateable(session, message)


def rate(
    session: Session,
    conversation_id: int,
    *,
    helpful: bool,
    now: datetime,
    part: Author | None = None,
    message_id: int | None = None,
    article_changed: str = "",
) -> Rating | None:
    """Store a rating; a customer who thinks again changes it. Returns None when there is nothing to rate.

    Args:
        session: the unit of work.
        conversation_id: where.
        helpful: what the customer said.
        now: the instant.
        part: whose words are meant, when no message is named; None for whichever came later.
        message_id: the rated message; None for the last that can be rated.
        article_changed: the date of the article's last change (`YYYY-MM-DD`), where the answer itself does not tell.

    Raises:
        NotFound: the named message is not one of this conversation that can be rated.
    """
    # Two presses at once would both find no rating yet.
    conversation = session.get_one(Conversation, conversation_id, with_for_update=True)
    if message_id is None:
        meant = last_rateable(session, conversation_id, part=part)
    else:
        meant = _named(session, conversation_id, message_id)
    if meant is None:
        return None
    rating = session.scalar(select(Rating).where(Rating.message_id == meant.message.id))
    if rating is None:
        rating = Rating(conversation_id=conversation_id, message_id=meant.message.id, created_at=now)
        session.add(rating)
    rating.part, rating.article, rating.helpful = meant.part, meant.article, helpful
    rating.article_changed = str(meant.message.details.get("article_changed") or article_changed)[:10]
    rating.queue, rating.profile = _queue_of(session, conversation, meant.message), conversation.profile
    rating.staff_id = meant.message.staff_id
    session.flush()
    facts.mark_rated(session, rating)
    return rating


def rate_letter(session: Session, link: LetterLink, *, helpful: bool, now: datetime) -> Rating:
    """Store whether an answer by mail was helpful: the automatic one, or the consultant's whom the link names.

    Who thinks again changes it; of several answers of consultants, the one that was rated last counts (flushed).
    """
    # Two presses at once would both find no rating yet.
    ticket = session.get_one(Ticket, link.ticket_id, with_for_update=True)
    part = Author.BOT if link.staff_id is None else Author.CONSULTANT
    rating = rating_of_letter(session, ticket.id, part)
    if rating is None:
        rating = Rating(ticket_id=ticket.id, part=part, created_at=now)
        session.add(rating)
    rating.article, rating.article_changed = link.article, link.article_changed
    rating.queue, rating.profile, rating.staff_id = ticket.queue, _profile_of(session, ticket), link.staff_id
    rating.helpful = helpful
    session.flush()
    facts.mark_rated(session, rating)
    return rating


def rating_of_letter(session: Session, ticket_id: int, part: Author = Author.BOT) -> Rating | None:
    """Return what the customer said of the automatic answer to a ticket, or of a consultant's; None for nothing."""
    return session.scalar(select(Rating).where(Rating.ticket_id == ticket_id, Rating.part == part))


def ratings_of(session: Session, conversation_id: int) -> Sequence[Rating]:
    """Return the ratings of a conversation, in the order of what they rate."""
    wanted = select(Rating).where(Rating.conversation_id == conversation_id)
    return session.scalars(wanted.order_by(Rating.message_id)).all()


def ratings_of_article(session: Session, article: str) -> Count:
    """Return how often the bot's answers with an article were rated helpful, and how often not."""
    counted = select(Rating.helpful, func.count()).where(Rating.article == article, Rating.part == Author.BOT)
    found = dict(session.execute(counted.group_by(Rating.helpful)).all())
    return Count(found.get(True, 0), found.get(False, 0))


def _queue_of(session: Session, conversation: Conversation, message: ChatMessage) -> Queue | None:
    """Return the queue in which the words were said: a chat that was passed on has another one now."""
    parts = select(ConsultantPart.queue).where(
        ConsultantPart.conversation_id == conversation.id,
        ConsultantPart.staff_id == message.staff_id,
        ConsultantPart.began_at <= message.created_at,
    )
    return session.scalar(parts.order_by(ConsultantPart.id.desc()).limit(1)) or conversation.queue


def _profile_of(session: Session, ticket: Ticket) -> str | None:
    """Return the customer's group, which only a ticket from a chat knows."""
    chat = session.get(Conversation, ticket.conversation_id) if ticket.conversation_id else None
    return chat.profile if chat else None


def _named(session: Session, conversation_id: int, message_id: int) -> Rateable:
    message = session.get(ChatMessage, message_id)
    if message is None or message.conversation_id != conversation_id:
        raise NotFound(f"message {message_id}")
    can_be_rated = message.author is Author.CONSULTANT or (message.author is Author.BOT and message.kind in RATEABLE)
    if not can_be_rated:
        raise NotFound(f"message {message_id}")
    return _rateable(session, message)


def _rateable(session: Session, message: ChatMessage) -> Rateable:
    if message.author is Author.CONSULTANT:
        topic = session.get_one(Conversation, message.conversation_id).topic
        return Rateable(message, Author.CONSULTANT, topic)
    return Rateable(message, Author.BOT, message.details.get("article"))
