"""Approve before sending: a new consultant's answer waits until a second person sends it or returns it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import audit, drafts, tickets
from helpdesk.answers import Post, Written, send
from helpdesk.errors import IllegalMove, NotFound
from helpdesk.lifecycle import ProposalStatus
from helpdesk.queues import Queue
from helpdesk.tables import ProposedAnswer, Staff, Ticket, TicketMessage

PAGE = 50
LONGEST_COMMENT = 1_000


@dataclass(frozen=True)
class Waiting:
    """An answer that waits, with its ticket; `is_stale` when the ticket has changed since it was written."""

    proposal: ProposedAnswer
    ticket: Ticket
    is_stale: bool


def propose(session: Session, ticket: Ticket, staff: Staff, written: Written, *, now: datetime) -> ProposedAnswer:
    """Let an answer wait for a second person (flushed, not committed); one of the same author before it is replaced."""
    proposal = session.scalar(
        select(ProposedAnswer).where(
            ProposedAnswer.ticket_id == ticket.id,
            ProposedAnswer.staff_id == staff.id,
            ProposedAnswer.status != ProposalStatus.SENT,
        )
    )
    if proposal is None:
        proposal = ProposedAnswer(ticket_id=ticket.id, staff_id=staff.id, text="", created_at=now)
        session.add(proposal)
    proposal.text, proposal.channel, proposal.reader_id = written.text, written.channel, written.reader_id
    proposal.status, proposal.revision, proposal.created_at = ProposalStatus.WAITING, ticket.revision, now
    proposal.decided_by_id, proposal.decided_at = None, None
    audit.record(session, f"ticket:{ticket.id}", "answer proposed", now=now, by=staff)
    session.flush()
    return proposal


def waiting(session: Session, queues: Collection[Queue], *, limit: int = PAGE) -> Sequence[Waiting]:
    """Return the answers that wait in these queues, the oldest first."""
    rows = session.execute(
        select(ProposedAnswer, Ticket)
        .join(Ticket, Ticket.id == ProposedAnswer.ticket_id)
        .where(ProposedAnswer.status == ProposalStatus.WAITING, Ticket.queue.in_(queues))
        .order_by(ProposedAnswer.created_at, ProposedAnswer.id)
        .limit(limit)
    )
    return [Waiting(proposal, ticket, proposal.revision != ticket.revision) for proposal, ticket in rows]


def count_waiting(session: Session) -> int:
    """Return how many answers wait for a second person."""
    wanted = select(func.count()).select_from(ProposedAnswer).where(ProposedAnswer.status == ProposalStatus.WAITING)
    return session.scalar(wanted) or 0


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Waiting]:
    """Return the answers proposed to a ticket that were not sent: those that wait, and those that were returned."""
    unsent = ProposedAnswer.ticket_id == ticket.id, ProposedAnswer.status != ProposalStatus.SENT
    found = session.scalars(select(ProposedAnswer).where(*unsent).order_by(ProposedAnswer.id))
    return [Waiting(proposal, ticket, proposal.revision != ticket.revision) for proposal in found]


def of_author(session: Session, staff: Staff, *, limit: int = 20) -> Sequence[Waiting]:
    """Return somebody's own proposed answers, the latest first, with where each stands."""
    rows = session.execute(
        select(ProposedAnswer, Ticket)
        .join(Ticket, Ticket.id == ProposedAnswer.ticket_id)
        .where(ProposedAnswer.staff_id == staff.id)
        .order_by(ProposedAnswer.id.desc())
        .limit(limit)
    )
    return [Waiting(proposal, ticket, proposal.revision != ticket.revision) for proposal, ticket in rows]


def get(session: Session, proposal_id: int) -> tuple[ProposedAnswer, Ticket]:
    """Return a proposed answer and its ticket, both locked; raises NotFound."""
    known = session.get(ProposedAnswer, proposal_id)
    if known is None:
        raise NotFound(f"proposal {proposal_id}")
    ticket = tickets.get_ticket(session, known.ticket_id)
    session.refresh(known, with_for_update=True)
    return known, ticket


def approve(
    session: Session,
    proposal: ProposedAnswer,
    ticket: Ticket,
    by: Staff,
    written: Written,
    post: Post,
    *,
    now: datetime,
) -> TicketMessage:
    """Send a proposed answer, perhaps changed, in its author's name (flushed, not committed).

    Raises:
        IllegalMove: it does not wait any more, or its author would approve it.
    """
    _decide(proposal, ProposalStatus.SENT, by, now)
    whole = replace(written, channel=proposal.channel, reader_id=proposal.reader_id)
    sent = send(session, ticket, proposal.staff, whole, post, now=now)
    audit.record(session, f"ticket:{ticket.id}", "answer approved", now=now, by=by)
    return sent


def give_back(session: Session, proposal: ProposedAnswer, by: Staff, comment: str, *, now: datetime) -> None:
    """Return a proposed answer to its author with a comment (flushed, not committed); raises IllegalMove."""
    _decide(proposal, ProposalStatus.RETURNED, by, now)
    proposal.comment = comment[:LONGEST_COMMENT]
    audit.record(session, f"ticket:{proposal.ticket_id}", "answer returned", now=now, by=by)


def withdraw(session: Session, proposal: ProposedAnswer, author: Staff, *, now: datetime) -> None:
    """Take one's own unsent answer back into the draft (flushed, not committed); a sent one stays as it is."""
    if proposal.status is ProposalStatus.SENT:
        return
    subject = drafts.subject_of(proposal.ticket_id, "answer")
    drafts.keep(session, author.id, subject, proposal.text, now=now)
    audit.record(session, f"ticket:{proposal.ticket_id}", "answer withdrawn", now=now, by=author)
    session.delete(proposal)
    session.flush()


def _decide(proposal: ProposedAnswer, status: ProposalStatus, by: Staff, now: datetime) -> None:
    if proposal.status is not ProposalStatus.WAITING or proposal.staff_id == by.id:
        raise IllegalMove(f"proposal {proposal.id}: {proposal.status.value} -> {status.value}")
    proposal.status, proposal.decided_by_id, proposal.decided_at = status, by.id, now
