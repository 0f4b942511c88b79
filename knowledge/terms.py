"""Turns a text into the kinds of terms by which the search compares a question with the articles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from knowledge.synonyms import Synonyms, folded_lemmas
from polish.analysis import analyse
from polish.folding import fold

LONGEST_TEXT = 6000
"""Longer texts are cut: what a mail is about stands in its first pages, and hostile input stays cheap."""

_SENTENCE_END = re.compile(r"[.?!;]\s+|\n+")
_LEAST_WORDS = 3
_MOST_SENTENCES = 24
_OFFICE = "zus"


@dataclass(frozen=True)
class Terms:
    """One text seen as dictionary forms, as typed words, as notions and as form symbols.

    All of them are folded, so that texts with and without Polish letters meet.
    """

    lemmas: tuple[str, ...]
    words: tuple[str, ...]
    notions: tuple[str, ...]
    symbols: tuple[str, ...]


class TermReader:
    """Analyses texts with one list of synonyms and one list of official form symbols."""

    def __init__(self, synonyms: Synonyms, symbols: Sequence[str]) -> None:
        """Take the symbols of the forms, such as "ZUS ZUA" or "Z-3"."""
        self._synonyms = synonyms
        self._symbols = frozenset(_compact(symbol) for symbol in symbols) - {""}

    def read(self, text: str) -> Terms:
        """The terms of a text; an empty text has none."""
        tokens = analyse(text[:LONGEST_TEXT])
        words = tuple(token.folded for token in tokens)
        lemmas = tuple(lemma for token in tokens for lemma in folded_lemmas(token.lemmas))
        return Terms(lemmas, words, self._synonyms.notions(tokens), self._forms(words))

    def _forms(self, words: Sequence[str]) -> tuple[str, ...]:
        # A symbol is typed in many ways: "ZUS ZUA", "zua", "Z-3", "z3", "erp 7".
        candidates = [*words, *(first + second for first, second in pairwise(words))]
        return tuple(dict.fromkeys(symbol for symbol in map(_compact, candidates) if symbol in self._symbols))


def joined(parts: Sequence[Terms]) -> Terms:
    """The terms of several texts as those of one."""
    return Terms(
        tuple(chain.from_iterable(part.lemmas for part in parts)),
        tuple(chain.from_iterable(part.words for part in parts)),
        tuple(dict.fromkeys(chain.from_iterable(part.notions for part in parts))),
        tuple(dict.fromkeys(chain.from_iterable(part.symbols for part in parts))),
    )


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a longer text, without greetings and fragments; nothing for a text of one sentence."""
    parts = [part.strip() for part in _SENTENCE_END.split(text[:LONGEST_TEXT])]
    kept = [part for part in parts if len(part.split()) >= _LEAST_WORDS]
    return tuple(kept[:_MOST_SENTENCES]) if len(kept) > 1 else ()


@lru_cache(maxsize=50_000)
def _compact(symbol: str) -> str:
    return re.sub(r"[\W_]+", "", fold(symbol)).removeprefix(_OFFICE)
