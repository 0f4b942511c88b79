"""Score cards: giving one, scoring twice without seeing the other's, and who may see which card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk import audit, criteria, scoring_cases
from helpdesk.errors import AlreadyTaken, HelpdeskError, NotFound
from helpdesk.ownership import changed
from helpdesk.roles import Permission, may
from helpdesk.samples import FOR_TWO
from helpdesk.scoring_points import CardProblem, Points, problem_of, total_of
from helpdesk.tables import SampleItem, ScoreCard, ScoreMark, Staff


class BadCard(HelpdeskError):
    """A card that cannot be given as it was filled in.

    Attributes:
        problem: why.
    """

    def __init__(self, problem: CardProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class ItemState(str, Enum):
    """What somebody may do about an item of a sample."""

    OPEN = "open"
    OWN_WORK = "own_work"
    GIVEN = "given"
    """They gave their card."""
    FULL = "full"
    """Others gave all the cards that it needs."""
    CASE_GONE = "case_gone"
    """The case was deleted, as old ones are, before anybody scored it."""


@dataclass(frozen=True)
class Filled:
    """A card as somebody filled it in.

    Attributes:
        points: by criterion.
        shown: the criteria that the form showed.
        feedback: what the consultant reads (masked).
    """

    points: Points
    shown: Sequence[int]
    feedback: str = field(repr=False)


def cards_of(session: Session, item: SampleItem) -> Sequence[ScoreCard]:
    """Return the cards of an item's case and consultant, the oldest first, also those given for another sample."""
    same = ScoreCard.subject == item.subject, ScoreCard.consultant_id == item.consultant_id
    return session.scalars(select(ScoreCard).where(*same).order_by(ScoreCard.id)).all()


def state_of(session: Session, item: SampleItem, scorer: Staff) -> ItemState:
    """Return what somebody may do about an item."""
    return _state(session, item, scorer, cards_of(session, item), _needed(session, item))


def give(session: Session, item_id: int, scorer: Staff, filled: Filled, *, now: datetime) -> ScoreCard:
    """Give a card (flushed, not committed).

    A single card is shown to the consultant at once. Of two, neither is shown to anybody else before both are given.

    Raises:
        NotFound: there is no such item, its case is gone, or it is the scorer's own work.
        AlreadyTaken: the scorer gave a card before, or others gave all that it needs.
        BadCard: it is not filled in as it must be.
    """
    item = session.get(SampleItem, item_id)
    if item is None:
        raise NotFound(f"item {item_id}")
    _hold(session, item)
    given = cards_of(session, item)
    needed = _needed(session, item)
    state = _state(session, item, scorer, given, needed)
    if state in {ItemState.GIVEN, ItemState.FULL}:
        raise AlreadyTaken
    if state is not ItemState.OPEN:
        raise NotFound(f"item {item_id}")
    wanted = [criterion.id for criterion in criteria.active(session)]
    if problem := problem_of(filled.points, filled.feedback, wanted, filled.shown):
        raise BadCard(problem)
    card = _card(session, item, scorer, filled, now)
    if len(given) + 1 >= needed:
        for one in (*given, card):
            one.shown_at = one.shown_at or now
    session.flush()
    audit.record(session, f"score card:{card.id}", "score given", now=now, by=scorer, reason=item.subject)
    return card


def score_once(session: Session, item: SampleItem, *, by: Staff, now: datetime) -> None:
    """Do without the second card of a case, as when nobody is there to give it (flushed, not committed)."""
    for one in _hold(session, item):
        one.double = False
    for card in cards_of(session, item):
        card.shown_at = card.shown_at or now
    session.flush()
    audit.record(session, f"sample item:{item.id}", "second score dropped", now=now, by=by)


def visible(session: Session, card_id: int, staff: Staff, *, lock: bool = False) -> ScoreCard:
    """Return a card that somebody may see; everything else does not exist for them.

    The consultant sees their own, who leads sees all; of a double scoring, until both cards are given, each scorer
    sees their own only.

    Raises:
        NotFound: there is none, or not for them.
    """
    card = session.get(ScoreCard, card_id, with_for_update={"of": ScoreCard} if lock else None)
    if card is None:
        raise NotFound(f"card {card_id}")
    concerned = card.consultant_id == staff.id or may(staff, Permission.LEAD)
    if card.scorer_id != staff.id and not (concerned and card.shown_at is not None):
        raise NotFound(f"card {card_id}")
    if not concerned:
        raise NotFound(f"card {card_id}")
    return card


def note_seen(session: Session, card_id: int, staff: Staff, *, now: datetime) -> bool:
    """Note that a consultant opened one of their own cards; returns whether it is the first time."""
    new = update(ScoreCard).where(
        ScoreCard.id == card_id,
        ScoreCard.consultant_id == staff.id,
        ScoreCard.shown_at.is_not(None),
        ScoreCard.seen_at.is_(None),
    )
    return changed(session, new.values(seen_at=now)) == 1


def _hold(session: Session, item: SampleItem) -> Sequence[SampleItem]:
    """Return the items of a case and consultant in all samples, locked: of two who score at once, one is the first."""
    same = SampleItem.subject == item.subject, SampleItem.consultant_id == item.consultant_id
    held = select(SampleItem).where(*same).order_by(SampleItem.id).with_for_update(of=SampleItem)
    return session.scalars(held.execution_options(populate_existing=True)).all()


def _needed(session: Session, item: SampleItem) -> int:
    same = SampleItem.subject == item.subject, SampleItem.consultant_id == item.consultant_id
    double = session.scalar(select(SampleItem.id).where(*same, SampleItem.double).limit(1))
    return 1 if double is None else FOR_TWO


def _state(session: Session, item: SampleItem, scorer: Staff, given: Sequence[ScoreCard], needed: int) -> ItemState:
    if item.consultant_id == scorer.id:
        return ItemState.OWN_WORK
    if any(card.scorer_id == scorer.id for card in given):
        return ItemState.GIVEN
    if len(given) >= needed:
        return ItemState.FULL
    return ItemState.OPEN if scoring_cases.find(session, item.subject) is not None else ItemState.CASE_GONE


def _card(session: Session, item: SampleItem, scorer: Staff, filled: Filled, now: datetime) -> ScoreCard:
    card = ScoreCard(
        item_id=item.id,
        subject=item.subject,
        consultant_id=item.consultant_id,
        scorer_id=scorer.id,
        queue=scoring_cases.queue_of(session, item),
        total=total_of(filled.points.values()) or 0.0,
        feedback=filled.feedback,
        created_at=now,
        marks=marks_of(filled.points),
    )
    session.add(card)
    session.flush()
    return card


def marks_of(points: Mapping[int, int | None]) -> list[ScoreMark]:
    """Return the marks of a new card."""
    return [ScoreMark(criterion_id=number, points=given, given=given) for number, given in points.items()]
