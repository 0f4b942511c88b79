"""Two people at one ticket: a form that was filled in on an older state is refused, and told what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.errors import Stale
from helpdesk.tables import AuditEntry, Ticket, TicketMessage

MOST = 20
"""Changes that are told; who missed more reads the page anew."""


@dataclass(frozen=True)
class Changes:
    """What happened to a ticket since a page was read: the latest deeds and messages, the oldest first."""

    deeds: Sequence[AuditEntry]
    messages: Sequence[TicketMessage]


def check(ticket: Ticket, revision: int | None) -> None:
    """Raise Stale when a form shows an older state than the (locked) ticket has; None is a form without a state."""
    if revision is not None and revision != ticket.revision:
        raise Stale(f"ticket {ticket.id}: {revision} of {ticket.revision}")


def mark(session: Session, ticket_id: int) -> str:
    """Return the mark of a ticket's present state, from which `since` tells what changed: `<deed>-<message>`."""
    deed = session.scalar(select(func.max(AuditEntry.id)).where(AuditEntry.subject == f"ticket:{ticket_id}"))
    message = session.scalar(select(func.max(TicketMessage.id)).where(TicketMessage.ticket_id == ticket_id))
    return f"{deed or 0}-{message or 0}"


def since(session: Session, ticket_id: int, mark: str) -> Changes:
    """Return what happened after a mark; of a mark that is none, nothing is told."""
    deed, _, message = mark.partition("-")
    if not (deed.isascii() and deed.isdigit() and message.isascii() and message.isdigit()) or len(mark) > 30:
        return Changes([], [])
    deeds = select(AuditEntry).where(AuditEntry.subject == f"ticket:{ticket_id}", AuditEntry.id > int(deed))
    messages = select(TicketMessage).where(TicketMessage.ticket_id == ticket_id, TicketMessage.id > int(message))
    return Changes(
        session.scalars(deeds.order_by(AuditEntry.id.desc()).limit(MOST)).all()[::-1],
        session.scalars(messages.order_by(TicketMessage.id.desc()).limit(MOST)).all()[::-1],
    )
