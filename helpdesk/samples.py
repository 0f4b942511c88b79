"""Samples: drawing cases to be scored, choosing a single one, and what of them is still to be done by whom."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import audit, samples_pool
from helpdesk.errors import NotFound
from helpdesk.lifecycle import Direction
from helpdesk.quality_states import SampleMethod
from helpdesk.queues import Queue
from helpdesk.roles import Permission, roles_with
from helpdesk.samples_choice import Candidate, Chosen, Plan, choose
from helpdesk.samples_pool import CHAT, TICKET, Period
from helpdesk.tables import (
    ChatMessage,
    Conversation,
    Sample,
    SampleItem,
    ScoreCard,
    Staff,
    Ticket,
    TicketMessage,
)

MOST = 200
"""Cases of one sample."""
LARGEST_SEED = 2**31 - 1
FOR_TWO = 2


@dataclass(frozen=True)
class Order:
    """What somebody asks of a sample."""

    period: Period
    plan: Plan


def new_seed() -> int:
    """Return a seed that nobody chose."""
    return secrets.randbelow(LARGEST_SEED) + 1


def scorers(session: Session, *, without: Collection[int] = ()) -> Sequence[Staff]:
    """Return who may score: active staff that leads, but for those who are left out."""
    leading = Staff.active, Staff.role.in_(roles_with(Permission.LEAD)), Staff.id.not_in(without)
    return session.scalars(select(Staff).where(*leading).order_by(Staff.name, Staff.id)).all()


def draw(session: Session, order: Order, *, by: Staff, now: datetime) -> Sample:
    """Draw a sample and keep it, audited (flushed, not committed).

    Left out are one's own work and what has a card already. A case is scored by two people only where two may.
    """
    sample = Sample(
        method=order.plan.method,
        since=order.period.since,
        until=order.period.until,
        queue=order.period.queue,
        seed=order.plan.seed,
        size=order.plan.size,
        fair=order.plan.fair,
        double_percent=order.plan.double_percent,
        staff_id=by.id,
        created_at=now,
    )
    session.add(sample)
    session.flush()
    chosen = choice_of(session, sample)
    for one in chosen:
        session.add(_item(sample, one))
    session.flush()
    audit.record(session, f"sample:{sample.id}", "sample drawn", now=now, by=by, reason=f"{len(chosen)}")
    return sample


def choice_of(session: Session, sample: Sample) -> Sequence[Chosen]:
    """Return what the sample's own values choose: the same again, as long as the cases and their facts are the same."""
    cards = select(ScoreCard.subject, ScoreCard.consultant_id).where(ScoreCard.created_at < sample.created_at)
    scored = {(subject, consultant) for subject, consultant in session.execute(cards)}
    period = Period(sample.since, sample.until, sample.queue)
    found = samples_pool.pool(session, period, without=sample.staff_id)
    fresh = [one for one in found if (one.subject, one.consultant_id) not in scored]
    plan = Plan(sample.method, sample.size, sample.seed, sample.fair, sample.double_percent)
    return choose(fresh, plan, never_double=_too_few_scorers(session, fresh))


def choose_one(session: Session, subject: str, consultant: Staff, *, by: Staff, now: datetime) -> SampleItem:
    """Return the item of one consultant's part of one case, made if there is none (flushed, not committed).

    Raises:
        NotFound: there is no such case, the consultant wrote nothing in it, or it is one's own work.
    """
    queue = _queue_of(session, subject)
    if consultant.id == by.id or not _wrote(session, subject, consultant.id):
        raise NotFound(subject)
    same = SampleItem.subject == subject, SampleItem.consultant_id == consultant.id
    known = session.scalar(select(SampleItem).where(*same).order_by(SampleItem.id.desc()).limit(1))
    if known is not None:
        return known
    sample = Sample(
        method=SampleMethod.CHOSEN,
        since=now,
        until=now,
        queue=queue,
        seed=0,
        size=1,
        fair=False,
        double_percent=0,
        staff_id=by.id,
        created_at=now,
    )
    session.add(sample)
    session.flush()
    item = _item(sample, Chosen(Candidate(subject, consultant.id), double=False))
    session.add(item)
    session.flush()
    audit.record(session, f"sample:{sample.id}", "case chosen for scoring", now=now, by=by, reason=subject)
    return item


