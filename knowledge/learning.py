"""Gathers questions that got no good answer and puts each into the group of its like; run again and again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.hours import WARSAW
from helpdesk.knowledge_states import DraftStatus, GroupStatus
from helpdesk.learning import groups as grouping
from helpdesk.learning import sources
from helpdesk.learning.sources import Found
from helpdesk.learning.wording import kept, without_placeholders
from helpdesk.one_at_a_time import Work, wait_for
from helpdesk.tables import OpenQuestion, QuestionGroup
from knowledge.base import KnowledgeBase
from knowledge.likeness import Asked, Crowd, middle

AT_ONCE = 200
"""Turns and corrections of one pass."""
COMPARED_FOR = timedelta(days=365)
"""Older questions attract no new ones."""
MOST_COMPARED = 40
"""The latest questions of each group that are compared: enough ways of asking, and bounded work."""
REOPEN_AFTER = 5
"""So many new questions open a group again that was decided to be nobody's or somebody else's."""


@dataclass(frozen=True)
class Gathered:
    """What one pass did: turns and corrections looked at, questions put into groups, questions that left."""

    looked_at: int = 0
    put: int = 0
    left: int = 0


def gather(session: Session, crowd: Crowd, knowledge: KnowledgeBase, *, now: datetime, most: int = AT_ONCE) -> Gathered:
    """Look at what became of the bot's answers since the last pass, and keep the questions that are open (flushed).

    Of several nodes one gathers at a time; each turn is looked at once, and again when it is rated or handed over
    later. Nothing is kept twice.

    Args:
        session: the unit of work.
        crowd: this process's memory of vectors.
        knowledge: the knowledge base of the moment.
        now: the instant, aware UTC.
        most: turns and corrections of one pass.
    """
    wait_for(session, Work.GROUPING)
    turns = sources.next_turns(session, most)
    corrections = sources.next_corrections(session, most, now=now)
    found = [*sources.found_in(session, turns, now=now)]
    found += filter(None, (sources.found_in_correction(session, one, now=now) for one in corrections))
    fresh, left = _sorted(session, found)
    touched = _place(session, crowd, knowledge, fresh, now=now)
    _describe(session, touched, knowledge, now.astimezone(WARSAW).date())
    for turn in turns:
        turn.gathered_at = now
    for correction in corrections:
        correction.gathered = True
    session.flush()
    return Gathered(len(turns) + len(corrections), len(fresh), left)


@dataclass(frozen=True)
class _Fresh:
    found: Found
    text: str


def _sorted(session: Session, found: Iterable[Found]) -> tuple[Sequence[_Fresh], int]:
    """Change what is known already; return what is new, and how many questions left."""
    fresh: dict[str, _Fresh] = {}
    left, changed = 0, set()
    for one in found:
        known = session.scalar(select(OpenQuestion).where(OpenQuestion.origin == one.origin))
        text = kept(one.text, known_names=one.names) if one.source else None
        if known is not None:
            changed.add(known.group_id)
            if one.source is None:
                session.delete(known)
                left += 1
            else:
                known.source, known.severity = one.source, one.severity
                known.article, known.right_article = one.article, one.right_article
        elif text is not None:
            fresh[one.origin] = _Fresh(one, text)
    for number in changed:
        grouping.recount(session, grouping.locked(session, number))
    return list(fresh.values()), left


def _place(
    session: Session, crowd: Crowd, knowledge: KnowledgeBase, fresh: Sequence[_Fresh], *, now: datetime
) -> Sequence[int]:
    """Put new questions into groups; returns the groups."""
    if not fresh:
        return []
    known, languages = _known(session, now)
    words = [without_placeholders(one.text) for one in fresh]
    searcher = knowledge.searcher
    crowd.begin(known, words, searcher.vectors, space=searcher.space)
    touched: dict[int, None] = {}
    for number, one in enumerate(fresh):
        language = one.found.language
        near = crowd.group_for(number, [group for group, theirs in languages.items() if theirs == language])
        asked_at = one.found.asked_at or now
        group = grouping.locked(session, near) if near is not None else grouping.opened(session, one.text, at=asked_at)
        languages[group.id] = language
        crowd.join(number, group.id)
        session.add(_question(one, group.id, asked_at))
        grouping.recount(session, group)
        _reopen_when_needed(session, group, asked_at, now)
        touched[group.id] = None
    return list(touched)


def _known(session: Session, now: datetime) -> tuple[Sequence[Asked], dict[int, str]]:
    """Return the latest questions of each group, and the language of each group."""
    latest = func.row_number().over(
        partition_by=OpenQuestion.group_id, order_by=(OpenQuestion.asked_at.desc(), OpenQuestion.id.desc())
    )
    columns = (OpenQuestion.id, OpenQuestion.group_id, OpenQuestion.text, OpenQuestion.language)
    recent = select(*columns, latest.label("place")).where(OpenQuestion.asked_at >= now - COMPARED_FOR).subquery()
    rows = session.execute(select(recent).where(recent.c.place <= MOST_COMPARED).order_by(recent.c.id)).all()
    known = [Asked(row.id, row.group_id, without_placeholders(row.text)) for row in rows]
    return known, {row.group_id: row.language for row in rows}


def _question(one: _Fresh, group_id: int, asked_at: datetime) -> OpenQuestion:
    found = one.found
    return OpenQuestion(
        group_id=group_id,
        source=found.source,
        origin=found.origin,
        text=one.text,
        severity=found.severity,
        article=found.article,
        right_article=found.right_article,
        queue=found.queue,
        language=found.language,
        channel=found.channel,
        asked_at=asked_at,
    )


def _reopen_when_needed(session: Session, group: QuestionGroup, asked_at: datetime, now: datetime) -> None:
    """Open a decided group again: when its publication did not help, or when many ask for what was put aside."""
    if group.status in {GroupStatus.EXAMPLE, GroupStatus.DRAFT}:
        if group.draft is None or group.draft.status is DraftStatus.DISCARDED:
            grouping.reopen(session, group, now=now, why="draft discarded")
        elif (published := _published_at(group)) is not None and asked_at > published:
            grouping.reopen(session, group, now=now, why="asked after publication")
    elif group.status in {GroupStatus.OUT_OF_SCOPE, GroupStatus.ELSEWHERE} and group.decided_at is not None:
        since = select(func.count()).where(OpenQuestion.group_id == group.id, OpenQuestion.asked_at > group.decided_at)
        if (session.scalar(since) or 0) >= REOPEN_AFTER:
            grouping.reopen(session, group, now=now, why="many ask")


def _published_at(group: QuestionGroup) -> datetime | None:
    """Return when the draft of a group came to customers, which is the end of its life; None while it has not."""
    draft = group.draft
    return draft.updated_at if draft is not None and draft.status is DraftStatus.PUBLISHED else None


def _describe(session: Session, touched: Sequence[int], knowledge: KnowledgeBase, today: date) -> None:
    """Give open groups the title that stands for all their questions, and their nearest article."""
    for number in touched:
        group = session.get(QuestionGroup, number)
        if group is None or group.status is not GroupStatus.OPEN:
            continue
        mine = grouping.questions_of(session, number, MOST_COMPARED)
        texts = [without_placeholders(one.text) for one in mine]
        group.title = mine[middle(texts, knowledge.searcher.vectors)].text
        named = Counter(one.right_article for one in mine if one.right_article)
        named = named or Counter(one.article for one in mine if one.article)
        hits = knowledge.searcher.search(without_placeholders(group.title), today=today, limit=1).hits
        group.article = named.most_common(1)[0][0] if named else hits[0].article if hits else None
    session.flush()
