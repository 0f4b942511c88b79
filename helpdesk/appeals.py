"""Appeals against score cards: one objection of the consultant in time, decided by somebody who did not score."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit, samples
from helpdesk.errors import HelpdeskError, NotFound
from helpdesk.quality_states import ScoreStatus, check_score_move
from helpdesk.scoring_points import LEAST_WORDS, MOST_WORDS, Points, total_of
from helpdesk.tables import Appeal, ScoreCard, Staff

MOST_REASON = 400
"""Characters of the audit's reason."""


class AppealProblem(str, Enum):
    """Why an appeal or its decision is not taken; `web/labels.yaml` tells it to people."""

    LATE = "late"
    AGAIN = "again"
    """There is one already, or it is decided."""
    WORDS = "words"
    SAME = "same"
    """The points were to be changed, and are the same."""
    NOTHING = "nothing"
    """No criterion would apply any more."""


class BadAppeal(HelpdeskError):
    """An appeal or a decision that is not taken.

    Attributes:
        problem: why.
    """

    def __init__(self, problem: AppealProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Decision:
    """What somebody decides about an appeal.

    Attributes:
        reason: why, for the consultant and the scorer (masked).
        points: the points from now on, by criterion; None when the card is upheld.
    """

    reason: str = field(repr=False)
    points: Points | None = None


def until(card: ScoreCard, days: int) -> datetime | None:
    """Return until when a card can be appealed against; None while its consultant does not see it. Pure."""
    return None if card.shown_at is None else card.shown_at + timedelta(days=days)


def is_possible(card: ScoreCard, staff: Staff, *, days: int, now: datetime) -> bool:
    """Return whether somebody may appeal against a card at this moment. Pure."""
    end = until(card, days)
    return card.consultant_id == staff.id and card.status is ScoreStatus.GIVEN and end is not None and now <= end


def find(session: Session, card: ScoreCard) -> Appeal | None:
    """Return the appeal against a card, or None."""
    return session.get(Appeal, card.id)


def waiting(session: Session, staff: Staff) -> Sequence[Appeal]:
    """Return the appeals that wait for a decision, the oldest first, but for one's own ones."""
    open_ones = select(Appeal).join(ScoreCard, ScoreCard.id == Appeal.card_id)
    undecided = open_ones.where(ScoreCard.status == ScoreStatus.APPEALED, ScoreCard.consultant_id != staff.id)
    return session.scalars(undecided.order_by(Appeal.made_at, Appeal.card_id)).all()


def may_decide(card: ScoreCard, staff: Staff) -> bool:
    """Return whether somebody who leads may decide about a card: neither its scorer nor its consultant. Pure."""
    return card.status is ScoreStatus.APPEALED and staff.id not in {card.scorer_id, card.consultant_id}


def deciders(session: Session, card: ScoreCard) -> Sequence[Staff]:
    """Return who could decide about a card; nobody when its scorer is the only one who leads."""
    return samples.scorers(session, without={card.scorer_id, card.consultant_id})


def make(session: Session, card: ScoreCard, staff: Staff, text: str, *, days: int, now: datetime) -> Appeal:
    """Appeal against one's own card (flushed, not committed); the card is locked.

    Args:
        session: the unit of work.
        card: what is appealed against.
        staff: who appeals.
        text: why (masked).
        days: for how long one may, from when the card was shown.
        now: the instant.

    Raises:
        NotFound: it is not theirs.
        BadAppeal: it is too late, there was one, or the words are missing.
    """
    if card.consultant_id != staff.id:
        raise NotFound(f"card {card.id}")
    if card.status is not ScoreStatus.GIVEN:
        raise BadAppeal(AppealProblem.AGAIN)
    if not is_possible(card, staff, days=days, now=now):
        raise BadAppeal(AppealProblem.LATE)
    _check_words(text)
    check_score_move(card.status, ScoreStatus.APPEALED)
    card.status = ScoreStatus.APPEALED
    appeal = Appeal(card_id=card.id, text=text, made_at=now)
    session.add(appeal)
    session.flush()
    audit.record(session, f"score card:{card.id}", "score appealed", now=now, by=staff)
    return appeal


def decide(session: Session, card: ScoreCard, by: Staff, decision: Decision, *, now: datetime) -> Appeal:
    """Decide about an appeal (flushed, not committed); the card is locked. What the points were stays in the audit.

    Raises:
        NotFound: the card is the decider's own, or about their work, or nobody appealed.
        BadAppeal: it is decided already, the words are missing, or the points are no others.
    """
    appeal = find(session, card)
    if appeal is None or by.id in {card.scorer_id, card.consultant_id}:
        raise NotFound(f"card {card.id}")
    if card.status is not ScoreStatus.APPEALED:
        raise BadAppeal(AppealProblem.AGAIN)
    _check_words(decision.reason)
    after = ScoreStatus.UPHELD if decision.points is None else ScoreStatus.CHANGED
    check_score_move(card.status, after)
    changed = "" if decision.points is None else _change(card, decision.points)
    card.status = after
    appeal.decided_by_id, appeal.decision, appeal.decided_at = by.id, decision.reason, now
    session.flush()
    action = "appeal upheld" if after is ScoreStatus.UPHELD else "appeal changed points"
    audit.record(session, f"score card:{card.id}", action, now=now, by=by, reason=changed)
    return appeal


def _change(card: ScoreCard, points: Points) -> str:
    """Change the points of a card, and return what they were and are, by the number of the criterion."""
    total = total_of(points.get(mark.criterion_id, mark.points) for mark in card.marks)
    changes = [
        (mark, points[mark.criterion_id])
        for mark in card.marks
        if mark.criterion_id in points and points[mark.criterion_id] != mark.points
    ]
    if not changes:
        raise BadAppeal(AppealProblem.SAME)
    if total is None:
        raise BadAppeal(AppealProblem.NOTHING)
    told = [f"{mark.criterion_id}: {_word(mark.points)} -> {_word(after)}" for mark, after in changes]
    for mark, after in changes:
        mark.points = after
    card.total = total
    return "; ".join(told)[:MOST_REASON]


def _word(points: int | None) -> str:
    return "-" if points is None else str(points)


def _check_words(text: str) -> None:
    if not LEAST_WORDS <= len(text) <= MOST_WORDS:
        raise BadAppeal(AppealProblem.WORDS)