def consultants_of(session: Session, subject: str) -> Sequence[Staff]:
    """Return who wrote to the customer in a case, by name."""
    kind, number = parted(subject)
    if kind == CHAT:
        wrote = select(ChatMessage.staff_id).where(ChatMessage.conversation_id == number)
    else:
        wrote = select(TicketMessage.staff_id).where(
            TicketMessage.ticket_id == number, TicketMessage.direction == Direction.OUT
        )
    theirs = select(Staff).where(Staff.id.in_(wrote.where(wrote.selected_columns[0].is_not(None))))
    return session.scalars(theirs.order_by(Staff.name, Staff.id)).all()


def latest(session: Session, *, page: int = 0, size: int = 20) -> Sequence[tuple[Sample, int, int]]:
    """Return samples, the newest first, each with the number of its items and how many have a card at least."""
    items = select(func.count()).where(SampleItem.sample_id == Sample.id).scalar_subquery()
    card = select(ScoreCard.id).where(
        ScoreCard.subject == SampleItem.subject, ScoreCard.consultant_id == SampleItem.consultant_id
    )
    done = select(func.count()).where(SampleItem.sample_id == Sample.id, card.exists()).scalar_subquery()
    wanted = select(Sample, items, done).order_by(Sample.id.desc()).offset(page * size).limit(size)
    return [(sample, count, scored) for sample, count, scored in session.execute(wanted)]


def to_score(session: Session, scorer: Staff, *, limit: int = 50) -> Sequence[SampleItem]:
    """Return the items that somebody may score now, the oldest first: not one's own work, and not scored enough."""
    cards = select(func.count()).where(
        ScoreCard.subject == SampleItem.subject, ScoreCard.consultant_id == SampleItem.consultant_id
    )
    mine = cards.where(ScoreCard.scorer_id == scorer.id).scalar_subquery()
    count = cards.scalar_subquery()
    is_open = (count == 0) | (SampleItem.double & (count < FOR_TWO))
    wanted = select(SampleItem).where(SampleItem.consultant_id != scorer.id, mine == 0, is_open)
    return session.scalars(wanted.order_by(SampleItem.id).limit(limit)).all()


def parted(subject: str) -> tuple[str, int]:
    """Return the kind of a case (`conversation` or `ticket`) and its number; raises NotFound for anything else."""
    kind, _, number = subject.partition(":")
    if kind not in {CHAT, TICKET} or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise NotFound(subject)
    return kind, int(number)


def _queue_of(session: Session, subject: str) -> Queue | None:
    kind, number = parted(subject)
    case = session.get(Conversation, number) if kind == CHAT else session.get(Ticket, number)
    if case is None:
        raise NotFound(subject)
    return case.queue


def _wrote(session: Session, subject: str, staff_id: int) -> bool:
    return any(one.id == staff_id for one in consultants_of(session, subject))


def _too_few_scorers(session: Session, candidates: Sequence[Candidate]) -> Collection[int]:
    """Return the consultants whose work fewer than two people may score, since nobody scores their own."""
    leading = {one.id for one in scorers(session)}
    return {one.consultant_id for one in candidates if len(leading - {one.consultant_id}) < FOR_TWO}


def _item(sample: Sample, chosen: Chosen) -> SampleItem:
    candidate = chosen.candidate
    reasons = " ".join(sorted(risk.value for risk in candidate.risks))
    return SampleItem(
        sample_id=sample.id,
        subject=candidate.subject,
        consultant_id=candidate.consultant_id,
        reasons=reasons[:200],
        double=chosen.double,
    )
