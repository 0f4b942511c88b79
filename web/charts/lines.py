"""Two lines over the same days: a period, and dashed the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from web.charts.bars import WIDTH
from web.charts.scales import marks

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 44, 12, 30, 26, 220
NAMES = 4
"""Days that are named below the axis, at most."""
DOTS = 40
"""With more days the points get no dots."""


@dataclass(frozen=True)
class Point:
    """A place, with what is written there."""

    x: float
    y: float
    text: str = ""


@dataclass(frozen=True)
class Lines:
    """A picture of two lines.

    Attributes:
        id: unique on its page.
        title: what it shows.
        description: what can be seen in it, for those who do not see it.
        names: the days, as they are written.
        now: the values of the period; `called` names the line.
        before: the values of the period before, day by day.
        called: the names of both lines.
    """

    template: ClassVar[str] = "charts/lines.html"

    id: str
    title: str
    description: str
    names: Sequence[str]
    now: Sequence[int]
    before: Sequence[int]
    called: tuple[str, str]

    @property
    def width(self) -> int:
        """Return the picture's width."""
        return WIDTH

    @property
    def height(self) -> int:
        """Return the picture's height."""
        return HEIGHT

    @property
    def axis(self) -> Sequence[Point]:
        """Return the marks of the axis of values."""
        return [Point(LEFT, self._y(mark), str(mark)) for mark in self._marks]

    @property
    def days(self) -> Sequence[Point]:
        """Return the named days of the axis below."""
        every = max(1, -(-len(self.names) // NAMES))
        return [Point(self._x(n), HEIGHT - 8, name) for n, name in enumerate(self.names) if n % every == 0]

    @property
    def points(self) -> tuple[Sequence[Point], Sequence[Point]]:
        """Return the points of both lines."""
        now = [Point(self._x(n), self._y(value)) for n, value in enumerate(self.now)]
        return now, [Point(self._x(n), self._y(value)) for n, value in enumerate(self.before)]

    @property
    def has_dots(self) -> bool:
        """Return whether each day gets a dot."""
        return len(self.names) <= DOTS

    @property
    def right(self) -> int:
        """Return where the marks' lines end."""
        return WIDTH - RIGHT

    @property
    def _marks(self) -> Sequence[int]:
        return marks(max((*self.now, *self.before), default=0))

    def _x(self, number: int) -> float:
        room = WIDTH - RIGHT - LEFT - 12
        return round(LEFT + 6 + (room * number / (len(self.names) - 1) if len(self.names) > 1 else room / 2), 1)

    def _y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / self._marks[-1], 1)
