"""The terms of the glossary as the pages show them: with an anchor, and with the topic that says more."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.article import Article, Source
from knowledge.glossary import Term
from polish.folding import fold
from web.knowledge.order import initial, polish_order
from web.knowledge.shelf import Shelf


@dataclass(frozen=True)
class Entry:
    """A term and its place on the glossary's page."""

    anchor: str
    term: Term
    article: Article | None
    source: Source | None


def entry_of(shelf: Shelf, term: Term) -> Entry:
    """Return a term's entry."""
    anchor = re.sub(r"[^a-z0-9]+", "-", fold(term.term)).strip("-")
    source = Source(term.source, term.as_of) if term.source and term.as_of else None
    return Entry(anchor, term, shelf.article(term.article), source)


def entries(shelf: Shelf) -> Mapping[str, Sequence[Entry]]:
    """Return all terms in the order of the alphabet, by initial."""
    groups: dict[str, list[Entry]] = {}
    for term in sorted(shelf.base.glossary.terms, key=lambda term: polish_order(term.term)):
        groups.setdefault(initial(term.term), []).append(entry_of(shelf, term))
    return groups
