"""How cases stand: the state alone for a number with its contact, details for verified customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.case_numbers import CaseKind, read_case_number, same_contact
from helpdesk.errors import NotVerified
from helpdesk.lifecycle import CallbackStatus, Level, TicketStatus, VisitStatus
from helpdesk.phones import normal_phone
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.queues import Queue
from helpdesk.tables import Callback, Ticket, Visit

MOST = 20
"""Cases of each kind in a customer's list, the newest first."""

CaseStatus = TicketStatus | VisitStatus | CallbackStatus


@dataclass(frozen=True)
class State:
    """How a case stands, and nothing else of it."""

    kind: CaseKind
    number: str
    status: CaseStatus


@dataclass(frozen=True)
class Case:
    """A case in its customer's own list.

    Attributes:
        about: the ticket's subject, the e-visit's branch; empty for a callback.
        when: when the e-visit or the call is; for a ticket, when it last changed.
        answer_by: the statutory end of the time to answer a ticket.
    """

    kind: CaseKind
    number: str
    status: CaseStatus
    queue: Queue
    about: str
    when: datetime
    answer_by: datetime | None = None


@dataclass(frozen=True)
class _Found:
    status: CaseStatus
    contacts: tuple[str | None, str | None]


def state_of(session: Session, number: str, contact: str) -> State | None:
    """Return how a case stands to who knows its number and the mail address or telephone number left with it.

    Args:
        session: the unit of work.
        number: as the customer typed it, such as `OK-000012` or `ew 7`.
        contact: the mail address, or the telephone number in any spelling.

    Returns:
        None alike for a number that does not exist and for one of somebody else.
    """
    read = read_case_number(number)
    found = _find(session, *read) if read else None
    mail, phone = found.contacts if found else (None, None)
    # Both comparisons are made whatever was found: how long an answer takes tells nothing.
    known = [same_contact(mail, contact), same_contact(phone, normal_phone(contact))]
    if read is None or found is None or not any(known):
        return None
    return State(read[0], read[1], found.status)


def _find(session: Session, kind: CaseKind, number: str) -> _Found | None:
    if kind is CaseKind.TICKET:
        ticket = session.scalar(select(Ticket).where(Ticket.number == number))
        return _Found(ticket.status, (ticket.address, None)) if ticket else None
    if kind is CaseKind.VISIT:
        visit = session.scalar(select(Visit).where(Visit.number == number))
        return _Found(visit.status, (visit.email, visit.phone)) if visit else None
    callback = session.scalar(select(Callback).where(Callback.number == number))
    return _Found(callback.status, (None, callback.phone)) if callback else None


def own_cases(session: Session, customer_id: int, *, level: Level) -> Sequence[Case]:
    """Return a verified customer's tickets, e-visits and callbacks, each kind with the newest first.

    Args:
        session: the unit of work.
        customer_id: whose.
        level: how well the asking customer is known at this moment (`policy.current_level`).

    Raises:
        NotVerified: the level does not allow it.
    """
    if not may_tell(level, Matter.INDIVIDUAL, Channel.CHAT):
        raise NotVerified
    tickets = select(Ticket).where(Ticket.customer_id == customer_id).order_by(Ticket.id.desc()).limit(MOST)
    visits = select(Visit).where(Visit.customer_id == customer_id).order_by(Visit.starts_at.desc()).limit(MOST)
    calls = select(Callback).where(Callback.customer_id == customer_id).order_by(Callback.starts_at.desc()).limit(MOST)
    return [
        *(
            Case(CaseKind.TICKET, t.number, t.status, t.queue, t.subject, t.updated_at, t.answer_by)
            for t in session.scalars(tickets)
        ),
        *(Case(CaseKind.VISIT, v.number, v.status, v.queue, v.office, v.starts_at) for v in session.scalars(visits)),
        *(Case(CaseKind.CALLBACK, c.number, c.status, c.queue, "", c.starts_at) for c in session.scalars(calls)),
    ]
