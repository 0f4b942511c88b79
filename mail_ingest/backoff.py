"""Growing delays between attempts."""

import random
from collections.abc import Callable
from dataclasses import dataclass

FIRST = 1.0
LONGEST = 120.0


@dataclass
class Backoff:
    """Doubles from `first` seconds up to `longest`, less up to half of it by chance; success begins anew.

    The chance keeps many workers that lost the same server from all coming back at the same instant.
    """

    first: float = FIRST
    longest: float = LONGEST
    failures: int = 0
    chance: Callable[[], float] = random.random

    def next(self) -> float:
        """Return how many seconds to wait after one more failure."""
        self.failures += 1
        delay = min(self.first * 2.0 ** min(self.failures - 1, 30), self.longest)
        return delay * (1.0 - self.chance() / 2)

    def succeeded(self) -> None:
        """Begin anew."""
        self.failures = 0
