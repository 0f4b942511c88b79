"""What the pages of editors know of one article: what customers get, its draft, its versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import HTTPException, Request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from helpdesk.hours import WARSAW
from helpdesk.knowledge_states import GroupStatus, RunKind, RunStatus
from helpdesk.tables import ArticleDraft, ArticleVersion, BotTurn, EvaluationRun, QuestionGroup
from knowledge import editing, gate
from knowledge.article import Article
from knowledge.base import KnowledgeBase
from knowledge.editing_checks import Findings, check
from knowledge.editing_list import Sign, signs_of, title_of
from knowledge.errors import LibraryError
from knowledge.library import parse
from knowledge.publishing import Changes
from knowledge.versions import Present
from web.desk.signed_in import parts_of

MOST_QUESTIONS = 5


@dataclass(frozen=True)
class Confusion:
    """Another article that questions of the evaluation take this one for (`is_missed`), or that is taken for it."""

    other: str
    count: int
    is_missed: bool


@dataclass(frozen=True)
class Edited:
    """One article with everything that editors look at.

    Attributes:
        present: what customers get; None for a new article.
        article: the same as the knowledge base has it; None when it is new, withdrawn or unreadable.
        draft: what somebody is changing.
        versions: the latest first.
    """

    id: str
    present: Present | None
    article: Article | None
    draft: ArticleDraft | None
    versions: Sequence[ArticleVersion]
    signs: Sequence[Sign]
    stale: bool

    @property
    def title(self) -> str:
        """The title by which editors know it: the draft's, else that of what customers get, else the last one's."""
        texts = [self.draft.text if self.draft else None, self.present.text if self.present else None]
        texts += [version.text for version in self.versions]
        return title_of(next((text for text in texts if text), None), self.id)

    @property
    def text(self) -> str | None:
        """The text that an editor goes on with: the draft's, else what customers get."""
        if self.draft is not None:
            return self.draft.text
        return self.present.text if self.present else None

    @property
    def file(self) -> str:
        """The place of that text."""
        return self.draft.file if self.draft else self.present.file if self.present else f"ogolne/{self.id}.md"

    @property
    def mark(self) -> str:
        """The state of the draft, which forms bring back; empty without a draft."""
        return editing.mark_of(self.draft) if self.draft else ""

    @property
    def base(self) -> int:
        """The number of the version that customers get; 0 when none was kept yet."""
        return self.versions[0].number if self.versions else 0

    @property
    def base_text(self) -> str | None:
        """The text that the draft changes."""
        number = self.draft.base_version if self.draft else self.base
        kept = next((version for version in self.versions if version.number == number), None)
        return kept.text if kept else None


def edited(request: Request, session: Session, article: str) -> Edited:
    """Return an article by its id; 404 when there is none and nobody writes one."""
    parts = parts_of(request)
    shown, draft = editing.present(session, article), editing.draft_of(session, article)
    kept = editing.versions(session, article)
    if shown is None and draft is None and not kept:
        raise HTTPException(404)
    known = parts.knowledge().library.articles.get(article) if shown and shown.text is not None else None
    if shown is not None and shown.text is not None and (known is None or known.file != shown.file):
        known = _parsed(shown)
    signs = signs_of(shown, known, draft, today_of(request), parts.lint_limits)
    stale = draft is not None and editing.is_stale(session, draft)
    return Edited(article, shown, known, draft, kept, signs, stale)


def findings_of(request: Request, found: Edited) -> Findings:
    """Return what is to be mended in the text that an editor goes on with; nothing for a withdrawal."""
    if found.text is None:
        return Findings()
    parts = parts_of(request)
    return check(found.text, found.file, parts.knowledge(), today_of(request), parts.lint_limits)


def titles_of(request: Request) -> Mapping[str, str]:
    """Return the titles of the published articles by id."""
    return {one.id: one.title for one in parts_of(request).knowledge().library.articles.values()}


def today_of(request: Request) -> date:
    """Return the day in Warsaw."""
    return parts_of(request).clock().astimezone(WARSAW).date()


def base_with(request: Request, found: Edited) -> KnowledgeBase | None:
    """Return the knowledge base as it would be with a draft; None when the draft is no right article yet."""
    parts = parts_of(request)
    base = parts.knowledge()
    if found.draft is None:
        return base
    if found.draft.text is None:
        return base.changed(Changes(0, withdrawn=frozenset({found.id})), today_of(request))
    try:
        article = parse(found.draft.text, found.draft.file)
    except LibraryError:
        return None
    if base.reference.amounts.problems(article):
        return None
    return base.changed(Changes(0, (article,)), today_of(request))


def open_questions(session: Session, article: str) -> Sequence[QuestionGroup]:
    """Return the weightiest open questions of customers whose nearest article this is."""
    of_it = select(QuestionGroup).where(QuestionGroup.article == article, QuestionGroup.status == GroupStatus.OPEN)
    return session.scalars(of_it.order_by(QuestionGroup.weight.desc(), QuestionGroup.id).limit(MOST_QUESTIONS)).all()


def confusions(session: Session, article: str) -> Sequence[Confusion] | None:
    """Return what the last evaluation of the published articles took this one for, or took for it; None before one."""
    newest = select(EvaluationRun).where(
        EvaluationRun.kind == RunKind.RELEASE, EvaluationRun.status == RunStatus.DONE, EvaluationRun.path == gate.SEARCH
    )
    run = session.scalar(newest.order_by(EvaluationRun.id.desc()).limit(1))
    if run is None:
        return None
    pairs = [(str(one["right"]), str(one["given"]), int(one["count"])) for one in run.confusions]
    missed = [Confusion(given, count, is_missed=True) for right, given, count in pairs if right == article]
    return missed + [Confusion(right, count, is_missed=False) for right, given, count in pairs if given == article]


def answers_count(session: Session, article: str) -> tuple[int, int, int]:
    """Return how often an article was answered with, and how often that helped and did not help."""

    def count(*fits: ColumnElement[bool]) -> int:
        counted = select(func.count()).where(BotTurn.article == article, BotTurn.kind == "answer", *fits)
        return session.scalar(counted) or 0

    return count(), count(BotTurn.helpful.is_(True)), count(BotTurn.helpful.is_(False))


def _parsed(shown: Present) -> Article | None:
    try:
        return parse(shown.text or "", shown.file)
    except LibraryError:
        return None
