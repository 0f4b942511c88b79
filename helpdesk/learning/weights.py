"""The weight of open questions: how many ask, how lately, and how badly it went; pure functions.

Every question counts by its severity and half as much after each fortnight. All weights fade alike, so what is stored
is the weight as of a fixed day (its logarithm): the order of groups needs no recounting while time passes.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from math import exp2, log2

from helpdesk.knowledge_states import OpenSource

HALF_LIFE = timedelta(days=14)
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)

SEVERITY: Mapping[OpenSource, float] = {
    OpenSource.UNKNOWN: 1.0,
    # A wrong answer is worse than none.
    OpenSource.UNHELPFUL: 1.5,
    OpenSource.HANDED_OVER: 1.5,
    OpenSource.CORRECTED: 2.0,
}
UNKNOWN_AND_HANDED_OVER = 1.5
"""An unknown question for which the customer then took a person's time."""
SILENT_CORRECTION = 1.0
"""Another article than the suggested one went into an answer, and nobody said why."""


def stored(asked: Iterable[tuple[datetime, float]]) -> float:
    """Return the weight of questions, each with its instant and severity, as it is stored; 0 questions weigh least."""
    logs = [log2(severity) + (at - _SINCE) / HALF_LIFE for at, severity in asked if severity > 0]
    if not logs:
        return -1e9
    # The largest is taken out first: instants far from the fixed day would be out of a number's range.
    highest = max(logs)
    return highest + log2(sum(exp2(one - highest) for one in logs))


def shown(weight: float, now: datetime) -> float:
    """Return what a stored weight is worth at an instant; a question of that very moment of severity 1 is worth 1."""
    return exp2(max(weight - (now - _SINCE) / HALF_LIFE, -60.0))
