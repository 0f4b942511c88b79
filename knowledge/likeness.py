"""How like open questions are to each other: their vectors in the search's own space, and the group that fits best.

`benchmarks/grouping.py` measures it; `docs/learning.md` tells the figures.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.space import SparseMatrix

Likenesses = NDArray[np.float32]
Vectors = Callable[[Sequence[str]], SparseMatrix]
"""One row a text; the product of two rows is their likeness, 1 for the same words."""

THRESHOLD = 0.20
"""The likeness to a group from which a question joins it; chosen by `benchmarks/grouping.py`."""
NEAREST = 3
"""So many of the likest questions of a group are asked: a group of many ways is not one middle way."""


@dataclass(frozen=True)
class Asked:
    """A question as it is compared: its group, and its words without placeholders."""

    id: int
    group: int
    text: str


def best_group(likeness: Likenesses, groups: NDArray[np.int64], threshold: float = THRESHOLD) -> int | None:
    """Return the group that a question joins; None when it is like none.

    Args:
        likeness: the likeness to each question.
        groups: the group of each question.
        threshold: the least likeness to a group.
    """
    near = np.flatnonzero(likeness > 0)
    if not len(near):
        return None
    # By group, and in each group the likest first.
    order = near[np.lexsort((-likeness[near], groups[near]))]
    numbers, begins = np.unique(groups[order], return_index=True)
    place = np.arange(len(order)) - np.repeat(begins, np.diff([*begins, len(order)]))
    first = place < NEAREST
    members = np.bincount(np.searchsorted(numbers, groups[np.isin(groups, numbers)]), minlength=len(numbers))
    sums = np.bincount(np.searchsorted(numbers, groups[order[first]]), weights=likeness[order[first]])
    means = sums / np.minimum(members, NEAREST)
    best = int(means.argmax())
    return int(numbers[best]) if means[best] >= threshold else None


def grouped(likeness: Likenesses, threshold: float = THRESHOLD) -> list[int]:
    """Return the groups of questions that come one after another, numbered from 0.

    Args:
        likeness: of each question (rows) to each.
        threshold: the least likeness to a group.
    """
    groups: list[int] = []
    for number, row in enumerate(likeness):
        found = best_group(row[:number], np.array(groups, dtype=np.int64), threshold)
        groups.append(max(groups, default=-1) + 1 if found is None else found)
    return groups


class Crowd:
    """The questions of one pass, compared with each other; keeps vectors from pass to pass, for one thread."""

    def __init__(self, threshold: float = THRESHOLD) -> None:
        self._threshold = threshold
        self._rows: dict[int, SparseMatrix] = {}
        self._space: object = None
        self._groups = np.zeros(0, dtype=np.int64)
        self._likeness: Likenesses = np.zeros((0, 0), dtype=np.float32)
        self._known = 0

    def begin(self, known: Sequence[Asked], fresh: Sequence[str], vectors: Vectors, *, space: object) -> None:
        """Compare new questions with those known and with each other.

        Args:
            known: the questions that have groups.
            fresh: the words of new ones.
            vectors: makes vectors.
            space: what the vectors are made with; those of another space are made anew.
        """
        if space is not self._space:
            self._rows, self._space = {}, space
        missing = [one for one in known if one.id not in self._rows]
        if missing:
            made = vectors([one.text for one in missing])
            self._rows |= {one.id: made[number] for number, one in enumerate(missing)}
        self._rows = {one.id: self._rows[one.id] for one in known}
        new = vectors(fresh)
        everything = sparse.vstack([*(self._rows[one.id] for one in known), new], "csr") if known else new
        self._likeness = (new @ everything.T).toarray().astype(np.float32)
        self._groups = np.array([*(one.group for one in known), *([-1] * len(fresh))], dtype=np.int64)
        self._known = len(known)

    def group_for(self, number: int, allowed: Collection[int]) -> int | None:
        """Return the one of the allowed groups that a new question joins, by its number in `fresh`; None for none."""
        places = np.flatnonzero(np.isin(self._groups, list(allowed)))
        return best_group(self._likeness[number][places], self._groups[places], self._threshold)

    def join(self, number: int, group: int) -> None:
        """Note into which group a new question went."""
        self._groups[self._known + number] = group


def middle(texts: Sequence[str], vectors: Vectors) -> int:
    """Return the number of the text that is likest to all of them."""
    made = vectors(texts)
    likeness = (made @ made.T).toarray()
    return int(likeness.sum(axis=1).argmax())


def likest(
    text: str, others: Sequence[str], vectors: Vectors, most: int, threshold: float = THRESHOLD / 2
) -> list[int]:
    """Return the numbers of the texts that are like a text, the likest first, for a person to judge."""
    if not others:
        return []
    likeness = (vectors([text]) @ vectors(others).T).toarray()[0]
    return [int(number) for number in np.argsort(-likeness, kind="stable")[:most] if likeness[number] >= threshold]
