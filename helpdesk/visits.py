"""E-visits: which times are free, booking, looking up, moving and cancelling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.case_numbers import CaseKind, case_number, read_case_number, same_contact
from helpdesk.errors import (
    AppointmentCancelled,
    AppointmentPast,
    IllegalMove,
    NoPhone,
    SlotNotOffered,
    SlotTaken,
    TooManyAppointments,
)
from helpdesk.hours import WARSAW
from helpdesk.lifecycle import Company, Level, VisitStatus
from helpdesk.phones import normal_phone
from helpdesk.queues import Queue
from helpdesk.secrets import new_token
from helpdesk.tables import Staff, Visit
from helpdesk.visit_letters import VisitLetters
from helpdesk.visit_slots import bookable_days, is_bookable, slots_of, spread

OFFICIALS = 2
"""Officials of a branch who hold e-visits at the same time, unless the settings say otherwise."""
MOST_AHEAD = 5
"""E-visits ahead that one conversation may hold: more would take the others' times away."""


@dataclass(frozen=True)
class NewVisit:
    """What a customer said when booking.

    Attributes:
        office: the branch's name as in `knowledge/offices.yaml`.
        starts_at: one of the offered slots (aware).
        matter: what it is about, in the customer's masked words.
        postal_code: of the home, or of the company for payers.
        phone: as the customer wrote it; it is checked once more.
        request_key: made once for each dialogue that books, at most 64 characters.
    """

    office: str
    starts_at: datetime
    queue: Queue
    matter: str
    postal_code: str
    company: Company
    phone: str
    email: str
    request_key: str
    conversation_id: int | None = None
    customer_id: int | None = None
    level: Level = Level.ANONYMOUS


def offered_slots(
    session: Session,
    office: str,
    *,
    now: datetime,
    after: datetime | None = None,
    days: Sequence[date] | None = None,
    limit: int = 6,
    officials: int = OFFICIALS,
) -> Sequence[datetime]:
    """Return free slots of a branch to choose from, in Warsaw time, the earliest first.

    They are spread over several days; a single day gives its own in order. They begin on the next working day and end
    30 days ahead.

    Args:
        session: the unit of work.
        office: the branch's name.
        now: the instant.
        after: the last slot that was offered; what comes after it is offered: the next days, or with a single
            day of `days` its later slots.
        days: only these days.
        limit: how many are wanted.
        officials: how many of the branch hold e-visits at the same time.
    """
    wanted = [day for day in bookable_days(now) if days is None or day in days]
    slots = [slot for day in wanted for slot in slots_of(day)]
    if after is not None and len(wanted) == 1:
        slots = [slot for slot in slots if slot > after]
    elif after is not None:
        slots = [slot for slot in slots if slot.date() > after.astimezone(WARSAW).date()]
    if not slots:
        return ()
    taken = _taken(session, office, slots[0], slots[-1])
    return spread([slot for slot in slots if taken.get(slot.astimezone(UTC), 0) < officials], limit)


def _taken(session: Session, office: str, first: datetime, last: datetime) -> dict[datetime, int]:
    counted = select(Visit.starts_at, func.count()).where(
        Visit.office == office, Visit.status == VisitStatus.BOOKED, Visit.starts_at.between(first, last)
    )
    return dict(session.execute(counted.group_by(Visit.starts_at)).all())


def book(session: Session, new: NewVisit, *, now: datetime, sender: VisitLetters, officials: int = OFFICIALS) -> Visit:
    """Book an e-visit, with its letters in the outbox (flushed, not committed).

    A request repeated under the same key gives the e-visit that it booked at first. Of many who book the last seat
    at once, one gets it.

    Args:
        session: the unit of work.
        new: what the customer said.
        now: the instant.
        sender: who writes the letters.
        officials: how many of the branch hold e-visits at the same time.

    Raises:
        NoPhone: the number is none that the office calls.
        SlotTaken: no seat is free any more; SlotNotOffered, when there is no such slot.
        TooManyAppointments: the conversation holds `MOST_AHEAD` e-visits ahead.
    """
    known = _by_key(session, new.request_key)
    if known is not None:
        return known
    phone = normal_phone(new.phone)
    if phone is None:
        raise NoPhone
    if not is_bookable(new.starts_at, now):
        raise SlotNotOffered
    if len(visits_of(session, now=now, conversation_id=new.conversation_id)) >= MOST_AHEAD:
        raise TooManyAppointments
    for seat in _free_seats(session, new.office, new.starts_at, officials):
        visit = _visit(new, phone, seat, now)
        try:
            with session.begin_nested():
                session.add(visit)
        except IntegrityError:
            known = _by_key(session, new.request_key)  # the same request came twice at once
            if known is not None:
                return known
            if seat in _free_seats(session, new.office, new.starts_at, officials):
                raise  # the database refused something else
            continue
        visit.number = case_number(CaseKind.VISIT, visit.id)
        audit.record(session, _subject(visit), "visit booked", now=now)
        sender.announce(session, visit, now=now)
        return visit
    raise SlotTaken


def _by_key(session: Session, request_key: str) -> Visit | None:
    return session.scalar(select(Visit).where(Visit.request_key == request_key))


