"""Publishing and withdrawing articles while everything runs: what changed since the release's own edition.

The examples that editors give to other institutions' entries are publications too, and counted with the articles.

Use cases take a session and never commit; a publication is seen by every process within seconds of the commit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.one_at_a_time import Work, wait_for
from helpdesk.tables import InstitutionExample, PublishedArticle
from knowledge.article import Article
from knowledge.errors import LibraryError
from knowledge.library import parse


@dataclass(frozen=True)
class Changes:
    """What was published (articles) and withdrawn (ids) up to a revision, and that revision.

    `refused` are the ids of what an earlier version published and this one cannot read.
    """

    revision: int
    articles: tuple[Article, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each institution whose examples changed all that editors gave it, beside those of the release."""


def publish(session: Session, text: str, *, file: str, now: datetime) -> Article:
    """Publish an article, new or changed.

    Args:
        session: a unit of work.
        text: the text of the article's file: front matter and body.
        file: `<queue>/<id>.md`, for the messages about what is wrong.
        now: the instant, aware UTC.

    Raises:
        LibraryError: the text is no article; nothing was stored.
    """
    article = parse(text, file)
    _store(session, article.id, file, text, now)
    return article


def withdraw(session: Session, article: Article, *, now: datetime) -> None:
    """Take an article out of use; publishing it again brings it back."""
    withdraw_text(session, article.id, file=article.file, now=now)


def withdraw_text(session: Session, article_id: str, *, file: str, now: datetime) -> None:
    """Take an article out of use that is known by its id and place."""
    _store(session, article_id, file, None, now)


def changes(session: Session, since: int = 0) -> Changes:
    """Return what was published and withdrawn after a revision."""
    newer = select(PublishedArticle).where(PublishedArticle.revision > since).order_by(PublishedArticle.revision)
    found = session.scalars(newer).all()
    articles: list[Article] = []
    refused: list[str] = []
    for row in found:
        try:
            articles += [parse(row.text, row.file)] if row.text is not None else []
        except LibraryError:
            # One unreadable article must not keep all later publications from being served.
            refused.append(row.id)
    withdrawn = frozenset(row.id for row in found if row.text is None)
    examples = {place: examples_of(session, place) for place in _changed_institutions(session, since)}
    latest = session.scalar(select(func.max(InstitutionExample.revision))) or since
    revision = max((latest, *(row.revision for row in found)))
    return Changes(revision, tuple(articles), withdrawn, tuple(refused), examples)


def latest_revision(session: Session) -> int:
    """Return the revision of the latest publication, of an article or of an institution's example; 0 without any."""
    articles = session.scalar(select(func.max(PublishedArticle.revision))) or 0
    return max(articles, session.scalar(select(func.max(InstitutionExample.revision))) or 0)


def next_revision(session: Session) -> int:
    """Return the revision of a publication in this unit of work; others who publish wait until it ends.

    Were one number given twice, a process that saw the first of the two would overlook the other.
    """
    wait_for(session, Work.PUBLISHING)
    return latest_revision(session) + 1


def examples_of(session: Session, institution: str) -> tuple[str, ...]:
    """Return the examples that editors gave an institution, in their order, without those taken back."""
    theirs = select(InstitutionExample.text).where(
        InstitutionExample.institution == institution, InstitutionExample.active
    )
    return tuple(session.scalars(theirs.order_by(InstitutionExample.id)))


def _changed_institutions(session: Session, since: int) -> list[str]:
    newer = select(InstitutionExample.institution).where(InstitutionExample.revision > since).distinct()
    return sorted(session.scalars(newer))


def published_texts(session: Session) -> Mapping[str, str | None]:
    """Return what was published, by file (`<queue>/<id>.md`): the article's text, or None when it is withdrawn."""
    return {row.file: row.text for row in session.scalars(select(PublishedArticle))}


def _store(session: Session, article_id: str, file: str, text: str | None, now: datetime) -> None:
    revision = next_revision(session)
    session.merge(PublishedArticle(id=article_id, file=file, text=text, revision=revision, published_at=now))
    session.flush()
