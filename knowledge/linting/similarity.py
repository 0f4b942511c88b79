"""Finds the texts of a large collection that are nearly the same, without comparing each with each."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from math import ceil

import numpy as np
from scipy import sparse

from polish.folding import fold

_GRAM = 3
# Two texts must agree in so many of their rare trigrams before they are compared as a whole: of 13,000 questions,
# one leaves 3,600,000 pairs, five leave 54,000.
_SHARED = 5
# Shares such as 0.85 are not exact in binary.
_EXACT = 1e-9
_WORD = re.compile(r"\w+")


def spelling_of(text: str) -> str:
    """The words of a text without accents, capitals and punctuation."""
    return " ".join(_WORD.findall(fold(text)))


def near_pairs(texts: Sequence[str], likeness: float) -> Iterator[tuple[int, int]]:
    """The places of all pairs of which the trigrams agree to at least `likeness` (Jaccard), the earlier place first.

    Texts of fewer than five trigrams are left out: so short ones are equal or not alike.
    """
    grams = [_trigrams(text) for text in texts]
    for first, second in _candidates(grams, likeness):
        if _likeness(grams[first], grams[second]) >= likeness:
            yield first, second


def _candidates(grams: Sequence[frozenset[str]], likeness: float) -> list[tuple[int, int]]:
    """Pairs that may be alike: such sets always share members that are rare (the prefix filter of similarity joins)."""
    frequency = Counter(gram for each in grams for gram in each)
    numbers = {gram: number for number, gram in enumerate(sorted(frequency, key=lambda gram: (frequency[gram], gram)))}
    numbered = [sorted(numbers[gram] for gram in each) for each in grams]
    rare = [each[: len(each) - ceil(likeness * len(each) - _EXACT) + _SHARED] for each in numbered]
    incidence = _incidence(rare, len(numbers))
    shared = sparse.triu(incidence @ incidence.T, k=1).tocoo()
    enough = shared.data >= _SHARED
    return sorted(zip(shared.row[enough].tolist(), shared.col[enough].tolist(), strict=True))


def _trigrams(text: str) -> frozenset[str]:
    padded = f" {spelling_of(text)} "
    return frozenset(padded[start : start + _GRAM] for start in range(len(padded) - _GRAM + 1))


def _incidence(members: Sequence[Collection[int]], columns: int) -> sparse.csr_matrix:
    ends = np.cumsum([0, *map(len, members)])
    flat = np.fromiter((number for each in members for number in each), dtype=np.int32, count=int(ends[-1]))
    ones = np.ones(len(flat), dtype=np.int32)
    return sparse.csr_matrix((ones, flat, ends), shape=(len(members), columns))


def _likeness(first: frozenset[str], second: frozenset[str]) -> float:
    common = len(first & second)
    return common / (len(first) + len(second) - common)
