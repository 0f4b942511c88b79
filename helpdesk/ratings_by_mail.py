"""The question in a consultant's letter whether the answer helped: which letters ask it, and its two links."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk import letter_links, outbox
from helpdesk.lifecycle import LinkPurpose, Priority, TicketClass
from helpdesk.tables import Staff, Ticket

ASKED = frozenset({TicketClass.QUESTION})
"""What is answered to help. Answers to complaints, to suggestions and about personal data are the office's formal ones,
and nobody asks a citizen how they liked them; praise was no question."""


def is_asked(ticket: Ticket, *, is_reachable: bool) -> bool:
    """Return whether a consultant's letter to a ticket asks if it helped: not whoever may be in danger. Pure."""
    return is_reachable and ticket.kind in ASKED and ticket.priority is not Priority.URGENT


def links(
    session: Session, ticket: Ticket, staff: Staff, *, site: str, lasts: timedelta, now: datetime
) -> Mapping[str, str]:
    """Return the addresses of both answers as the letter's template names them; none where nothing is asked.

    Args:
        session: the unit of work of the letter (flushed, not committed).
        ticket: what is answered.
        staff: whose answer it is.
        site: the address of the site.
        lasts: how long the links work.
        now: the instant.
    """
    if not is_asked(ticket, is_reachable=not outbox.is_unreachable(session, ticket.address)):
        return {}
    purposes = {"helpful": LinkPurpose.HELPFUL, "unhelpful": LinkPurpose.UNHELPFUL}
    return {
        name: f"{site}/list/"
        + letter_links.issue(
            session, ticket.id, purpose, lasts=lasts, now=now, article=ticket.article, staff_id=staff.id
        )
        for name, purpose in purposes.items()
    }
