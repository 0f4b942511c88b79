"""The views of a text: weighted kinds of terms as vectors of one space, with products as sums of cosines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.terms import Terms

# scipy and scikit-learn carry no types: their matrices are `Any` inside the modules of the search.
SparseMatrix = Any


class Kind(str, Enum):
    """A kind of terms; the kinds of one view share its vector and its normalisation."""

    LEMMAS = "lemmas"
    WORDS = "words"
    NOTIONS = "notions"
    SYMBOLS = "symbols"
    LETTERS = "letters"


@dataclass(frozen=True)
class View:
    """Some kinds of terms seen together, and the share of the similarity that they decide.

    Letters (character n-grams) always form a view of their own.
    """

    kinds: tuple[Kind, ...]
    weight: float


_PICK: Mapping[Kind, Callable[[Terms], Sequence[str]]] = {
    Kind.LEMMAS: lambda terms: terms.lemmas,
    Kind.WORDS: lambda terms: terms.words,
    Kind.NOTIONS: lambda terms: terms.notions,
    Kind.SYMBOLS: lambda terms: terms.symbols,
}


class TextSpace:
    """The vectors of texts under some views; products of vectors are the weighted sums of their cosines."""

    def __init__(self, views: Sequence[View], texts: Sequence[Terms]) -> None:
        """Learn the vocabulary and the rarity of terms from `texts`."""
        used = [view for view in views if view.weight > 0]
        self._views = [(_vectorizer(view), np.float32(np.sqrt(view.weight))) for view in used]
        for vectorizer, _ in self._views:
            vectorizer.fit(texts)

    def vectors(self, texts: Sequence[Terms]) -> SparseMatrix:
        """One row a text."""
        parts = [vectorizer.transform(texts) * scale for vectorizer, scale in self._views]
        return sparse.hstack(parts, format="csr")


def _vectorizer(view: View) -> Any:
    # A term counts by its presence more than by its repetition: articles repeat themselves, questions do not.
    if view.kinds == (Kind.LETTERS,):
        return TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), preprocessor=_letters, sublinear_tf=True, dtype=np.float32
        )
    return TfidfVectorizer(analyzer=_Analyzer(view.kinds), sublinear_tf=True, dtype=np.float32)


def _letters(terms: Terms) -> str:
    return terms.letters


@dataclass(frozen=True)
class _Analyzer:
    """Names the terms of some kinds; a class and no closure, so that an index can be kept on disk."""

    kinds: tuple[Kind, ...]

    def __call__(self, terms: Terms) -> list[str]:
        return [f"{kind.value}:{term}" for kind in self.kinds for term in _PICK[kind](terms)]