def _free_seats(session: Session, office: str, starts_at: datetime, officials: int) -> Sequence[int]:
    place = Visit.office == office, Visit.starts_at == starts_at, Visit.status == VisitStatus.BOOKED
    taken = set(session.scalars(select(Visit.seat).where(*place)))
    return [seat for seat in range(officials) if seat not in taken]


def _visit(new: NewVisit, phone: str, seat: int, now: datetime) -> Visit:
    return Visit(
        number=new_token()[:20],  # a unique stand-in until the database has given the id
        request_key=new.request_key,
        office=new.office,
        starts_at=new.starts_at,
        seat=seat,
        queue=new.queue,
        matter=new.matter[:500],
        postal_code=new.postal_code[:6],
        company=new.company,
        phone=phone,
        email=new.email.strip().lower(),
        status=VisitStatus.BOOKED,
        link=new_token(),
        sequence=0,
        level=new.level,
        conversation_id=new.conversation_id,
        customer_id=new.customer_id,
        created_at=now,
        updated_at=now,
    )


def find_visit(
    session: Session, number: str, *, email: str | None = None, customer_id: int | None = None
) -> Visit | None:
    """Return an e-visit to the person it belongs to; unknown and foreign ones are not told apart.

    Args:
        session: the unit of work.
        number: as the customer typed it, such as `ew-12`.
        email: the mail address that was given when it was booked.
        customer_id: a verified customer, who needs no address.
    """
    read = read_case_number(number)
    visit = session.scalar(select(Visit).where(Visit.number == read[1])) if read else None
    own = visit is not None and customer_id is not None and visit.customer_id == customer_id
    known = same_contact(visit.email if visit else None, email)
    return visit if own or known else None


def visits_of(
    session: Session, *, now: datetime, conversation_id: int | None = None, customer_id: int | None = None
) -> Sequence[Visit]:
    """Return the booked e-visits ahead, soonest first: of a conversation, of a customer, or of either."""
    owners = []
    if conversation_id is not None:
        owners.append(Visit.conversation_id == conversation_id)
    if customer_id is not None:
        owners.append(Visit.customer_id == customer_id)
    ahead = Visit.status == VisitStatus.BOOKED, Visit.starts_at > now
    wanted = select(Visit).where(*ahead, or_(False, *owners))
    return session.scalars(wanted.order_by(Visit.starts_at, Visit.id)).all()


def move(
    session: Session,
    visit: Visit,
    starts_at: datetime,
    *,
    now: datetime,
    sender: VisitLetters,
    officials: int = OFFICIALS,
) -> Visit:
    """Move an e-visit; its old time is free with the commit, its reminders and calendar entry move along.

    Raises:
        AppointmentCancelled, AppointmentPast: it cannot be moved any more.
        SlotTaken: no seat is free then (the old time is kept); SlotNotOffered, when there is no such slot.
    """
    visit = _changeable(session, visit, now)
    if visit.starts_at == starts_at:
        return visit
    if not is_bookable(starts_at, now):
        raise SlotNotOffered
    before = visit.starts_at
    for seat in _free_seats(session, visit.office, starts_at, officials):
        try:
            with session.begin_nested():
                visit.starts_at, visit.seat = starts_at, seat
                visit.sequence, visit.updated_at = visit.sequence + 1, now
        except IntegrityError:
            if seat in _free_seats(session, visit.office, starts_at, officials):
                raise  # the database refused something else
            continue
        reason = f"{before:%Y-%m-%dT%H:%MZ} -> {starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
        audit.record(session, _subject(visit), "visit moved", now=now, reason=reason)
        sender.announce_move(session, visit, now=now)
        return visit
    raise SlotTaken


def cancel(session: Session, visit: Visit, *, now: datetime, sender: VisitLetters) -> Visit:
    """Cancel an e-visit; its time is free with the commit, and its reminders are not sent any more.

    Raises:
        AppointmentCancelled, AppointmentPast: it cannot be cancelled any more.
    """
    visit = _changeable(session, visit, now)
    visit.status, visit.sequence, visit.updated_at = VisitStatus.CANCELLED, visit.sequence + 1, now
    audit.record(session, _subject(visit), "visit cancelled", now=now)
    sender.announce_cancelling(session, visit, now=now)
    session.flush()
    return visit


def _changeable(session: Session, visit: Visit, now: datetime) -> Visit:
    locked = session.get_one(Visit, visit.id, with_for_update=True, populate_existing=True)
    if locked.status is VisitStatus.CANCELLED:
        raise AppointmentCancelled
    if locked.status is not VisitStatus.BOOKED or locked.starts_at <= now:
        raise AppointmentPast
    return locked


def note_outcome(session: Session, visit: Visit, *, held: bool, by: Staff, now: datetime) -> Visit:
    """Note whether an e-visit took place; raises IllegalMove for one that is ahead or was dealt with before."""
    locked = session.get_one(Visit, visit.id, with_for_update=True, populate_existing=True)
    if locked.status is not VisitStatus.BOOKED or locked.starts_at > now:
        raise IllegalMove(f"visit: {locked.status.value}")
    locked.status, locked.updated_at = VisitStatus.HELD if held else VisitStatus.MISSED, now
    audit.record(session, _subject(locked), f"visit {locked.status.value}", now=now, by=by)
    return locked


def _subject(visit: Visit) -> str:
    return f"visit:{visit.id}"
