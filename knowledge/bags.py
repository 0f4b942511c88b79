"""Each subject as one bag of the pieces of its words, weighed by BM25: what all its texts say together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.evidence import Matrix
from knowledge.space import Kind, SparseMatrix, View, counted, counts_of, product
from knowledge.terms import Terms

K1, B = 1.5, 0.75
"""The usual parameters of BM25 (Robertson and Zaragoza, 2009)."""
_PIECES = View((Kind.LETTERS,), 1.0)


@dataclass(frozen=True)
class Bags:
    """The pieces of words of each subject (rows) with how often they occur, and what each is worth."""

    counts: SparseMatrix
    worth: SparseMatrix
    """Pieces in rows, subjects in columns."""

    def likeness(self, asked: Sequence[Terms]) -> Matrix:
        """The likeness of texts (rows) to subjects; the most like subject of each text has 1."""
        scores = np.array([product(counts_of(_PIECES, terms), self.worth) for terms in asked])
        best = scores.max(axis=1, keepdims=True)
        likeness: Matrix = np.divide(scores, best, out=scores, where=best > 0)
        return likeness


def bags(wholes: Sequence[Terms]) -> SparseMatrix:
    """The counts of the pieces in each of the texts, one row a text."""
    return counted(_PIECES, wholes)


def weigh(counts: SparseMatrix) -> Bags:
    """Weigh the pieces by how rare they are among the subjects, and against the length of each bag."""
    subjects = counts.shape[0]
    holding = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log(1 + (subjects - holding + 0.5) / (holding + 0.5))
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    norm = K1 * (1 - B + B * lengths / max(lengths.mean(), 1.0))
    worth = counts.copy()
    rows = np.repeat(np.arange(subjects), np.diff(counts.indptr))
    worth.data = (rarity[counts.indices] * counts.data * (K1 + 1) / (counts.data + norm[rows])).astype(np.float32)
    return Bags(counts, worth.T.tocsr())
