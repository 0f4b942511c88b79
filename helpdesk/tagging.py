"""Tags of tickets: words by which people sort them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import BadTag
from helpdesk.tables import Staff, Ticket, TicketTag
from polish.masking import mask

LONGEST = 40
"""Characters of a tag."""
MOST_SUGGESTED = 200


def tag_of(typed: str) -> str:
    """Return a typed tag as it is kept: in small letters, its words parted by one blank, personal data masked.

    Raises:
        BadTag: it is empty or too long.
    """
    tag = mask(" ".join(typed.lower().strip().lstrip("#").split())).text.lower()
    if not 0 < len(tag) <= LONGEST or not tag.isprintable():
        raise BadTag(typed[:LONGEST])
    return tag


def add(session: Session, ticket: Ticket, tag: str, staff: Staff, *, now: datetime) -> bool:
    """Put a tag on a ticket; returns False when it is there already."""
    if session.get(TicketTag, (ticket.id, tag)) is not None:
        return False
    session.add(TicketTag(ticket_id=ticket.id, tag=tag))
    _changed(session, ticket, "tagged", tag, staff, now)
    return True


def remove(session: Session, ticket: Ticket, tag: str, staff: Staff, *, now: datetime) -> bool:
    """Take a tag off a ticket; returns False when it is not there."""
    found = session.get(TicketTag, (ticket.id, tag))
    if found is None:
        return False
    session.delete(found)
    _changed(session, ticket, "untagged", tag, staff, now)
    return True


def _changed(session: Session, ticket: Ticket, deed: str, tag: str, staff: Staff, now: datetime) -> None:
    ticket.updated_at = now
    audit.record(session, f"ticket:{ticket.id}", deed, now=now, by=staff, reason=tag)
    session.flush()


def of(session: Session, ticket_id: int) -> Sequence[str]:
    """Return a ticket's tags in the order of the alphabet."""
    return session.scalars(select(TicketTag.tag).where(TicketTag.ticket_id == ticket_id).order_by(TicketTag.tag)).all()


def suggested(session: Session, without: Collection[str] = ()) -> Sequence[str]:
    """Return tags in use, to choose from; found tag by tag along the index, however many tickets carry them."""
    found: list[str] = []
    last = ""
    while len(found) < MOST_SUGGESTED:
        following = select(TicketTag.tag).where(TicketTag.tag > last).order_by(TicketTag.tag).limit(1)
        tag = session.scalar(following)
        if tag is None:
            break
        found.append(tag)
        last = tag
    return [tag for tag in found if tag not in without]
