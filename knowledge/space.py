"""The space of texts: weighted kinds of terms as vectors of one space, with products as sums of cosines."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.terms import Terms

# scipy carries no types: its matrices are `Any` inside the modules of the search.
SparseMatrix = Any
Weights = NDArray[np.float32]

BITS = 20
"""Terms are hashed into 2**BITS numbers: no dictionary to keep, and a new article may bring new words."""
_SIZE = 1 << BITS
_SHORTEST_GRAM = 3
_LONGEST_GRAM = 5


class Kind(str, Enum):
    """A kind of terms; the kinds of one view share its vector and its normalisation."""

    LEMMAS = "lemmas"
    WORDS = "words"
    NOTIONS = "notions"
    SYMBOLS = "symbols"
    LETTERS = "letters"


@dataclass(frozen=True)
class View:
    """Some kinds of terms seen together, and the share of the similarity that they decide."""

    kinds: tuple[Kind, ...]
    weight: float


@dataclass(frozen=True)
class Vector:
    """The places of a sparse vector that hold something, and what they hold."""

    places: NDArray[np.int32]
    values: Weights


_PICK: Mapping[Kind, Callable[[Terms], Sequence[str]]] = {
    Kind.LEMMAS: lambda terms: terms.lemmas,
    Kind.WORDS: lambda terms: terms.words,
    Kind.NOTIONS: lambda terms: terms.notions,
    Kind.SYMBOLS: lambda terms: terms.symbols,
}


@dataclass(frozen=True)
class TextSpace:
    """The vectors of texts under some views; products of vectors are the weighted sums of their cosines."""

    views: tuple[View, ...]
    rarity: tuple[Weights, ...]
    """For each view the rarity of each term; a term that no text held counts as the rarest."""

    def vector(self, terms: Terms) -> "Vector":
        """The vector of one text; what `vectors` gives it, made without a matrix."""
        parts = [counts_of(view, terms) for view in self.views]
        values = [
            _scaled(part.values, rarity[part.places], view.weight)
            for view, part, rarity in zip(self.views, parts, self.rarity, strict=True)
        ]
        places = [part.places + number * _SIZE for number, part in enumerate(parts)]
        return Vector(np.concatenate(places), np.concatenate(values))

    def vectors(self, texts: Sequence[Terms]) -> SparseMatrix:
        """One row a text; a text without terms is a row of zeros."""
        return self._weighted([counted(view, texts) for view in self.views])

    def _weighted(self, counts: Sequence[SparseMatrix]) -> SparseMatrix:
        parts = zip(self.views, counts, self.rarity, strict=True)
        return sparse.hstack([_weighted(counted, rarity, view.weight) for view, counted, rarity in parts], "csr")


def product(vector: Vector, postings: SparseMatrix) -> Weights:
    """The products of a vector with each column of `postings`, whose rows are terms.

    One short vector against many columns: taking the postings of its terms is faster than a sparse product.
    """
    products: Weights = vector.values @ postings[vector.places]
    return products


def fitted(views: Sequence[View], texts: Sequence[Terms]) -> tuple[TextSpace, SparseMatrix]:
    """A space that learned the rarity of terms from `texts`, and the vectors of these texts, one row each."""
    used = tuple(view for view in views if view.weight > 0)
    counts = [counted(view, texts) for view in used]
    space = TextSpace(used, tuple(_rarity(counted) for counted in counts))
    return space, space._weighted(counts)


def _rarity(counts: SparseMatrix) -> Weights:
    holding = np.bincount(counts.indices, minlength=_SIZE)
    rarity: Weights = (np.log((1 + counts.shape[0]) / (1 + holding)) + 1).astype(np.float32)
    return rarity


def counts_of(view: View, terms: Terms) -> Vector:
    """How often each term of a view occurs in a text."""
    counted = Counter(chain.from_iterable(_numbers(kind, terms) for kind in view.kinds))
    size = len(counted)
    return Vector(np.fromiter(counted, np.int32, size), np.fromiter(counted.values(), np.float32, size))


def _scaled(counts: Weights, rarity: Weights, weight: float) -> Weights:
    values = ((1 + np.log(counts)) * rarity).astype(np.float64)
    length = np.sqrt(np.square(values).sum())
    scaled: Weights = (values * (np.sqrt(weight) / length if length > 0 else 0.0)).astype(np.float32)
    return scaled


def counted(view: View, texts: Sequence[Terms]) -> SparseMatrix:
    """How often each term of a view occurs in each text (rows)."""
    numbers: list[int] = []
    counts: list[int] = []
    ends = [0]
    for terms in texts:
        counted = Counter(chain.from_iterable(_numbers(kind, terms) for kind in view.kinds))
        numbers += counted
        counts += counted.values()
        ends.append(len(numbers))
    shape = (len(texts), _SIZE)
    return sparse.csr_matrix((np.array(counts, np.float32), np.array(numbers, np.int32), ends), shape=shape)


def _weighted(counts: SparseMatrix, rarity: Weights, weight: float) -> SparseMatrix:
    # A term counts by its presence more than by its repetition: articles repeat themselves, questions do not.
    values = (1 + np.log(counts.data)) * rarity[counts.indices]
    terms = np.diff(counts.indptr)
    rows = np.repeat(np.arange(len(terms)), terms)
    lengths = np.sqrt(np.bincount(rows, weights=np.square(values), minlength=len(terms)))
    scale = np.divide(np.sqrt(weight), lengths, out=np.zeros_like(lengths), where=lengths > 0)
    values = (values * scale[rows]).astype(np.float32)
    return sparse.csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape)


def _numbers(kind: Kind, terms: Terms) -> Iterator[int]:
    if kind is Kind.LETTERS:
        return chain.from_iterable(map(_gram_numbers, terms.words))
    return (_number(kind, term) for term in _PICK[kind](terms))


@lru_cache(maxsize=50_000)
def _number(kind: Kind, term: str) -> int:
    # Python's own hash differs from process to process.
    return crc32(f"{kind.value}:{term}".encode()) & (_SIZE - 1)


@lru_cache(maxsize=20_000)
def _gram_numbers(word: str) -> tuple[int, ...]:
    """The pieces of three to five letters of a word between blanks; a shorter word is a piece itself."""
    padded = f" {word} "
    longest = min(_LONGEST_GRAM, len(padded))
    lengths = range(_SHORTEST_GRAM, longest + 1)
    pieces = (padded[start : start + length] for length in lengths for start in range(len(padded) - length + 1))
    return tuple(crc32(f"{Kind.LETTERS.value}:{piece}".encode()) & (_SIZE - 1) for piece in pieces)
