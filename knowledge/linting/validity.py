"""Rules: an article is in force, and its sources are not too old."""

from collections.abc import Iterator
from datetime import date, timedelta

from knowledge.article import Article, Source
from knowledge.errors import Problem
from knowledge.linting.review import Review

SOON = timedelta(days=60)
"""Time enough for an editor to find out what comes next."""
_YEAR_END = 12


def expired(review: Review) -> Iterator[Problem]:
    """Articles that are no longer served."""
    for page in review.pages:
        end = page.article.valid_until
        if end is not None and end < review.today:
            yield Problem(page.file, page.place("valid_until"), f"valid_until: expired on {end}")


def expiring(review: Review) -> Iterator[Problem]:
    """Articles that will soon be served no longer."""
    for page in review.pages:
        end = page.article.valid_until
        if end is not None and review.today <= end <= review.today + SOON:
            yield Problem(page.file, page.place("valid_until"), f"valid_until: expires on {end}")


def old_sources(review: Review) -> Iterator[Problem]:
    """Articles whose newest source may no longer tell how things are."""
    most = review.limits.source_months
    for page in review.pages:
        newest, age = newest_source(page.article), months_old(page.article, review.today)
        if age > most:
            reason = f"sources: the newest is of {newest.as_of}, {age} months ago (at most {most})"
            yield Problem(page.file, page.place("sources", page.article.sources.index(newest)), reason)


def newest_source(article: Article) -> Source:
    """The newest source of an article; of equals the first."""
    return max(article.sources, key=lambda source: _month(source.as_of))


def months_old(article: Article, today: date) -> int:
    """How many months ago the newest source of an article told how things are."""
    return _month(today.isoformat()) - _month(newest_source(article).as_of)


def _month(as_of: str) -> int:
    # A source that names only a year may be as young as that year's end.
    year, month, *_ = [*map(int, as_of.split("-")), _YEAR_END]
    return year * 12 + month
