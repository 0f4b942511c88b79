"""What there is to be scored: consultants' parts of chats and tickets that were over in a period, with their risks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.facts import Ending
from helpdesk.lifecycle import Direction, EndReason, TicketClass, TicketStatus
from helpdesk.queues import Queue
from helpdesk.roles import Permission, roles_with
from helpdesk.samples_choice import Candidate, Risk
from helpdesk.tables import AuditEntry, ChatMessage, ConsultantPart, Rating, Staff, Ticket, TicketMessage

LONG_CHAT = timedelta(minutes=45)
"""From how long on the parts of one consultant in one chat count as long, together."""
LONG_TICKET = timedelta(days=14)
"""From how long on a ticket counts as long, from its opening to its solution."""
MANY_TRANSFERS = 2
CHAT, TICKET = "conversation", "ticket"
OVER = (TicketStatus.SOLVED, TicketStatus.CLOSED)

Key = tuple[int, int]
"""A case and a consultant."""


@dataclass(frozen=True)
class Period:
    """Which cases are looked at: over from `since` (inclusive) to `until` (exclusive), of one queue or of all."""

    since: datetime
    until: datetime
    queue: Queue | None = None


def pool(session: Session, period: Period, *, without: int | None = None) -> Sequence[Candidate]:
    """Return what may be chosen: the work of consultants who are still there and wrote something to the customer.

    Args:
        session: the unit of work.
        period: which cases.
        without: whose own work is left out, who draws the sample.
    """
    people = _people(session, without)
    return [*_chats(session, period, people), *_tickets(session, period, people)]


def _people(session: Session, without: int | None) -> Mapping[int, bool]:
    """Return who may be scored, and whether a second person approves their answers."""
    wanted = select(Staff.id, Staff.needs_approval).where(
        Staff.active, Staff.role.in_(roles_with(Permission.WORK_ON_CASES)), Staff.id != (without or 0)
    )
    return dict(session.execute(wanted).all())


def _chats(session: Session, period: Period, people: Mapping[int, bool]) -> Iterable[Candidate]:
    part = ConsultantPart
    ended = [part.ended_at >= period.since, part.ended_at < period.until, part.conversation_id.is_not(None)]
    if period.queue is not None:
        ended.append(part.queue == period.queue)
    said = select(ChatMessage.id).where(
        ChatMessage.conversation_id == part.conversation_id, ChatMessage.staff_id == part.staff_id
    )
    parts: dict[Key, list[ConsultantPart]] = defaultdict(list)
    for one in session.scalars(select(part).where(*ended, said.exists())):
        if one.conversation_id is not None and one.staff_id in people:
            parts[one.conversation_id, one.staff_id].append(one)
    chats = select(part.conversation_id).where(*ended)
    bad = _bad_ratings(session, select(Rating.conversation_id, Rating.staff_id), Rating.conversation_id.in_(chats))
    complaints = set(
        session.scalars(
            select(Ticket.conversation_id).where(
                Ticket.conversation_id.in_(chats), Ticket.kind == TicketClass.COMPLAINT
            )
        )
    )
    passed = select(part.conversation_id, func.count()).where(
        part.conversation_id.in_(chats), part.ending == Ending.PASSED_ON.value
    )
    transfers = dict(session.execute(passed.group_by(part.conversation_id)).all())
    for (chat, consultant), theirs in parts.items():
        signs = {
            Risk.BAD_RATING: (chat, consultant) in bad,
            Risk.COMPLAINT: chat in complaints,
            Risk.NEW_CONSULTANT: people[consultant],
            Risk.LONG: _length(theirs) >= LONG_CHAT,
            Risk.TRANSFERS: transfers.get(chat, 0) >= MANY_TRANSFERS,
            Risk.TAKEN_OVER: any(one.ending == Ending.TAKEN_OVER.value for one in theirs),
            Risk.UNSOLVED: any(one.ending == EndReason.NO_SOLUTION.value for one in theirs),
        }
        yield Candidate(f"{CHAT}:{chat}", consultant, frozenset(risk for risk, found in signs.items() if found))


def _length(parts: Iterable[ConsultantPart]) -> timedelta:
    return sum(((one.ended_at or one.began_at) - one.began_at for one in parts), timedelta())


def _tickets(session: Session, period: Period, people: Mapping[int, bool]) -> Iterable[Candidate]:
    solved = [
        Ticket.solved_at >= period.since,
        Ticket.solved_at < period.until,
        Ticket.status.in_(OVER),
        Ticket.merged_into_id.is_(None),
    ]
    if period.queue is not None:
        solved.append(Ticket.queue == period.queue)
    ours = select(Ticket.id).where(*solved)
    wrote = select(TicketMessage.ticket_id, TicketMessage.staff_id).where(
        TicketMessage.ticket_id.in_(ours),
        TicketMessage.direction == Direction.OUT,
        TicketMessage.staff_id.is_not(None),
    )
    writers: dict[int, set[int]] = defaultdict(set)
    for ticket_id, staff_id in session.execute(wrote.distinct()):
        writers[ticket_id].add(staff_id or 0)
    bad = _bad_ratings(session, select(Rating.ticket_id, Rating.staff_id), Rating.ticket_id.in_(ours))
    reopened = _deeds(session, ours, "moved", [f"{status.value} -> {TicketStatus.OPEN.value}" for status in OVER])
    moved = _deeds(session, ours, "transferred")
    # Columns, not records: a month of a large office is ten thousand tickets.
    facts = select(
        Ticket.id, Ticket.kind, Ticket.response_kept, Ticket.solution_kept, Ticket.solved_at, Ticket.created_at
    )
    for ticket in session.execute(facts.where(*solved)):
        signs = {
            Risk.COMPLAINT: ticket.kind is TicketClass.COMPLAINT,
            Risk.LATE: ticket.response_kept is False or ticket.solution_kept is False,
            Risk.LONG: ticket.solved_at is not None and ticket.solved_at - ticket.created_at >= LONG_TICKET,
            Risk.REOPENED: reopened.get(ticket.id, 0) > 0,
            Risk.TRANSFERS: moved.get(ticket.id, 0) >= MANY_TRANSFERS,
        }
        shared = {risk for risk, found in signs.items() if found}
        for consultant in sorted(writers[ticket.id] & people.keys()):
            own = {Risk.BAD_RATING: (ticket.id, consultant) in bad, Risk.NEW_CONSULTANT: people[consultant]}
            yield Candidate(
                f"{TICKET}:{ticket.id}", consultant, frozenset(shared | {risk for risk, found in own.items() if found})
            )


def _bad_ratings(
    session: Session, wanted: Select[int | None, int | None], where: ColumnElement[bool]
) -> Collection[Key]:
    rows = session.execute(wanted.where(where, ~Rating.helpful, Rating.staff_id.is_not(None)))
    return {(case, consultant) for case, consultant in rows if case is not None and consultant is not None}


def _deeds(session: Session, tickets: Select[int], action: str, reasons: Sequence[str] = ()) -> Mapping[int, int]:
    """Return how often something was done to each ticket, for any of the reasons if some are named."""
    subjects = {f"{TICKET}:{number}": number for number in session.scalars(tickets)}
    found: dict[int, int] = {}
    names = list(subjects)
    for begin in range(0, len(names), _BATCH):
        deeds = select(AuditEntry.subject, func.count()).where(
            AuditEntry.subject.in_(names[begin : begin + _BATCH]), AuditEntry.action == action
        )
        if reasons:
            deeds = deeds.where(or_(*(AuditEntry.reason == reason for reason in reasons)))
        found |= {subjects[name]: count for name, count in session.execute(deeds.group_by(AuditEntry.subject))}
    return found


_BATCH = 500
