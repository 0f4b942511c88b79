"""Horizontal bars, one below the other, each with its name above and its value beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from web.charts.scales import lengths

WIDTH = 400
"""Units of every picture: small enough that its letters are readable on a phone."""
ROW, TOP, ROOM = 40, 8, 300


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        name: what it is.
        value: how long it is.
        written: how its value is written.
    """

    name: str
    value: float
    written: str


@dataclass(frozen=True)
class Drawn:
    """A bar with its place: `y` of its name, and the width of the bar below it."""

    bar: Bar
    y: float
    width: float


@dataclass(frozen=True)
class Bars:
    """A picture of bars.

    Attributes:
        id: unique on its page.
        title: what it shows.
        description: what can be seen in it, for those who do not see it.
        bars: the bars, in their order.
        most: the value that fills the room; None for the greatest one.
    """

    template: ClassVar[str] = "charts/bars.html"

    id: str
    title: str
    description: str
    bars: Sequence[Bar]
    most: float | None = None

    @property
    def width(self) -> int:
        """Return the picture's width."""
        return WIDTH

    @property
    def height(self) -> int:
        """Return the picture's height."""
        return TOP + ROW * len(self.bars)

    @property
    def drawn(self) -> Sequence[Drawn]:
        """Return the bars with their places."""
        widths = lengths([bar.value for bar in self.bars], ROOM, most=self.most)
        return [
            Drawn(bar, TOP + ROW * number + 10, width)
            for number, (bar, width) in enumerate(zip(self.bars, widths, strict=True))
        ]
