"""A ticket left in the chat: for who would rather get the answer by mail than wait for a consultant."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import conversations, letters, outbox, tickets
from helpdesk.errors import TooMany
from helpdesk.lifecycle import Author, Direction, Level, WaitOutcome
from helpdesk.policy import current_level
from helpdesk.queues import Queue
from helpdesk.tables import ChatMessage, Conversation, Ticket, TicketMessage

CHANNEL = "chat"
POLISH = "pl"
MOST_A_DAY = 3
"""Tickets that one conversation may leave a day; the address is typed by hand, and may be a stranger's."""
MOST_LETTERS_A_DAY = 10
"""Automatic letters to one address a day; beyond them the number is told in the chat only."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Left:
    """What is known of a case that is left in the chat; all of it is masked.

    Attributes:
        address: where the answer goes, as `helpdesk.addresses` read it.
        subject: what the ticket is called.
        transcript: the whole conversation, which becomes the first message.
        words: what the customer added; may be empty.
        summary: a note for the consultant.
        individual: whether the customer's own account was asked about.
    """

    address: str
    subject: str
    transcript: str
    words: str = ""
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
    known = session.scalar(select(Ticket).where(Ticket.request_key == key))
    if known is not None:
        return known, False
    if _left_lately(session, conversation.id, now) >= MOST_A_DAY:
        raise TooMany
    ticket = _open(session, conversation, left, key, now)
    _acknowledge(session, ticket, domain, now)
    conversations.stop_waiting(session, conversation.id, now=now, outcome=WaitOutcome.TICKET)
    conversation.person_wanted = False
    return ticket, True


def _key(session: Session, conversation: Conversation, left: Left) -> str:
    latest = session.scalar(
        select(func.max(ChatMessage.id)).where(
            ChatMessage.conversation_id == conversation.id, ChatMessage.author == Author.CUSTOMER
        )
    )
    return sha256(f"{conversation.id}\n{latest}\n{left.address}\n{left.words}".encode()).hexdigest()


def _left_lately(session: Session, conversation_id: int, now: datetime) -> int:
    lately = select(func.count()).where(
        Ticket.conversation_id == conversation_id, Ticket.channel == CHANNEL, Ticket.created_at > now - DAY
    )
    return session.scalar(lately) or 0


def _open(session: Session, conversation: Conversation, left: Left, key: str, now: datetime) -> Ticket:
    level = current_level(conversation.level, conversation.verified_until, now)
    known = level.at_least(Level.VERIFIED)
    new = tickets.NewTicket(
        queue=conversation.queue or Queue.GENERAL,
        subject=left.subject,
        address=left.address,
        channel=CHANNEL,
        level=level if known else Level.ADDRESS,
        language=conversation.language,
        individual=left.individual,
        article=conversation.topic,
        confidence=1.0 if conversation.topic else 0.0,
    )
    ticket = tickets.open_ticket(session, new, now=now)
    ticket.conversation_id, ticket.request_key = conversation.id, key
    if known:
        ticket.customer_id = conversation.customer_id
    words = "\n\n".join(filter(None, (left.words, left.transcript)))
    tickets.add_incoming(session, ticket, tickets.Incoming(left.address, words), now=now)
    if left.summary:
        session.add(TicketMessage(ticket_id=ticket.id, direction=Direction.NOTE, text=left.summary, created_at=now))
    return ticket


def _acknowledge(session: Session, ticket: Ticket, domain: str, now: datetime) -> None:
    if outbox.automatic_answers(session, ticket.address, now=now) >= MOST_LETTERS_A_DAY:
        return
    kind = "acknowledgement" if ticket.language == POLISH else "language"
    outbox.enqueue(
        session,
        kind=kind,
        recipient=ticket.address,
        letter=letters.render(kind, number=ticket.number, subject=ticket.subject, lang=ticket.language),
        ticket_id=ticket.id,
        automatic=True,
        now=now,
        domain=domain,
    )
