"""Which ticket a mail continues, and which one it only seems to mean.

A mail joins a ticket when it refers to it, by the ticket's signed token or by the Message-ID of one of its mails, AND
comes from the ticket's own sender. Whatever proves less is a new ticket with the likely one suggested.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.case_numbers import CaseKind, read_case_number
from helpdesk.tables import OutboxMail, Ticket, TicketMessage
from helpdesk.thread_tokens import tickets_named

MOST_REFERENCES = 50
"""Message-IDs that are looked up; the nearest ones count."""


@dataclass(frozen=True)
class References:
    """What a mail says of the thread that it belongs to.

    Attributes:
        message_ids: Message-IDs that it refers to, the nearest first.
        recipients: addresses that it went to; one may carry a ticket's token.
        subject: its subject; a number in it proves nothing.
    """

    message_ids: Sequence[str] = ()
    recipients: Sequence[str] = ()
    subject: str = ""


def find_thread(session: Session, references: References, sender: str) -> Ticket | None:
    """Return the ticket that a mail from this address continues, after merges; None when it proves no such."""
    address = sender.strip().lower()
    if not address:
        return None
    return next((ticket for ticket in _referred(session, references) if address in senders(session, ticket)), None)


def find_likely(session: Session, references: References) -> Ticket | None:
    """Return the ticket that a mail seems to mean, by reference or by a number in its subject; never to be joined."""
    return next(_referred(session, references), None) or _named(session, references.subject)


def merged_root(session: Session, ticket: Ticket) -> Ticket:
    """Return the ticket that goes on with a ticket's case: itself, unless it was merged."""
    while ticket.merged_into_id is not None:
        ticket = session.get_one(Ticket, ticket.merged_into_id)
    return ticket


def merged_tickets(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """Return the tickets that were merged into a ticket, also by way of others."""
    found: list[Ticket] = []
    level = [ticket.id]
    while level:
        merged = session.scalars(select(Ticket).where(Ticket.merged_into_id.in_(level)).order_by(Ticket.id)).all()
        found.extend(merged)
        level = [one.id for one in merged]
    return found


def senders(session: Session, ticket: Ticket) -> frozenset[str]:
    """Return the addresses whose mail belongs to a ticket: its own, and those of the tickets merged into it."""
    return frozenset(one.address for one in (ticket, *merged_tickets(session, ticket)) if one.address)


def _referred(session: Session, references: References) -> Iterator[Ticket]:
    """Give the tickets that a mail refers to: by token first, then by Message-ID, the nearest first."""
    ids = list(dict.fromkeys(references.message_ids))[:MOST_REFERENCES]
    given = set()
    for number in (*tickets_named(session, (*references.recipients, *ids)), *_known(session, ids)):
        ticket = session.get(Ticket, number)
        root = merged_root(session, ticket) if ticket else None
        if root is not None and root.id not in given:
            given.add(root.id)
            yield root


def _known(session: Session, ids: Sequence[str]) -> Sequence[int]:
    if not ids:
        return []
    sent = select(OutboxMail.message_id, OutboxMail.ticket_id).where(OutboxMail.message_id.in_(ids))
    received = select(TicketMessage.message_id, TicketMessage.ticket_id).where(TicketMessage.message_id.in_(ids))
    found = {message_id: number for message_id, number in session.execute(received) if message_id is not None}
    # What we sent counts more than what a customer may have called by the same name.
    found |= {message_id: number for message_id, number in session.execute(sent) if number is not None}
    return [found[message_id] for message_id in ids if message_id in found]


def _named(session: Session, subject: str) -> Ticket | None:
    read = (read_case_number(word.strip("[]():.,;#")) for word in subject.split())
    number = next((found[1] for found in read if found and found[0] is CaseKind.TICKET), None)
    ticket = session.scalar(select(Ticket).where(Ticket.number == number)) if number else None
    return merged_root(session, ticket) if ticket else None
