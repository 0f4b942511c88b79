"""The points of a score card: what may be given, when words are asked for, and the total. Pure."""

from collections.abc import Iterable, Mapping
from enum import Enum

LOWEST, HIGHEST = 0, 4
LOW = 1
"""Up to these points a criterion was missed so far that the consultant must read why."""
LEAST_WORDS, MOST_WORDS = 10, 4_000
"""Characters of feedback, of an appeal and of a decision."""

Points = Mapping[int, int | None]
"""Points by the id of their criterion; None where it does not apply."""


class CardProblem(str, Enum):
    """Why a card cannot be given as it was filled in; `web/labels.yaml` tells it to people."""

    MISSING = "missing"
    """A criterion without points, and without the word that it does not apply."""
    NOTHING = "nothing"
    """No criterion applies, so there is nothing to score."""
    FEEDBACK = "feedback"
    """Points are low, and no words say why."""
    LONG = "long"
    CHANGED = "changed"
    """The criteria are others than those that were filled in."""


def problem_of(points: Points, feedback: str, wanted: Iterable[int], filled_in: Iterable[int]) -> CardProblem | None:
    """Return why a card cannot be given, or None.

    Args:
        points: what was ticked.
        feedback: what the consultant is to read.
        wanted: the criteria in force.
        filled_in: the criteria that the form showed.
    """
    ids = set(wanted)
    if ids != set(filled_in):
        return CardProblem.CHANGED
    if set(points) != ids:
        return CardProblem.MISSING
    if total_of(points.values()) is None:
        return CardProblem.NOTHING
    if len(feedback) > MOST_WORDS:
        return CardProblem.LONG
    if needs_words(points.values()) and len(feedback) < LEAST_WORDS:
        return CardProblem.FEEDBACK
    return None


def needs_words(points: Iterable[int | None]) -> bool:
    """Return whether any points are low."""
    return any(one is not None and one <= LOW for one in points)


def total_of(points: Iterable[int | None]) -> float | None:
    """Return the mean of the points that were given as a share of the most (0 to 1); None when none were."""
    given = [one for one in points if one is not None]
    return sum(given) / (HIGHEST * len(given)) if given else None


def points_from(typed: str) -> int | None:
    """Return the points that a form sent, `-` for what does not apply; raises ValueError for anything else."""
    if typed == "-":
        return None
    if len(typed) != 1 or not typed.isascii() or not typed.isdigit() or not LOWEST <= int(typed) <= HIGHEST:
        raise ValueError(typed[:20])
    return int(typed)
