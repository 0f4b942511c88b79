"""Articles into and out of the running system, as files: `okienko knowledge import`, `export` and `withdraw`."""

from collections.abc import Mapping
from pathlib import Path

from helpdesk.database import Database
from knowledge.amounts import load_amounts
from knowledge.article import Article
from knowledge.base import filled_article
from knowledge.library import load
from knowledge.publishing import changes, publish, published_texts, withdraw
from okienko.bootstrap import now, today
from okienko.errors import CommandError
from okienko.places import ARTICLES


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
            publish(session, text, file=article.file, now=now())
        session.commit()
    return sorted(article.id for article in changed)


def export_articles(database: Database, folder: Path) -> int:
    """Write every published article into an empty folder as `<queue>/<id>.md`; returns their number.

    Raises:
        CommandError: the folder holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} is not empty; the articles need a folder of their own")
    texts = {path.relative_to(ARTICLES).as_posix(): path.read_text(encoding="utf-8") for path in ARTICLES.rglob("*.md")}
    with database.reading() as session:
        newer = published_texts(session)
    kept = {file: text for file, text in (texts | dict(newer)).items() if text is not None}
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
        withdraw(session, article, now=now())
        session.commit()


def published(database: Database) -> Mapping[str, Article]:
    """Return the published articles by id: the release's own edition, and what was published since."""
    articles = dict(load(ARTICLES).articles)
    with database.reading() as session:
        found = changes(session)
    articles |= {article.id: article for article in found.articles}
    return {key: article for key, article in articles.items() if key not in found.withdrawn}
