"""What speaks for each article as the answer to a question, as numbers, and how they become one score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.documents import Part
from knowledge.views import Kind, View

Matrix = NDArray[np.floating[Any]]
Vector = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class SearchWeights:
    """Every number that shapes the ranking; chosen by the measures of `benchmarks/search.py`."""

    views: tuple[View, ...] = (
        View((Kind.LEMMAS, Kind.NOTIONS, Kind.SYMBOLS), 0.5),
        View((Kind.LETTERS,), 0.5),
    )
    sharpness: float = 1.6
    """Power of the similarity: above 1, near texts count more than many distant ones."""
    noise: Mapping[Part, float] = field(
        default_factory=lambda: MappingProxyType(
            {Part.QUESTION: 1.0, Part.NAME: 0.7, Part.INDIVIDUAL: 2.0, Part.GUIDE: 0.3, Part.BODY: 0.5}
        )
    )
    """How little each part is trusted as an example of its article (ridge penalty)."""
    learned: float = 1.0
    whole_article: float = 0.6
    nearest: float = 0.0
    profile: float = 0.03
    """Added to the articles of the customer's profile: decides between equals, overrules nothing."""
    sentence: float = 0.7
    """Share of the best sentence of a longer text; the rest is the text as a whole."""


@dataclass(frozen=True)
class Evidence:
    """Scores of some texts (rows) for all articles (columns)."""

    learned: Matrix
    """Of a ridge classifier over the texts of the articles."""
    whole: Matrix
    """Similarity to the article as a whole."""
    nearest: Matrix
    """Similarity to the nearest single text of the article."""
    known: Vector
    """Share of the text's dictionary forms that occur in the library."""

    def scores(self, weights: SearchWeights) -> Matrix:
        """The weighted sum by which articles are ranked."""
        ranked: Matrix = (
            weights.learned * self.learned + weights.whole_article * self.whole + weights.nearest * self.nearest
        )
        return ranked

    def merged(self, share: float) -> "Evidence":
        """The first row joined with the best of the others, which are its sentences, into a single row."""
        if len(self.known) == 1:
            return self
        return Evidence(
            _joined(self.learned, share),
            _joined(self.whole, share),
            _joined(self.nearest, share),
            self.known[:1],
        )


def _joined(rows: Matrix, share: float) -> Matrix:
    joined: Matrix = (1 - share) * rows[:1] + share * rows[1:].max(axis=0, keepdims=True)
    return joined
