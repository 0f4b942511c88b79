"""Links between tickets that have to do with each other; both stay what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import BadLink
from helpdesk.staff import may_work_on
from helpdesk.tables import Staff, Ticket, TicketLink


@dataclass(frozen=True)
class Linked:
    """A link as somebody sees it from one of its tickets; `ticket` is None when the other one is not theirs to see."""

    id: int
    ticket: Ticket | None


def link(session: Session, ticket: Ticket, other: Ticket, staff: Staff, *, now: datetime) -> None:
    """Link two tickets; nothing happens when they are linked already.

    Raises:
        BadLink: it is the same ticket.
    """
    if ticket.id == other.id:
        raise BadLink(ticket.number)
    first, second = sorted((ticket.id, other.id))
    known = select(TicketLink.id).where(TicketLink.ticket_id == first, TicketLink.other_id == second)
    if session.scalar(known) is not None:
        return
    session.add(TicketLink(ticket_id=first, other_id=second, staff_id=staff.id, created_at=now))
    _record(session, (ticket, other), "linked", staff, now)


def unlink(session: Session, ticket: Ticket, link_id: int, staff: Staff, *, now: datetime) -> bool:
    """Take a link of a ticket away; returns False when it has no such link."""
    found = session.get(TicketLink, link_id)
    if found is None or ticket.id not in (found.ticket_id, found.other_id):
        return False
    other = session.get_one(Ticket, found.other_id if found.ticket_id == ticket.id else found.ticket_id)
    session.delete(found)
    _record(session, (ticket, other), "unlinked", staff, now)
    return True


def _record(session: Session, pair: tuple[Ticket, Ticket], deed: str, staff: Staff, now: datetime) -> None:
    reason = f"{pair[0].number} - {pair[1].number}"
    for one in pair:
        audit.record(session, f"ticket:{one.id}", deed, now=now, by=staff, reason=reason)
    session.flush()


def of(session: Session, ticket_id: int, staff: Staff) -> Sequence[Linked]:
    """Return a ticket's links as somebody may see them, the newest first."""
    mine = or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id)
    links = session.scalars(select(TicketLink).where(mine).order_by(TicketLink.id.desc())).all()
    others = {one.id: one.other_id if one.ticket_id == ticket_id else one.ticket_id for one in links}
    found = {t.id: t for t in session.scalars(select(Ticket).where(Ticket.id.in_(others.values())))}
    return [Linked(number, _seen(found[other], staff)) for number, other in others.items()]


def _seen(ticket: Ticket, staff: Staff) -> Ticket | None:
    return ticket if may_work_on(staff, ticket.queue, ticket.consultant_id) else None
