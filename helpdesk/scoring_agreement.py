"""How well two scorers agree over cards that both gave. Pure; the definitions stand beside each figure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpdesk.scoring_points import HIGHEST

Pair = tuple[int | None, int | None]
"""What two people gave for the same criterion of the same case; None where it does not apply."""

ENOUGH = 20
"""Pairs below which a figure says little; the page says so."""


@dataclass(frozen=True)
class Agreement:
    """How two scorers agree.

    Attributes:
        cases: how many cases both scored.
        pairs: how often both gave points for the same criterion.
        same: how often they were the same points.
        difference: the mean of the absolute differences in points; None without pairs.
        kappa: the quadratically weighted kappa (`weighted_kappa`); None where it is not defined.
        one_sided: how often one said that the criterion does not apply, and the other gave points.
    """

    cases: int
    pairs: int
    same: int
    difference: float | None
    kappa: float | None
    one_sided: int

    @property
    def is_thin(self) -> bool:
        """Whether there are too few pairs to say much."""
        return self.pairs < ENOUGH

    @property
    def same_percent(self) -> int | None:
        """How many of a hundred pairs were the same points; None without pairs."""
        return round(100 * self.same / self.pairs) if self.pairs else None


def agreement(cases: int, pairs: Iterable[Pair]) -> Agreement:
    """Return how two scorers agree over the pairs of all criteria of some cases."""
    both: list[tuple[int, int]] = []
    one_sided = 0
    for first, second in pairs:
        if first is not None and second is not None:
            both.append((first, second))
        else:
            one_sided += (first is None) != (second is None)
    distances = [abs(first - second) for first, second in both]
    return Agreement(
        cases=cases,
        pairs=len(both),
        same=distances.count(0),
        difference=sum(distances) / len(distances) if distances else None,
        kappa=weighted_kappa(both),
        one_sided=one_sided,
    )


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Return Cohen's kappa with quadratic weights: 1 for always the same points, 0 for what chance would give.

    It is 1 - observed / expected: the mean squared difference of the pairs, over that of any two points put together
    at random. Each pair counts in both directions, since nobody is the first or the second scorer by office; so both
    share one distribution of points (which is Scott's pi with weights, where Cohen's asks for two named judges).

    Returns:
        The figure, at most 1; below 0 when people agree less than by chance. None without pairs, or when everybody
        always gave the same points: then nothing could have been confused.
    """
    counts = Counter(points for pair in pairs for points in pair)
    total = sum(counts.values())
    expected = sum(
        counts[first] * counts[second] * (first - second) ** 2
        for first in range(HIGHEST + 1)
        for second in range(HIGHEST + 1)
    )
    if not expected:
        return None
    observed = sum((first - second) ** 2 for first, second in pairs)
    return 1 - (observed / len(pairs)) / (expected / total**2)
