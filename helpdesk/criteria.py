"""The criteria of the score card: what supervisors judge, and how they change it without touching cards once given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import HelpdeskError, NotFound
from helpdesk.quality_states import CriterionKind
from helpdesk.tables import Criterion, ScoreMark, Staff

LONGEST_NAME, LONGEST_EXPLANATION = 120, 1_000
MOST = 40
"""Criteria in force; a card longer than that is filled in by nobody."""


class CriterionProblem(str, Enum):
    """Why a criterion cannot be kept; `web/labels.yaml` tells it to people."""

    NAME = "name"
    TAKEN = "taken"
    EXPLANATION = "explanation"
    MANY = "many"


class BadCriterion(HelpdeskError):
    """A criterion that cannot be kept.

    Attributes:
        problem: why.
    """

    def __init__(self, problem: CriterionProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class NewCriterion:
    """A criterion as somebody wrote it."""

    kind: CriterionKind
    name: str
    explanation: str = ""


def every(session: Session) -> Sequence[Criterion]:
    """Return the criteria in their order, also those switched off; what was replaced is left out."""
    ours = select(Criterion).where(~Criterion.replaced)
    return session.scalars(ours.order_by(Criterion.place, Criterion.id)).all()


def active(session: Session) -> Sequence[Criterion]:
    """Return the criteria that a card asks for now, in their order."""
    return [criterion for criterion in every(session) if criterion.active]


def get(session: Session, criterion_id: int) -> Criterion:
    """Return a criterion in force, locked for a change; raises NotFound."""
    found = session.get(Criterion, criterion_id, with_for_update=True)
    if found is None or found.replaced:
        raise NotFound(f"criterion {criterion_id}")
    return found


def load_first_set(session: Session, *, by: Staff | None, now: datetime) -> int:
    """Add the criteria of the data file when there are none at all; returns how many were added (flushed)."""
    if session.scalar(select(Criterion.id).limit(1)) is not None:
        return 0
    text = (files("helpdesk") / "data" / "score_criteria.yaml").read_text("utf-8")
    rows: Sequence[Mapping[str, Any]] = yaml.safe_load(text)
    for row in rows:
        add(session, NewCriterion(CriterionKind(row["kind"]), row["name"], row["explanation"]), by=by, now=now)
    return len(rows)


def add(session: Session, new: NewCriterion, *, by: Staff | None, now: datetime) -> Criterion:
    """Add a criterion behind the others (flushed, not committed); raises BadCriterion."""
    _check(session, new)
    last = session.scalar(select(func.max(Criterion.place)))
    made = _made(session, new, place=0 if last is None else last + 1, active=True)
    audit.record(session, f"criterion:{made.id}", "criterion added", now=now, by=by)
    return made


def reword(session: Session, criterion: Criterion, new: NewCriterion, *, by: Staff, now: datetime) -> Criterion:
    """Change the words of a criterion; one that cards have used stays with them, and another takes its place.

    Returns:
        The criterion in force (flushed, not committed); raises BadCriterion.
    """
    _check(session, new, criterion)
    if (criterion.kind, criterion.name, criterion.explanation) == (new.kind, new.name, new.explanation):
        return criterion
    used = session.scalar(select(ScoreMark.card_id).where(ScoreMark.criterion_id == criterion.id).limit(1))
    if used is None:
        criterion.kind, criterion.name, criterion.explanation = new.kind, new.name, new.explanation
        _flush(session)
        kept = criterion
    else:
        criterion.replaced = True
        # Its name is free for the other one only when this is written.
        session.flush()
        kept = _made(session, new, place=criterion.place, active=criterion.active)
    audit.record(session, f"criterion:{criterion.id}", "criterion reworded", now=now, by=by, reason=f"-> {kept.id}")
    return kept


def switch(session: Session, criterion: Criterion, *, active: bool, by: Staff, now: datetime) -> None:
    """Let new cards ask for a criterion, or no longer (flushed, not committed)."""
    if criterion.active is not active:
        criterion.active = active
        session.flush()
        action = "criterion switched on" if active else "criterion switched off"
        audit.record(session, f"criterion:{criterion.id}", action, now=now, by=by)


def move(session: Session, criterion: Criterion, *, up: bool, by: Staff, now: datetime) -> None:
    """Let a criterion change places with the one before or behind it (flushed, not committed)."""
    order = list(every(session))
    here = order.index(criterion)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for place, one in enumerate(order):
        one.place = place
    session.flush()
    audit.record(session, f"criterion:{criterion.id}", "criterion moved", now=now, by=by)


def _check(session: Session, new: NewCriterion, known: Criterion | None = None) -> None:
    if not 0 < len(new.name) <= LONGEST_NAME:
        raise BadCriterion(CriterionProblem.NAME)
    if len(new.explanation) > LONGEST_EXPLANATION:
        raise BadCriterion(CriterionProblem.EXPLANATION)
    others = [one for one in every(session) if one is not known]
    if any(one.name.casefold() == new.name.casefold() for one in others):
        raise BadCriterion(CriterionProblem.TAKEN)
    if known is None and len(others) >= MOST:
        raise BadCriterion(CriterionProblem.MANY)


def _made(session: Session, new: NewCriterion, *, place: int, active: bool) -> Criterion:
    made = Criterion(kind=new.kind, name=new.name, explanation=new.explanation, place=place, active=active)
    session.add(made)
    _flush(session)
    return made


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError:
        # Somebody else took the name at this moment; the unit of work is lost, as after every failed flush.
        session.rollback()
        raise BadCriterion(CriterionProblem.TAKEN) from None
