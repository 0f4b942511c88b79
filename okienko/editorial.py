"""Articles into and out of the running system, as files: `okienko knowledge import`, `export` and `withdraw`.

What comes this way is published at once, without a draft: whoever may run commands on the server is trusted. Every
publication becomes a version, which the desk shows, compares and restores like any other.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from helpdesk.database import Database
from knowledge.amounts import load_amounts
from knowledge.article import Article
from knowledge.base import filled_article
from knowledge.library import load
from knowledge.publication import publish_due
from knowledge.publishing import changes
from knowledge.versions import Edition, presents, publish_edition
from okienko.errors import CommandError
from okienko.places import ARTICLES
from okienko.storage import now, today


def import_articles(database: Database, folder: Path) -> list[str]:
    """Publish those articles of a folder that are new or changed; returns their ids.

    Raises:
        LibraryError: an article is wrong; then none is published.
    """
    found, present, amounts = load(folder).articles, published(database), load_amounts()
    changed = [article for article in found.values() if present.get(article.id) != article]
    for article in changed:
        filled_article(article, amounts, today())
    with database.session() as session:
        for article in changed:
            text = (folder / article.file).read_text(encoding="utf-8")
            publish_edition(session, article.id, Edition(article.file, text), now=now())
        session.commit()
    return sorted(article.id for article in changed)


def export_articles(database: Database, folder: Path) -> int:
    """Write every published article into an empty folder as `<queue>/<id>.md`; returns their number.

    Raises:
        CommandError: the folder holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} is not empty; the articles need a folder of their own")
    with database.reading() as session:
        kept = {one.file: one.text for one in presents(session).values() if one.text is not None}
    for file, text in kept.items():
        place = folder / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return len(kept)


def withdraw_article(database: Database, article_id: str) -> None:
    """Take an article out of use. Raises CommandError when there is none by this id."""
    article = published(database).get(article_id)
    if article is None:
        raise CommandError(f"there is no published article {article_id!r}")
    with database.session() as session:
        publish_edition(session, article_id, Edition(article.file, None), now=now())
        session.commit()


def publish_on_time(database: Database, clock: Callable[[], datetime]) -> None:
    """Publish the approved drafts whose time has come; a step of the background work."""
    with database.session() as session:
        publish_due(session, clock())
        session.commit()


def published(database: Database) -> Mapping[str, Article]:
    """Return the published articles by id: the release's own edition, and what was published since."""
    articles = dict(load(ARTICLES).articles)
    with database.reading() as session:
        found = changes(session)
    articles |= {article.id: article for article in found.articles}
    return {key: article for key, article in articles.items() if key not in found.withdrawn}
