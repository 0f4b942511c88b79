"""Learns, from the library itself, how probable it is that the first article found answers the question."""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from knowledge.evidence import Evidence, Matrix, SearchWeights, Vector
from knowledge.judges import Judges


@dataclass(frozen=True)
class Expectation:
    """What is expected of the questions to come: how many of them no article answers.

    A probability means nothing without it. `uncovered` are matters of the office without an article,
    `off_topic` are questions that are not for this office at all; the rest is answered by some article.
    """

    uncovered: float = 0.2
    off_topic: float = 0.1


class Confidence:
    """A logistic model over a few features of the evidence."""

    def __init__(
        self, judges: Judges, off_topic: Evidence | None, weights: SearchWeights, expectation: Expectation
    ) -> None:
        """Learn from example questions left out, from articles left out, and from off-topic texts."""
        self._weights = weights
        itself = judges.evidence_without_itself()
        right = itself.scores(weights).argmax(axis=1) == judges.owners
        parts = [(features(itself, itself.scores(weights)), right)]
        removed = judges.evidence_without_its_article()
        scores = removed.scores(weights)
        scores[np.arange(len(scores)), judges.owners] = -np.inf
        parts.append((features(removed, scores), np.zeros(len(scores), dtype=bool)))
        shares = [1 - expectation.uncovered - expectation.off_topic, expectation.uncovered]
        if off_topic is not None:
            strange = features(off_topic, off_topic.scores(weights))
            parts.append((strange, np.zeros(len(strange), dtype=bool)))
            shares.append(expectation.off_topic)
        rows = np.concatenate([part for part, _ in parts])
        labels = np.concatenate([label for _, label in parts])
        each = np.concatenate([np.full(len(p), share / len(p)) for (p, _), share in zip(parts, shares, strict=True)])
        self._model = make_pipeline(StandardScaler(), LogisticRegression())
        self._constant: float | None = None
        if labels.all() or not labels.any():
            self._constant = float(labels.any())
        else:
            self._model.fit(rows, labels, logisticregression__sample_weight=each * len(rows))

    def of(self, evidence: Evidence, scores: Matrix) -> Vector:
        """The probability, row by row, that the article with the highest score answers the text."""
        if self._constant is not None:
            return np.full(len(scores), self._constant)
        probability: Vector = self._model.predict_proba(features(evidence, scores))[:, 1]
        return probability


def features(evidence: Evidence, scores: Matrix) -> Matrix:
    """What confidence rests on, row by row; `scores` may exclude articles by minus infinity."""
    rows = np.arange(len(scores))
    first = scores.argmax(axis=1)
    top = scores[rows, first]
    others = scores.copy()
    others[rows, first] = -np.inf
    second = np.maximum(others.max(axis=1), 0) if scores.shape[1] > 1 else np.zeros(len(rows))
    return np.column_stack(
        [
            top,
            top - second,
            evidence.learned[rows, first],
            evidence.whole[rows, first],
            evidence.nearest[rows, first],
            evidence.known,
        ]
    )
