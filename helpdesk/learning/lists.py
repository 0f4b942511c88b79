"""Lists of groups of open questions for editors: the heaviest first, narrowed by what they are looking for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from helpdesk.knowledge_states import GroupStatus, OpenSource
from helpdesk.learning.groups import subject_of
from helpdesk.queues import Queue
from helpdesk.tables import AuditEntry, OpenQuestion, QuestionGroup

PAGE = 20
VARIANTS = 5
"""Ways of asking that a row shows; the group's own page shows all."""
MOST_NEIGHBOURS = 150
"""Open groups, the heaviest, among which those like a group are looked for."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for; None and empty texts leave a thing open. A group is found when one question of it fits."""

    status: GroupStatus | None = GroupStatus.OPEN
    source: OpenSource | None = None
    queue: Queue | None = None
    channel: str = ""
    language: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Row:
    """A group with its latest ways of asking, and how many questions came from which source."""

    group: QuestionGroup
    variants: Sequence[OpenQuestion]
    sources: Mapping[OpenSource, int]


@dataclass(frozen=True)
class Page:
    """Some rows, and how many groups fit altogether."""

    rows: Sequence[Row]
    total: int


def page_of(session: Session, wanted: Wanted, number: int = 0) -> Page:
    """Return one page of the groups that fit, the heaviest first; pages count from 0."""
    fits = _fits(wanted)
    total = session.scalar(select(func.count()).select_from(QuestionGroup).where(*fits)) or 0
    ordered = select(QuestionGroup).where(*fits).order_by(QuestionGroup.weight.desc(), QuestionGroup.id.desc())
    groups = session.scalars(ordered.offset(number * PAGE).limit(PAGE)).all()
    ids = [group.id for group in groups]
    variants, sources = _latest(session, ids), sources_of(session, ids)
    return Page([Row(group, variants.get(group.id, ()), sources.get(group.id, {})) for group in groups], total)


def sources_of(session: Session, ids: Collection[int]) -> Mapping[int, Mapping[OpenSource, int]]:
    """Return how many questions of each group came from which source."""
    counted = select(OpenQuestion.group_id, OpenQuestion.source, func.count()).where(OpenQuestion.group_id.in_(ids))
    found: dict[int, dict[OpenSource, int]] = {}
    for group, source, count in session.execute(counted.group_by(OpenQuestion.group_id, OpenQuestion.source)):
        found.setdefault(group, {})[source] = count
    return found


def languages(session: Session) -> Sequence[str]:
    """Return the languages in which open questions were asked."""
    return session.scalars(select(OpenQuestion.language).distinct().order_by(OpenQuestion.language)).all()


def open_beside(session: Session, group: QuestionGroup) -> Sequence[QuestionGroup]:
    """Return other open groups, the heaviest first, among which like ones may be looked for."""
    others = select(QuestionGroup).where(QuestionGroup.status == GroupStatus.OPEN, QuestionGroup.id != group.id)
    return session.scalars(
        others.order_by(QuestionGroup.weight.desc(), QuestionGroup.id.desc()).limit(MOST_NEIGHBOURS)
    ).all()


def history(session: Session, group: QuestionGroup) -> Sequence[AuditEntry]:
    """Return what was done to a group, the latest first."""
    deeds = select(AuditEntry).where(AuditEntry.subject == subject_of(group.id))
    return session.scalars(deeds.order_by(AuditEntry.id.desc()).limit(100)).all()


def _fits(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        found.append(QuestionGroup.status == wanted.status)
    asked: list[ColumnElement[bool]] = []
    if wanted.source is not None:
        asked.append(OpenQuestion.source == wanted.source)
    if wanted.queue is not None:
        asked.append(OpenQuestion.queue == wanted.queue)
    if wanted.channel:
        asked.append(OpenQuestion.channel == wanted.channel)
    if wanted.language:
        asked.append(OpenQuestion.language == wanted.language)
    if wanted.since is not None:
        asked.append(OpenQuestion.asked_at >= wanted.since)
    if asked:
        found.append(select(OpenQuestion.id).where(OpenQuestion.group_id == QuestionGroup.id, *asked).exists())
    return found


def _latest(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[OpenQuestion]]:
    place = func.row_number().over(
        partition_by=OpenQuestion.group_id, order_by=(OpenQuestion.asked_at.desc(), OpenQuestion.id.desc())
    )
    numbered = select(OpenQuestion.id, place.label("place")).where(OpenQuestion.group_id.in_(ids)).subquery()
    wanted = (
        select(OpenQuestion)
        .join(numbered, numbered.c.id == OpenQuestion.id)
        .where(numbered.c.place <= VARIANTS)
        .order_by(numbered.c.place)
    )
    found: dict[int, list[OpenQuestion]] = {}
    for one in session.scalars(wanted):
        found.setdefault(one.group_id, []).append(one)
    return found
