"""A ticket left in the chat instead of waiting: the whole conversation, for a consultant to answer by mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import conversations, feedback, sealed_values
from helpdesk.errors import TooMany
from helpdesk.feedback import FromChat
from helpdesk.lifecycle import Author, Direction, Level, TicketClass, WaitOutcome
from helpdesk.queues import Queue
from helpdesk.standing import Standing, standing
from helpdesk.tables import ChatMessage, Conversation, Ticket, TicketMessage
from polish.masking import Masked

MOST_A_DAY = 3
"""Tickets that one conversation may leave a day; the address is typed by hand, and may be a stranger's."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Left:
    """What is known of a case that is left in the chat; all of it is masked.

    Attributes:
        address: where the answer goes, as `helpdesk.addresses` read it.
        subject: what the ticket is called.
        transcript: the whole conversation; with the words before it, it becomes the first message.
        words: what the customer added; may be empty.
        summary: a note for the consultant; may be empty.
        individual: whether the customer's own account was asked about.
    """

    address: str
    subject: str
    transcript: str
    words: Masked
    summary: str = ""
    individual: bool = False


def leave(
    session: Session, conversation: Conversation, left: Left, *, domain: str, now: datetime
) -> tuple[Ticket, bool]:
    """Open a ticket from a conversation, acknowledge it by mail, and end the wait; returns it and whether it is new.

    Asked again with the same words and address before the customer wrote anything else, it is the same ticket.

    Raises:
        TooMany: the conversation left as many as a day allows.
    """
    # Two requests at once would both find none yet.
    session.refresh(conversation, with_for_update=True)
    key = _key(session, conversation, left)
    before = session.scalar(select(Ticket).where(Ticket.request_key == key))
    if before is not None:
        return before, False
    if _left_lately(session, conversation.id, now) >= MOST_A_DAY:
        raise TooMany
    known = standing(session, conversation, now).within(conversation.queue)
    ticket = feedback.open_from_chat(session, _from_chat(conversation, left, key, known), now=now, domain=domain)
    ticket.subject, ticket.individual = left.subject, left.individual
    ticket.article, ticket.confidence = conversation.topic, float(conversation.topic is not None)
    ticket.language = conversation.language
    _add_around(session, ticket, left, now)
    conversations.stop_waiting(session, conversation.id, now=now, outcome=WaitOutcome.TICKET)
    conversation.person_wanted = False
    return ticket, True


def _key(session: Session, conversation: Conversation, left: Left) -> str:
    latest = session.scalar(
        select(func.max(ChatMessage.id)).where(
            ChatMessage.conversation_id == conversation.id, ChatMessage.author == Author.CUSTOMER
        )
    )
    return sha256(f"{conversation.id}\n{latest}\n{left.address}\n{left.words.text}".encode()).hexdigest()


def _left_lately(session: Session, conversation_id: int, now: datetime) -> int:
    lately = select(func.count()).where(Ticket.conversation_id == conversation_id, Ticket.created_at > now - DAY)
    return session.scalar(lately) or 0


def _from_chat(conversation: Conversation, left: Left, key: str, known: Standing) -> FromChat:
    return FromChat(
        kind=TicketClass.QUESTION,
        text="\n\n".join(filter(None, (left.words.text, left.transcript))),
        request_key=key,
        queue=conversation.queue or Queue.GENERAL,
        address=left.address,
        conversation_id=conversation.id,
        customer_id=known.customer.id if known.customer else None,
        level=known.level if known.customer else Level.ADDRESS,
    )


def _add_around(session: Session, ticket: Ticket, left: Left, now: datetime) -> None:
    """Seal what was masked in the added words, and note the summary for the consultant."""
    first = session.scalars(select(TicketMessage).where(TicketMessage.ticket_id == ticket.id)).one()
    sealed_values.keep(session, first, left.words.found, now=now)
    if left.summary:
        session.add(TicketMessage(ticket_id=ticket.id, direction=Direction.NOTE, text=left.summary, created_at=now))
