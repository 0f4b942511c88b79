"""The versions of an article: every published state is kept, and who wrote and reviewed it.

Use cases take a session and never commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.tables import ArticleVersion, PublishedArticle
from knowledge.library import parse
from knowledge.publishing import publish, withdraw_text
from knowledge.released import released

FIRST = 1


@dataclass(frozen=True)
class Present:
    """What customers get of an article now: its place and text; no text when it is withdrawn."""

    file: str
    text: str | None


@dataclass(frozen=True)
class Edition:
    """A state of an article on its way to customers, and who stands for it."""

    file: str
    text: str | None
    note: str = ""
    author_id: int | None = None
    reviewer_id: int | None = None


def present(session: Session, article_id: str) -> Present | None:
    """Return what customers get of an article now; None when there never was one."""
    row = session.get(PublishedArticle, article_id)
    if row is not None:
        return Present(row.file, row.text)
    own = released().get(article_id)
    return Present(own.file, own.text) if own else None


def presents(session: Session) -> Mapping[str, Present]:
    """Return what customers get now of every article by id, also the withdrawn ones."""
    newer = {row.id: Present(row.file, row.text) for row in session.scalars(select(PublishedArticle))}
    return {key: Present(own.file, own.text) for key, own in released().items()} | newer


def versions(session: Session, article_id: str) -> Sequence[ArticleVersion]:
    """Return the versions of an article that were kept, the latest first."""
    of_it = select(ArticleVersion).where(ArticleVersion.article_id == article_id)
    return session.scalars(of_it.order_by(ArticleVersion.number.desc())).all()


def version(session: Session, article_id: str, number: int) -> ArticleVersion | None:
    """Return one version of an article, or None."""
    one = select(ArticleVersion).where(ArticleVersion.article_id == article_id, ArticleVersion.number == number)
    return session.scalars(one).one_or_none()


def present_version(session: Session, article_id: str, *, now: datetime) -> ArticleVersion | None:
    """Return the version that customers get now; what a release or an older program published is kept first.

    None when there never was such an article. Flushes, does not commit.
    """
    shown, known = present(session, article_id), versions(session, article_id)
    latest = known[0] if known else None
    if shown is None or (latest is not None and (latest.file, latest.text) == (shown.file, shown.text)):
        return latest
    return _keep(session, article_id, Edition(shown.file, shown.text), now)


def publish_edition(session: Session, article_id: str, edition: Edition, *, now: datetime) -> ArticleVersion:
    """Put an edition before customers, or withdraw the article, and keep it as the next version.

    What was there before is kept as a version first. Of two publications at once the database refuses the later one.

    Raises:
        LibraryError: the text is no article; nothing was stored.
    """
    if edition.text is not None:
        parse(edition.text, edition.file)
    present_version(session, article_id, now=now)
    if edition.text is None:
        withdraw_text(session, article_id, file=edition.file, now=now)
    else:
        publish(session, edition.text, file=edition.file, now=now)
    return _keep(session, article_id, edition, now)


def _keep(session: Session, article_id: str, edition: Edition, now: datetime) -> ArticleVersion:
    known = versions(session, article_id)
    kept = ArticleVersion(
        article_id=article_id,
        number=known[0].number + 1 if known else FIRST,
        file=edition.file,
        text=edition.text,
        note=edition.note,
        author_id=edition.author_id,
        reviewer_id=edition.reviewer_id,
        published_at=now,
    )
    session.add(kept)
    session.flush()
    return kept
