"""Rule: what an article is related to must be there."""

from collections.abc import Iterator

from knowledge.errors import Problem
from knowledge.linting.review import Review


def dead_relations(review: Review) -> Iterator[Problem]:
    """Related articles that do not exist: their links would lead nowhere."""
    there = {page.article.id for page in review.pages}
    for page in review.pages:
        for item, related in enumerate(page.article.related):
            if related not in there:
                yield Problem(page.file, page.place("related", item), f"related: no article {related!r}")
