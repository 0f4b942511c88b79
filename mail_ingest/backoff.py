"""Growing delays between attempts."""

from dataclasses import dataclass

FIRST = 1.0
LONGEST = 120.0


@dataclass
class Backoff:
    """Doubles from `first` seconds up to `longest`; success begins anew."""

    first: float = FIRST
    longest: float = LONGEST
    failures: int = 0

    def next(self) -> float:
        """Return how many seconds to wait after one more failure."""
        self.failures += 1
        return min(self.first * 2.0 ** min(self.failures - 1, 30), self.longest)

    def succeeded(self) -> None:
        """Begin anew."""
        self.failures = 0
