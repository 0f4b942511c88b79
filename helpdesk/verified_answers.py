"""Answers that only a confirmed customer reads: kept with the ticket, told in the chat to the one they are for.

By mail goes only that an answer waits, with a link that works once; whoever opens it is nobody until the identity is
confirmed, and an answer that is for another customer stays untold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.lifecycle import Author, Level
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.standing import Standing, standing
from helpdesk.tables import Account, ChatMessage, Conversation, Customer, Ticket, TicketMessage

VERIFIED = "verified"
"""`TicketMessage.channel` of such an answer."""


@dataclass(frozen=True)
class Told:
    """What was told after an identity was confirmed.

    Attributes:
        numbers: the tickets whose answers were told.
        for_others: whether answers stay untold because they are for somebody else.
    """

    numbers: Sequence[str]
    for_others: bool


def reader_of(session: Session, ticket: Ticket, pue_id: str) -> Customer | None:
    """Return who may read an answer: the named account's customer, or else the ticket's when it was confirmed."""
    if pue_id.strip():
        wanted = select(Account).where(Account.pue_id == pue_id.strip().casefold()[:60])
        account = session.scalar(wanted) if "\0" not in pue_id else None
        return account.customer if account else None
    return ticket.customer if ticket.level.at_least(Level.VERIFIED) else None


def wait_in(session: Session, ticket: Ticket) -> bool:
    """Return whether a ticket has an answer that its customer has not read yet."""
    unread = _unread().where(TicketMessage.ticket_id == ticket.id)
    return session.scalar(unread.limit(1)) is not None


def tell(session: Session, conversation: Conversation, *, now: datetime) -> Told:
    """Tell a confirmed customer the answers that wait in the conversation's tickets (flushed, not committed).

    Each is told once. Before an identity is confirmed, or after its time is over, nothing is.
    """
    known = standing(session, conversation, now)
    if not may_tell(known.level, Matter.INDIVIDUAL, Channel.CHAT):
        return Told([], False)
    waiting = (
        _unread().join(Ticket, Ticket.id == TicketMessage.ticket_id).where(Ticket.conversation_id == conversation.id)
    )
    numbers: list[str] = []
    for_others = False
    for answer in session.scalars(waiting.order_by(TicketMessage.id).with_for_update(of=TicketMessage)):
        ticket = session.get_one(Ticket, answer.ticket_id)
        if not _may_read(answer, known.within(ticket.queue)):
            for_others = True
            continue
        _say(session, conversation, answer, known, now)
        answer.read_at = now
        audit.record(session, f"ticket:{ticket.id}", "verified answer read", now=now)
        numbers.append(ticket.number)
    session.flush()
    return Told(list(dict.fromkeys(numbers)), for_others)


def _unread() -> Select[TicketMessage]:
    return select(TicketMessage).where(TicketMessage.channel == VERIFIED, TicketMessage.read_at.is_(None))


def _may_read(answer: TicketMessage, known: Standing) -> bool:
    if known.customer is not None and answer.reader_id == known.customer.id:
        return may_tell(known.level, Matter.INDIVIDUAL, Channel.CHAT)
    represented = known.principal is not None and answer.reader_id == known.principal.id
    return represented and may_tell(known.level, Matter.PRINCIPAL, Channel.CHAT)


def _say(session: Session, conversation: Conversation, answer: TicketMessage, known: Standing, now: datetime) -> None:
    said = ChatMessage(
        conversation_id=conversation.id,
        author=Author.CONSULTANT,
        kind="text",
        text=answer.text,
        # Who passes it on later, as in a transcript by mail, asks the policy.
        details={"level": known.level.value},
        staff_id=answer.staff_id,
        created_at=now,
    )
    session.add(said)
    session.flush()
