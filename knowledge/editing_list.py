"""All articles as their editors see them: where each stands, and what will soon need somebody. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from helpdesk.knowledge_states import DraftStatus
from helpdesk.queues import Queue
from helpdesk.tables import ArticleDraft
from knowledge.article import Article
from knowledge.errors import LibraryError
from knowledge.linting.review import Limits
from knowledge.linting.validity import SOON, months_old
from knowledge.loose import read_loosely
from knowledge.versions import Present
from polish.folding import fold

REVIEW_EVERY = timedelta(days=365)
"""After this time without a change somebody should read an article again."""


class Sign(str, Enum):
    """Where an article stands, or what it needs; one article may have several."""

    PUBLISHED = "published"
    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    NOT_YET = "not_yet"
    """Its validity begins later."""
    EXPIRES = "expires"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    OLD_SOURCES = "old_sources"
    REVIEW_DUE = "review_due"


REMINDERS = (Sign.EXPIRED, Sign.EXPIRES, Sign.REVIEW_DUE, Sign.OLD_SOURCES)
"""What asks for somebody, the most pressing first."""
OF_DRAFTS = (Sign.DRAFT, Sign.REVIEW, Sign.APPROVED, Sign.SCHEDULED)


@dataclass(frozen=True)
class Row:
    """One article of the list.

    Attributes:
        article: as customers get it; None when it is new or withdrawn.
        draft: what somebody is changing of it.
    """

    id: str
    title: str
    queue: Queue | None
    article: Article | None
    draft: ArticleDraft | None
    signs: tuple[Sign, ...]
    publish_at: datetime | None = None

    @property
    def valid_until(self) -> date | None:
        """The last day on which customers get it; None without an end."""
        return self.article.valid_until if self.article else None


def rows(
    presents: Mapping[str, Present],
    articles: Mapping[str, Article],
    drafts: Iterable[ArticleDraft],
    today: date,
    limits: Limits,
) -> Sequence[Row]:
    """Return all articles by queue and title.

    Args:
        presents: what customers get of each article by id (`versions.presents`).
        articles: the published ones as the knowledge base has them.
        drafts: what is being changed.
        today: the day in Warsaw.
        limits: from when on sources are old.
    """
    open_ones = {draft.article_id: draft for draft in drafts}
    every = sorted({*presents, *open_ones})
    found = [_row(one, presents.get(one), articles.get(one), open_ones.get(one), today, limits) for one in every]
    order = {queue: place for place, queue in enumerate(Queue)}
    return sorted(found, key=lambda row: (order.get(row.queue, len(order)) if row.queue else -1, fold(row.title)))


def signs_of(
    present: Present | None, article: Article | None, draft: ArticleDraft | None, today: date, limits: Limits
) -> tuple[Sign, ...]:
    """Return where an article stands and what it needs."""
    found = [_state(present, article, today)] if present is not None else []
    found += [_draft_state(draft)] if draft is not None else []
    if present is None or present.text is None or article is None:
        return tuple(found)
    if article.valid_until is not None and today <= article.valid_until <= today + SOON:
        found.append(Sign.EXPIRES)
    if article.changed + REVIEW_EVERY < today:
        found.append(Sign.REVIEW_DUE)
    if months_old(article, today) > limits.source_months:
        found.append(Sign.OLD_SOURCES)
    return tuple(found)


def title_of(text: str | None, other: str) -> str:
    """Return the title in the text of a file, right or not; `other` when there is none."""
    try:
        return (read_loosely(text).text("title") if text else "") or other
    except LibraryError:
        return other


def _row(
    article_id: str,
    present: Present | None,
    article: Article | None,
    draft: ArticleDraft | None,
    today: date,
    limits: Limits,
) -> Row:
    file = draft.file if draft is not None else present.file if present is not None else ""
    text = (present.text if present else None) or (draft.text if draft else None)
    title = article.title if article else title_of(text, article_id)
    queue = next((one for one in Queue if one.value == file.partition("/")[0]), None)
    signs = signs_of(present, article, draft, today, limits)
    return Row(article_id, title, queue, article, draft, signs, draft.publish_at if draft else None)


def _state(present: Present, article: Article | None, today: date) -> Sign:
    if present.text is None:
        return Sign.WITHDRAWN
    if article is not None and today < article.valid_from:
        return Sign.NOT_YET
    if article is not None and article.valid_until is not None and article.valid_until < today:
        return Sign.EXPIRED
    return Sign.PUBLISHED


def _draft_state(draft: ArticleDraft) -> Sign:
    if draft.status is DraftStatus.APPROVED:
        return Sign.SCHEDULED if draft.publish_at else Sign.APPROVED
    return Sign.REVIEW if draft.status is DraftStatus.REVIEW else Sign.DRAFT
