"""How probable it is that what stands first is right, learned from questions whose answers are known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from knowledge.evidence import Evidence, Matrix, SearchWeights, Vector
from knowledge.subjects import SubjectKind

Mask = NDArray[np.bool_]
Kinds = NDArray[np.str_]
"""The kind of each column."""


@dataclass(frozen=True)
class Expectation:
    """What is expected of the questions to come: how many of them no article answers.

    A probability means nothing without it. `uncovered` are matters of the office without an article, `elsewhere`
    belong to other institutions, `strange` are not for any office at all; some article answers the rest.
    """

    uncovered: float = 0.04
    elsewhere: float = 0.05
    strange: float = 0.05


@dataclass(frozen=True)
class Known:
    """Evidence of questions whose answers are known, one row a question."""

    evidence: Evidence
    right: Mask
    """True in the columns that are right."""


@dataclass(frozen=True)
class Confidence:
    """One logistic model for each kind of subject that can be right, over a few features of the evidence."""

    models: Mapping[SubjectKind, Any] = field(default_factory=dict)
    """A kind without a model has no confidence at all."""

    def of(self, kind: SubjectKind, evidence: Evidence, scores: Matrix, kinds: Kinds) -> Vector:
        """The probability, row by row, that the best column of this kind is right.

        `scores` may exclude columns by minus infinity, but not all of a kind.
        """
        model = self.models.get(kind)
        if model is None:
            return np.zeros(len(scores))
        described, _ = _features(evidence, scores, kinds == kind.value)
        return _probability(model, described)


def learn_confidence(known: Known, kinds: Kinds, weights: SearchWeights, expectation: Expectation) -> Confidence:
    """Learn from the known questions, and from the same ones as if their articles were not there."""
    scores = known.evidence.scores(weights)
    shares = _shares(known.right, kinds, expectation)
    lost = (kinds == SubjectKind.ARTICLE.value) & known.right
    covered = lost.any(axis=1)
    without = np.where(lost, -np.inf, scores)[covered]
    rest = known.evidence.rows(covered)
    nothing = np.zeros(len(without), dtype=bool)
    uncovered = np.full(len(without), expectation.uncovered / max(len(without), 1))
    models = {}
    for kind in (SubjectKind.ARTICLE, SubjectKind.INSTITUTION):
        own = kinds == kind.value
        if own.any():
            whole, first = _features(known.evidence, scores, own)
            reduced, _ = _features(rest, without, own)
            right = np.concatenate([known.right[np.arange(len(first)), first], nothing])
            models[kind] = _fitted(np.concatenate([whole, reduced]), right, np.concatenate([shares, uncovered]))
    return Confidence(models)


def _shares(right: Mask, kinds: Kinds, expectation: Expectation) -> Vector:
    """The weight of each known question, so that each group counts as much as is expected of it."""
    answered = (right & (kinds == SubjectKind.ARTICLE.value)).any(axis=1)
    elsewhere = (right & (kinds == SubjectKind.INSTITUTION.value)).any(axis=1)
    usual = 1 - expectation.uncovered - expectation.elsewhere - expectation.strange
    strange = ~(answered | elsewhere)
    groups = ((usual, answered), (expectation.elsewhere, elsewhere), (expectation.strange, strange))
    shares = np.zeros(len(right))
    for share, group in groups:
        shares[group] = share / max(int(group.sum()), 1)
    return shares


def _features(evidence: Evidence, scores: Matrix, own: Mask) -> tuple[Matrix, NDArray[np.intp]]:
    """What confidence rests on, row by row, and the best of the own columns."""
    rows = np.arange(len(scores))
    mine = np.where(own, scores, -np.inf)
    first = mine.argmax(axis=1)
    top = mine[rows, first].copy()
    mine[rows, first] = -np.inf
    second = np.maximum(mine.max(axis=1), 0)
    others = scores[:, ~own]
    rival = np.maximum(others.max(axis=1), 0) if others.shape[1] else np.zeros(len(rows))
    parts = (evidence.learned, evidence.whole, evidence.nearest, evidence.bag)
    seen = [part[rows, first] for part in parts]
    return np.column_stack([top, top - second, top - rival, *seen, evidence.known]), first


def _probability(model: Any, described: Matrix) -> Vector:
    """What `model.predict_proba` gives for the second class, without its checks, which take ten times as long."""
    scaler, logistic = model[0], model[1]
    margins = ((described - scaler.mean_) / scaler.scale_) @ logistic.coef_[0] + logistic.intercept_[0]
    probability: Vector = expit(margins)
    return probability


def _fitted(described: Matrix, right: Mask, shares: Vector) -> Any:
    if right.all() or not right.any():
        return None
    model = make_pipeline(StandardScaler(), LogisticRegression(C=10.0))
    return model.fit(described, right, logisticregression__sample_weight=shares * len(shares))
