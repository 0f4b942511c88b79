"""What the results of questions with known answers come to; pure functions over values."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.question_sets import Question

BINS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001)
REFUSALS = frozenset({"redirect", "unknown", "smalltalk", "language"})
"""Kinds of reply that give no article to a question which none answers."""


@dataclass(frozen=True)
class Result:
    """What a question got; the fields are those of the `ask` contract."""

    kind: str
    article: str | None
    alternatives: tuple[str, ...]
    confidence: float
    queue: str | None
    individual: bool
    institution: str | None = None

    @property
    def ranked(self) -> tuple[str, ...]:
        """The articles given, best first."""
        return ((self.article,) if self.article else ()) + self.alternatives


@dataclass(frozen=True)
class Asked:
    """A question and what it got."""

    question: Question
    result: Result

    def found_within(self, limit: int) -> bool:
        """Whether a right article stands among the first `limit`."""
        return any(article in self.question.articles for article in self.result.ranked[:limit])

    @property
    def is_answered_wrongly(self) -> bool:
        """Whether an article was given as the answer that is not right."""
        return self.result.kind == "answer" and not self.found_within(1)


def figures(asked: Sequence[Asked]) -> Mapping[str, float]:
    """The figures by name, each a share (0..1); those of an empty set are left out.

    `first` and `three`: a right article stands first, or among the first three. `wrong`: questions of the office
    answered with a wrong article. `refused elsewhere`: questions for other institutions that got no article.
    `redirected rightly`: those sent to the right institution. `strange answered`: texts that concern no office but
    were answered with an article. `calibration error`: how far confidence and truth lie apart on average.
    """
    ours = [one for one in asked if one.question.articles]
    elsewhere = [one for one in asked if one.question.institution]
    strange = [one for one in asked if one.question.is_strange]
    found = {
        "first": _share(ours, lambda one: one.found_within(1)),
        "three": _share(ours, lambda one: one.found_within(3)),
        "answered": _share(ours, lambda one: one.result.kind == "answer"),
        "wrong": _share(ours, lambda one: one.is_answered_wrongly),
        "refused elsewhere": _share(elsewhere, lambda one: one.result.kind in REFUSALS),
        "redirected rightly": _share(elsewhere, lambda one: one.result.institution == one.question.institution),
        "strange answered": _share(strange, lambda one: one.result.kind == "answer"),
        "strange refused": _share(strange, lambda one: one.result.kind in REFUSALS),
        "calibration error": _calibration_error(ours),
        "individual": _share(
            [one for one in asked if one.question.individual is not None],
            lambda one: one.result.individual == one.question.individual,
        ),
        "queue": _share(
            [one for one in asked if one.question.queue], lambda one: one.result.queue == one.question.queue
        ),
    }
    return {name: value for name, value in found.items() if value is not None}


def by(asked: Iterable[Asked], group: Callable[[Asked], str]) -> Mapping[str, Sequence[Asked]]:
    """The questions of the office's own topics, by group."""
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        if one.question.articles:
            groups.setdefault(group(one), []).append(one)
    return dict(sorted(groups.items()))


@dataclass(frozen=True)
class Bin:
    """Questions of like confidence: how sure the search was on average, and how often it was right."""

    count: int
    confidence: float
    right: float


def reliability(asked: Sequence[Asked]) -> Sequence[Bin]:
    """The questions of the office's own topics by confidence of the first article."""
    ours = [one for one in asked if one.question.articles and one.result.article]
    bins = []
    for low, high in pairwise(BINS):
        inside = [one for one in ours if low <= one.result.confidence < high]
        if inside:
            mean = sum(one.result.confidence for one in inside) / len(inside)
            bins.append(Bin(len(inside), mean, sum(one.found_within(1) for one in inside) / len(inside)))
    return bins


def confusions(asked: Iterable[Asked], most: int) -> Sequence[tuple[str, str, int]]:
    """The pairs of a right article and another that stood before it, with how often, most frequent first."""
    pairs = Counter(
        (min(one.question.articles), one.result.ranked[0])
        for one in asked
        if one.question.articles and one.result.ranked and not one.found_within(1)
    )
    return [(right, given, count) for (right, given), count in pairs.most_common(most)]


def _calibration_error(asked: Sequence[Asked]) -> float | None:
    bins = reliability(asked)
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.confidence - each.right) for each in bins) / total if total else None


def _share(asked: Sequence[Asked], is_so: Callable[[Asked], bool]) -> float | None:
    return sum(map(is_so, asked)) / len(asked) if asked else None
