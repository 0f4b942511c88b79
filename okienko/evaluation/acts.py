"""How well the dialogue acts are told apart, counted from judged examples; pure functions over values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Judged:
    """A text, its right act, the act that was given, and how sure the pipeline was (0 to 1)."""

    text: str
    act: str
    given: str
    sure: float


@dataclass(frozen=True)
class Score:
    """How well one act is told: shares (0 to 1), and how many examples it has."""

    precision: float
    recall: float
    f1: float
    count: int


def scores(judged: Sequence[Judged]) -> Mapping[str, Score]:
    """The score of each act that has examples, by name."""
    right = Counter(one.act for one in judged if one.act == one.given)
    wanted, given = Counter(one.act for one in judged), Counter(one.given for one in judged)
    return {act: _score(right[act], wanted[act], given[act]) for act in sorted(wanted)}


def act_figures(judged: Sequence[Judged]) -> Mapping[str, float]:
    """The figures by name, each a share (0 to 1).

    `macro`: the mean F1 of the acts, each counting alike. `weighted`: the mean F1 of the acts, each counting as often
    as it has examples. `accuracy`: how many examples got their own act.
    """
    by_act = scores(judged)
    return {
        "macro": sum(score.f1 for score in by_act.values()) / len(by_act),
        "weighted": sum(score.f1 * score.count for score in by_act.values()) / len(judged),
        "accuracy": sum(one.act == one.given for one in judged) / len(judged),
    }


def confused(judged: Sequence[Judged]) -> Mapping[tuple[str, str], int]:
    """How often an act (first) was taken for another (second), most often first."""
    return dict(Counter((one.act, one.given) for one in judged if one.act != one.given).most_common())


def _score(right: int, wanted: int, given: int) -> Score:
    precision, recall = right / given if given else 0.0, right / wanted
    both = precision + recall
    return Score(precision, recall, 2 * precision * recall / both if both else 0.0, wanted)
