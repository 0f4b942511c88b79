"""Words to search by: what is kept of a text, and what a typed query asks for. Pure; the texts are masked already.

A word is kept as its dictionary forms and as it stands, all folded to plain letters and digits, so that `skladki`
finds "składkami" and both databases only have to compare words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from polish.analysis import Token, analyse
from polish.folding import fold

FILE = Path(__file__).parent / "search_words.yaml"
MOST_TERMS = 12
"""Words of a query that are looked at."""
LONGEST = 60
"""Characters of a word that are kept."""
# A tag of HTML or a missing blank after a comma must not glue words together.
_BETWEEN = re.compile(r"[^\w\s+-]+")
_WORD = re.compile(r"\w[\w-]*")


@dataclass(frozen=True)
class Query:
    """What is asked for: each of the terms, in any of its forms."""

    terms: tuple[frozenset[str], ...]

    @property
    def forms(self) -> frozenset[str]:
        """All forms of all terms."""
        return frozenset().union(*self.terms)


@dataclass(frozen=True)
class Piece:
    """A part of a text; `found` when it is a word that was asked for."""

    text: str
    found: bool = False


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as they are kept."""
    return frozenset().union(*map(_forms, _tokens(text)))


def query_of(typed: str) -> Query:
    """Return what a typed query asks for; it has no terms when nothing in it can be searched for."""
    tokens = [token for token in _tokens(typed) if _forms(token)]
    telling = [token for token in tokens if token.folded not in _small()]
    return Query(tuple(_forms(token) for token in (telling or tokens)[:MOST_TERMS]))


def excerpt(text: str, query: Query, width: int = 240) -> Sequence[Piece] | None:
    """Return the part of a text around the first word that was asked for, in pieces; None when none is in it."""
    wanted = query.forms
    first = next((match for match in _WORD.finditer(text) if _is_wanted(match[0], wanted)), None)
    if first is None:
        return None
    start = _word_start(text, max(0, first.start() - width // 3))
    end = text.find(" ", start + width)
    part = text[start : end if end >= 0 else len(text)][: 2 * width]
    before, after = ("\u2026" if start else ""), ("\u2026" if start + len(part) < len(text) else "")
    return [Piece(before), *marked(part, query), Piece(after)]


def terms_in(text: str, query: Query) -> int:
    """Return how many of the asked terms a short text holds."""
    words: frozenset[str] = frozenset().union(*(_forms_of_word(match[0]) for match in _WORD.finditer(text)))
    return sum(not words.isdisjoint(term) for term in query.terms)


def marked(text: str, query: Query) -> Sequence[Piece]:
    """Return a text in pieces, the words that were asked for apart."""
    return list(_pieces(text, query.forms))


def _pieces(text: str, wanted: frozenset[str]) -> Iterator[Piece]:
    place = 0
    for match in _WORD.finditer(text):
        if _is_wanted(match[0], wanted):
            yield Piece(text[place : match.start()])
            yield Piece(match[0], found=True)
            place = match.end()
    yield Piece(text[place:])


def _word_start(text: str, place: int) -> int:
    blank = text.rfind(" ", 0, place)
    return blank + 1 if place else 0


def _is_wanted(word: str, wanted: frozenset[str]) -> bool:
    return not wanted.isdisjoint(_forms_of_word(word))


def _tokens(text: str) -> Sequence[Token]:
    return analyse(_BETWEEN.sub(" ", text))


@lru_cache(maxsize=50_000)
def _forms_of_word(word: str) -> frozenset[str]:
    return words_of(word)


def _forms(token: Token) -> frozenset[str]:
    forms = (_plain(token.folded), *(_plain(fold(lemma)) for lemma in token.lemmas))
    return frozenset(form for form in forms if form)


def _plain(folded: str) -> str:
    return "".join(char for char in folded if char.isalnum())[:LONGEST]


@lru_cache(maxsize=1)
def _small() -> frozenset[str]:
    return frozenset(yaml.safe_load(FILE.read_text(encoding="utf-8"))["small"])
