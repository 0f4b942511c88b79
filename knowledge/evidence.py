"""What speaks for each subject as what a question is about, as numbers, and how they become one score."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.space import Kind, View
from knowledge.subjects import Part

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
    neighbours: int = 600
    """Texts of other subjects that a subject learns to be told from; more of them cost time and gain little."""
    learned: float = 1.0
    whole_article: float = 0.6
    nearest: float = 0.0
    bag: float = 0.4
    meaning: float = 0.5
    """Of the likeness that an embedding model finds, where one is set."""
    profile: float = 0.03
    """Added to the articles of the customer's profile: decides between equals, overrules nothing."""
    long_text: int = 6
    """Sentences from which a text is a letter: then only its telling sentences count."""
    telling: float = 0.6
    """Share of the strongest sentence's score that another sentence of a letter must reach to count."""
    sentence: float = 0.2
    """Share of the best single sentence of a letter; the rest is its telling sentences as a whole."""


@dataclass(frozen=True)
class Evidence:
    """Scores of some texts (rows) for all subjects (columns)."""

    learned: Matrix
    """Of the ridge regressions over the texts of the subjects."""
    whole: Matrix
    """Similarity to the subject as a whole, without its example questions."""
    nearest: Matrix
    """Similarity to the nearest single text of the subject."""
    bag: Matrix
    """Likeness to all that the subject says, example questions included; 1 for the most like subject."""
    known: Vector
    """Share of the text's dictionary forms that occur in the texts of any subject."""

    def scores(self, weights: SearchWeights) -> Matrix:
        """The weighted sum by which subjects are ranked."""
        ranked: Matrix = (
            weights.learned * self.learned
            + weights.whole_article * self.whole
            + weights.nearest * self.nearest
            + weights.bag * self.bag
        )
        return ranked

    def with_meaning(self, likeness: Matrix, weights: SearchWeights) -> "Evidence":
        """The evidence with the likeness that an embedding model found."""
        return replace(self, learned=self.learned + weights.meaning * likeness)

    def rows(self, chosen: NDArray[np.bool_]) -> "Evidence":
        """The evidence of some of the texts."""
        return _each(lambda part: part[chosen], self)

    def merged(self, share: float) -> "Evidence":
        """The first row joined with the best of the others, which are its sentences, into a single row."""
        if len(self.known) == 1:
            return self
        return replace(_each(lambda part: _joined(part, share), self), known=self.known[:1])


_PARTS = tuple(part.name for part in fields(Evidence))


def stacked(parts: Sequence[Evidence]) -> Evidence:
    """The evidence of several texts as one, in their order."""
    return Evidence(*(np.concatenate([getattr(part, name) for part in parts]) for name in _PARTS))


def _each(change: Callable[[Any], Any], evidence: Evidence) -> Evidence:
    return Evidence(*(change(getattr(evidence, name)) for name in _PARTS))


def _joined(rows: Matrix, share: float) -> Matrix:
    joined: Matrix = (1 - share) * rows[:1] + share * rows[1:].max(axis=0, keepdims=True)
    return joined
