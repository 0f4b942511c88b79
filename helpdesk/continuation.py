"""A ticket that goes on in the chat: a letter's link begins a conversation in which the customer can be verified."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import audit, conversations, letter_links, verified_answers
from helpdesk.errors import NotFound
from helpdesk.lifecycle import LinkPurpose
from helpdesk.tables import Conversation, Ticket
from helpdesk.threads import merged_root


def ticket_of_link(session: Session, secret: str, *, now: datetime) -> Ticket:
    """Return the ticket that a link continues, after merges; raises what `letter_links.find` raises."""
    link = letter_links.find(session, secret, now=now)
    if link.purpose is not LinkPurpose.CONTINUE:
        raise NotFound("letter link")
    return merged_root(session, session.get_one(Ticket, link.ticket_id))


def begin(session: Session, secret: str, token: str, *, now: datetime) -> tuple[Ticket, Conversation]:
    """Use a link up and begin its ticket's conversation (flushed, not committed).

    The customer is nobody yet: whoever has the letter has the link, so nothing of the ticket is told. The conversation
    goes to the ticket's queue as soon as the identity is confirmed, or the customer would rather wait without.

    Args:
        session: the unit of work.
        secret: the link's.
        token: by which the conversation is known to its customer.
        now: the instant.

    Raises:
        NotFound: (or `LinkExpired`, `LinkUsed`) the link does not work.
    """
    ticket_of_link(session, secret, now=now)
    link = letter_links.use(session, secret, now=now)
    ticket = merged_root(session, session.get_one(Ticket, link.ticket_id))
    conversation = conversations.start(session, token, now=now)
    conversation.queue, conversation.topic = ticket.queue, ticket.article
    # Who comes for an answer that waits reads it, and then says whether a person is still needed.
    conversation.person_wanted = not verified_answers.wait_in(session, ticket)
    ticket.conversation_id = conversation.id
    audit.record(session, f"ticket:{ticket.id}", "continued in chat", now=now)
    session.flush()
    return ticket, conversation
