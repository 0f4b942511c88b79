"""BM25 over the dictionary forms of the articles' texts: the plain baseline that every search is compared with."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

K1, B = 1.5, 0.75
"""The usual parameters (Robertson and Zaragoza, 2009)."""


class BM25:
    """Ranks documents, each a bag of words."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        words = sorted({word for document in documents for word in document})
        self._number = {word: number for number, word in enumerate(words)}
        rows, columns, counts = [], [], []
        for column, document in enumerate(documents):
            for word, count in Counter(document).items():
                rows.append(self._number[word])
                columns.append(column)
                counts.append(count)
        lengths = np.array([len(document) for document in documents], dtype=float)
        frequency = np.array(counts, dtype=float)
        norm = K1 * (1 - B + B * lengths[columns] / max(lengths.mean(), 1e-9))
        holding = np.bincount(rows, minlength=len(words))
        rarity = np.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
        weights = rarity[rows] * frequency * (K1 + 1) / (frequency + norm)
        self._weights = sparse.csr_matrix((weights, (rows, columns)), shape=(len(words), len(documents)))

    def scores(self, query: Sequence[str]) -> NDArray[np.float64]:
        """The score of each document for the words of a query."""
        known = [self._number[word] for word in query if word in self._number]
        scores: NDArray[np.float64] = np.asarray(self._weights[known].sum(axis=0)).ravel()
        return scores
