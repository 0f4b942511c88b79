"""What changed between two runs over the same questions, by name; pure functions over values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from okienko.evaluation.figures import REFUSALS, Asked, Result


class Worth(IntEnum):
    """How well a question was served; more is better."""

    WRONG = 0
    """A wrong article was given as the answer, or one to a question that none answers."""
    NOTHING = 1
    """No answer where there is one, or a choice without a right article."""
    OFFERED = 2
    """A right article was offered for choice; a question for another institution, or for none, got no article."""
    RIGHT = 3
    """The right article, or the right institution."""


@dataclass(frozen=True)
class Changed:
    """Rows about questions that are served better and worse than before."""

    better: Sequence[Mapping[str, Any]]
    worse: Sequence[Mapping[str, Any]]


def worth(asked: Asked) -> Worth:
    """Return how well a question was served."""
    result = asked.result
    if asked.question.articles:
        return _of_ours(asked)
    if result.kind in REFUSALS:
        return Worth.RIGHT if result.institution == asked.question.institution else Worth.OFFERED
    return Worth.NOTHING if result.kind == "choice" else Worth.WRONG


def _of_ours(asked: Asked) -> Worth:
    kind = asked.result.kind
    if kind in REFUSALS:
        return Worth.NOTHING
    if kind == "choice":
        return Worth.OFFERED if asked.found_within(3) else Worth.NOTHING
    return Worth.RIGHT if asked.found_within(1) else Worth.WRONG


def compare(before: Sequence[Asked], after: Sequence[Asked]) -> Changed:
    """Return the questions that are served better and worse; questions that stand in one run only are left out."""
    known = {one.question.text: one for one in before}
    both = [(known[one.question.text], one) for one in after if one.question.text in known]
    better = [(first, second) for first, second in both if worth(second) > worth(first)]
    worse = [(first, second) for first, second in both if worth(second) < worth(first)]
    return Changed(list(_rows(better)), list(_rows(worse)))


def _rows(pairs: Sequence[tuple[Asked, Asked]]) -> Iterator[Mapping[str, Any]]:
    # What changed most stands first.
    for first, second in sorted(pairs, key=lambda pair: -abs(worth(pair[1]) - worth(pair[0]))):
        question = first.question
        right = sorted(question.articles)
        yield {
            "text": question.text,
            "right": right,
            "institution": question.institution,
            "before": _given(first.result),
            "after": _given(second.result),
        }


def _given(result: Result) -> Mapping[str, Any]:
    return {"kind": result.kind, "article": result.article, "institution": result.institution}
