"""Finding score cards: by consultant, queue, period, total, kind of criterion, status and channel; and agreement."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.quality_states import CriterionKind, ScoreStatus
from helpdesk.queues import Queue
from helpdesk.samples import FOR_TWO
from helpdesk.scoring_agreement import Agreement, Pair, agreement
from helpdesk.scoring_points import HIGHEST
from helpdesk.tables import Criterion, SampleItem, ScoreCard, ScoreMark, Staff

PAGE = 50
_EDGE = 0.0005
"""Half a thousandth: totals are compared as percents are read, not to the last digit of a float."""


@dataclass(frozen=True)
class Wanted:
    """Which cards are looked for; what is None or empty does not matter.

    Attributes:
        consultant_id: whose work was scored.
        queue: where.
        since: given from here on.
        until: given before.
        least: the lowest total, from 0 to 1.
        most: the highest total, from 0 to 1.
        kind: whose criteria make the total; None for all of the card.
        status: where the card stands.
        channel: `conversation` or `ticket`.
    """

    consultant_id: int | None = None
    queue: Queue | None = None
    since: datetime | None = None
    until: datetime | None = None
    least: float | None = None
    most: float | None = None
    kind: CriterionKind | None = None
    status: ScoreStatus | None = None
    channel: str = ""


@dataclass(frozen=True)
class Row:
    """A card in a list, with the total that was looked for: of the whole card, or of one kind of criteria."""

    card: ScoreCard
    total: float


def cards(session: Session, wanted: Wanted, viewer: Staff, *, page: int = 0) -> tuple[Sequence[Row], bool]:
    """Return a page of cards that somebody who leads may see, the newest first, and whether there are more."""
    total = ScoreCard.total if wanted.kind is None else _share_of(wanted.kind)
    conditions = [*_where(wanted), or_(ScoreCard.shown_at.is_not(None), ScoreCard.scorer_id == viewer.id)]
    if wanted.kind is not None:
        conditions.append(total.is_not(None))
    if wanted.least is not None:
        conditions.append(total >= wanted.least - _EDGE)
    if wanted.most is not None:
        conditions.append(total <= wanted.most + _EDGE)
    found = select(ScoreCard, total).where(*conditions).order_by(ScoreCard.created_at.desc(), ScoreCard.id.desc())
    rows = [Row(card, float(share or 0)) for card, share in session.execute(found.offset(page * PAGE).limit(PAGE + 1))]
    return rows[:PAGE], len(rows) > PAGE


def mine(session: Session, staff: Staff, *, page: int = 0) -> tuple[Sequence[ScoreCard], bool]:
    """Return a page of one's own cards, the newest first, and whether there are more."""
    own = select(ScoreCard).where(ScoreCard.consultant_id == staff.id, ScoreCard.shown_at.is_not(None))
    ordered = own.order_by(ScoreCard.shown_at.desc(), ScoreCard.id.desc()).offset(page * PAGE).limit(PAGE + 1)
    found = session.scalars(ordered).all()
    return found[:PAGE], len(found) > PAGE


def unseen(session: Session, staff: Staff) -> int:
    """Return how many of one's own cards one has not opened yet."""
    new = ScoreCard.consultant_id == staff.id, ScoreCard.shown_at.is_not(None), ScoreCard.seen_at.is_(None)
    return session.scalar(select(func.count()).select_from(ScoreCard).where(*new)) or 0


def cards_of_items(session: Session, items: Sequence[SampleItem]) -> Mapping[int, Sequence[ScoreCard]]:
    """Return the cards of each item by its id, also those given for other samples."""
    found: dict[tuple[str, int], list[ScoreCard]] = defaultdict(list)
    subjects = {item.subject for item in items}
    for card in session.scalars(select(ScoreCard).where(ScoreCard.subject.in_(subjects)).order_by(ScoreCard.id)):
        found[card.subject, card.consultant_id].append(card)
    return {item.id: found.get((item.subject, item.consultant_id), []) for item in items}


@dataclass(frozen=True)
class Agreements:
    """How those who scored the same cases agree: altogether, and by criterion."""

    all: Agreement
    by_criterion: Sequence[tuple[Criterion, Agreement]]


def agreements(session: Session, *, since: datetime | None = None, until: datetime | None = None) -> Agreements:
    """Return how two scorers agree, by the points as they were given, over cases whose second card is of a period."""
    cases: dict[tuple[str, int], list[ScoreCard]] = defaultdict(list)
    both = select(ScoreCard).where(ScoreCard.shown_at.is_not(None))
    doubled = select(ScoreCard.subject).group_by(ScoreCard.subject, ScoreCard.consultant_id)
    wanted = both.where(ScoreCard.subject.in_(doubled.having(func.count() >= FOR_TWO))).order_by(ScoreCard.id)
    for card in session.scalars(wanted):
        cases[card.subject, card.consultant_id].append(card)
    pairs: dict[int, list[Pair]] = defaultdict(list)
    counted = 0
    for first, second in (found[:FOR_TWO] for found in cases.values() if len(found) >= FOR_TWO):
        if (since and second.created_at < since) or (until and second.created_at >= until):
            continue
        counted += 1
        for number, pair in _pairs(first, second).items():
            pairs[number].append(pair)
    known = session.scalars(select(Criterion).where(Criterion.id.in_(pairs))).all()
    ordered = sorted(known, key=lambda one: (one.replaced, one.place, one.id))
    return Agreements(
        agreement(counted, [pair for found in pairs.values() for pair in found]),
        [(one, agreement(len(pairs[one.id]), pairs[one.id])) for one in ordered],
    )


def _pairs(first: ScoreCard, second: ScoreCard) -> Mapping[int, Pair]:
    mine, other = ({mark.criterion_id: mark.given for mark in card.marks} for card in (first, second))
    return {number: (mine[number], other[number]) for number in mine.keys() & other.keys()}


def _share_of(kind: CriterionKind) -> ScalarSelect[float | None]:
    """Return the mean of a card's points for one kind of criteria as a share of the most."""
    points = select(func.avg(ScoreMark.points) * 1.0 / HIGHEST).join(Criterion, Criterion.id == ScoreMark.criterion_id)
    return points.where(ScoreMark.card_id == ScoreCard.id, Criterion.kind == kind).scalar_subquery()


def _where(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    equal = {
        ScoreCard.consultant_id: wanted.consultant_id,
        ScoreCard.queue: wanted.queue,
        ScoreCard.status: wanted.status,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if wanted.since is not None:
        conditions.append(ScoreCard.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(ScoreCard.created_at < wanted.until)
    if wanted.channel:
        conditions.append(ScoreCard.subject.startswith(f"{wanted.channel}:"))
    return conditions
