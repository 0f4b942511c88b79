"""The closed sets of scoring: what is scored, how samples are drawn, and where a score card stands."""

from collections.abc import Mapping
from enum import Enum

from helpdesk.errors import IllegalMove


class CriterionKind(str, Enum):
    """What a criterion of the score card is about; the office's own two, and those that the house adds."""

    CORRECTNESS = "correctness"
    SERVICE = "service"
    OWN = "own"


class SampleMethod(str, Enum):
    """How conversations were chosen for scoring."""

    RANDOM = "random"
    RISK = "risk"
    """Those first in which something went wrong: a bad rating, a complaint, a broken deadline, a new consultant."""
    CHOSEN = "chosen"
    """A supervisor picked this one."""


class ScoreStatus(str, Enum):
    """Where a score card stands."""

    GIVEN = "given"
    APPEALED = "appealed"
    UPHELD = "upheld"
    """The appeal changed nothing."""
    CHANGED = "changed"
    """The appeal changed its points."""


SCORE_MOVES: Mapping[ScoreStatus, frozenset[ScoreStatus]] = {
    ScoreStatus.GIVEN: frozenset({ScoreStatus.APPEALED}),
    ScoreStatus.APPEALED: frozenset({ScoreStatus.UPHELD, ScoreStatus.CHANGED}),
    ScoreStatus.UPHELD: frozenset(),
    ScoreStatus.CHANGED: frozenset(),
}


def check_score_move(before: ScoreStatus, after: ScoreStatus) -> None:
    """Raise IllegalMove unless a score card may go from one status to the other."""
    if after not in SCORE_MOVES[before]:
        raise IllegalMove(f"score card: {before.value} -> {after.value}")
