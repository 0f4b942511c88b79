"""The effect of a published change: what customers got of the article in the week before it and in the week after."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum
from math import sqrt
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from helpdesk.learning.sources import ANSWERS
from helpdesk.tables import ArticleDraft, ArticleVersion, BotTurn, OpenQuestion, QuestionGroup

WEEK = timedelta(days=7)
SETTLING = timedelta(days=1)
"""Ratings and wishes for a person come after the answers: so long after the week is over they are counted."""
LEAST_CASES = 20
"""Answers that both weeks need before two shares may be compared."""
_BY_EDITORS = ArticleVersion.author_id.is_not(None)
_CERTAIN = 1.96
"""Standard errors beyond which a difference is no chance (19 of 20 times)."""


@dataclass(frozen=True)
class Counts:
    """One week: turns of the bot with the article, and questions of customers that stayed open.

    Attributes:
        answered: answers with the article, also those that offered it beside others.
        helpful: of them rated helpful.
        unhelpful: of them rated unhelpful.
        handed_over: of them followed by a wish for a person.
        failed: of them rated unhelpful, or followed by such a wish, or both.
        open_questions: questions asked in the week, in groups that were decided for this article.
    """

    answered: int = 0
    helpful: int = 0
    unhelpful: int = 0
    handed_over: int = 0
    failed: int = 0
    open_questions: int = 0


class EffectOutcome(str, Enum):
    """What may honestly be said of a change."""

    TOO_FEW = "too_few"
    CHANCE = "chance"
    """A difference that may be chance."""
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True)
class Effect:
    """The two weeks around a publication.

    `others` counts further versions of the article published within them, whose effect is mixed with this one's.
    """

    before: Counts
    after: Counts
    others: int = 0

    @property
    def outcome(self) -> EffectOutcome:
        """Whether customers turned away from the article's answers less often than before: by a rating or a wish."""
        if min(self.before.answered, self.after.answered) < LEAST_CASES:
            return EffectOutcome.TOO_FEW
        return compared((self.before.failed, self.before.answered), (self.after.failed, self.after.answered))


def compared(before: tuple[int, int], after: tuple[int, int]) -> EffectOutcome:
    """Compare two shares of failures, each as failures and cases: the usual test of two proportions."""
    (bad, cases), (bad_after, cases_after) = before, after
    shared = (bad + bad_after) / (cases + cases_after)
    error = sqrt(shared * (1 - shared) * (1 / cases + 1 / cases_after)) if 0 < shared < 1 else 0.0
    difference = bad_after / cases_after - bad / cases
    if error == 0 or abs(difference) < _CERTAIN * error:
        return EffectOutcome.CHANCE
    return EffectOutcome.BETTER if difference < 0 else EffectOutcome.WORSE


def read(kept: Mapping[str, Any]) -> Effect:
    """Return an effect as it was kept with its version."""
    return Effect(Counts(**kept["before"]), Counts(**kept["after"]), int(kept["others"]))


def count_due(session: Session, *, now: datetime, most: int = 50) -> int:
    """Count the effect of versions whose week after publication is over (flushed); returns how many.

    What a release brought is no change of an editor, and nobody knows since when it is there: it has no effect. Of
    several nodes each version is counted by one. Facts outlive conversations, so retention changes nothing.
    """
    over = select(ArticleVersion).where(
        ArticleVersion.published_at <= now - WEEK - SETTLING, ArticleVersion.effect.is_(None), _BY_EDITORS
    )
    due = session.scalars(over.order_by(ArticleVersion.id).limit(most).with_for_update(skip_locked=True)).all()
    for version in due:
        version.effect = asdict(effect_of(session, version))
    session.flush()
    return len(due)


def effect_of(session: Session, version: ArticleVersion) -> Effect:
    """Return the effect of a version, counted now."""
    at = version.published_at
    near = select(func.count()).where(
        ArticleVersion.article_id == version.article_id,
        ArticleVersion.id != version.id,
        _BY_EDITORS,
        ArticleVersion.published_at > at - WEEK,
        ArticleVersion.published_at < at + WEEK,
    )
    article = version.article_id
    before, after = counts(session, article, at - WEEK, at), counts(session, article, at, at + WEEK)
    return Effect(before, after, session.scalar(near) or 0)


def counts(session: Session, article: str, since: datetime, until: datetime) -> Counts:
    """Count what customers got of an article from an instant (included) to another (not included)."""
    mine = (BotTurn.article == article, BotTurn.kind.in_(ANSWERS), BotTurn.created_at >= since)
    turns = (*mine, BotTurn.created_at < until)

    def number(*more: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(BotTurn).where(*turns, *more)) or 0

    groups = (
        select(QuestionGroup.id)
        .outerjoin(ArticleDraft, ArticleDraft.id == QuestionGroup.draft_id)
        .where(or_(QuestionGroup.article == article, ArticleDraft.article_id == article))
    )
    open_questions = select(func.count()).where(
        OpenQuestion.group_id.in_(groups), OpenQuestion.asked_at >= since, OpenQuestion.asked_at < until
    )
    return Counts(
        answered=number(),
        helpful=number(BotTurn.helpful.is_(True)),
        unhelpful=number(BotTurn.helpful.is_(False)),
        handed_over=number(_handed_over()),
        failed=number(or_(BotTurn.helpful.is_(False), _handed_over())),
        open_questions=session.scalar(open_questions) or 0,
    )


def latest(session: Session, *, since: datetime, most: int) -> Sequence[ArticleVersion]:
    """Return the versions published since an instant, the latest first."""
    wanted = select(ArticleVersion).where(ArticleVersion.published_at >= since, _BY_EDITORS)
    return session.scalars(
        wanted.order_by(ArticleVersion.published_at.desc(), ArticleVersion.id.desc()).limit(most)
    ).all()


def _handed_over() -> ColumnElement[bool]:
    """A person was wanted right after the turn: at the turn itself, or by the customer's next words."""
    following, between = aliased(BotTurn), aliased(BotTurn)
    next_id = (
        select(func.min(between.id))
        .where(between.conversation_id == BotTurn.conversation_id, between.id > BotTurn.id)
        .scalar_subquery()
    )
    wish = exists().where(and_(following.id == next_id, following.kind == "handover", following.handed_over))
    return or_(BotTurn.handed_over, wish)
