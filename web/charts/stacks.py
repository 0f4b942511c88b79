"""Stacked bars: each row is a whole, told apart by kinds that have a colour, a pattern and a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from web.charts.bars import WIDTH
from web.charts.scales import lengths

ROW, ROOM, LEGEND_ROW, NARROWEST = 44, 396, 20, 22
"""`NARROWEST`: a part narrower than that has no number in it; the table beside the picture has."""


@dataclass(frozen=True)
class Stack:
    """One row: its name, its parts in the order of the kinds, and how its sum is written."""

    name: str
    values: Sequence[int]
    written: str


@dataclass(frozen=True)
class Part:
    """A part with its place; `kind` counts from 0."""

    kind: int
    x: float
    width: float
    text: str


@dataclass(frozen=True)
class Drawn:
    """A row with its place."""

    stack: Stack
    y: float
    parts: Sequence[Part]


@dataclass(frozen=True)
class Mark:
    """A kind in the legend, with its place."""

    kind: int
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Stacks:
    """A picture of stacked bars.

    Attributes:
        id: unique on its page.
        title: what it shows.
        description: what can be seen in it, for those who do not see it.
        kinds: the names of the parts, 6 at most.
        stacks: the rows.
        shares: whether each row fills the room; else the greatest does.
    """

    template: ClassVar[str] = "charts/stacks.html"

    id: str
    title: str
    description: str
    kinds: Sequence[str]
    stacks: Sequence[Stack]
    shares: bool = False

    @property
    def width(self) -> int:
        """Return the picture's width."""
        return WIDTH

    @property
    def legend(self) -> Sequence[Mark]:
        """Return the kinds with their places, two in a row."""
        return [Mark(n, name, 2 + 200 * (n % 2), 4 + LEGEND_ROW * (n // 2)) for n, name in enumerate(self.kinds)]

    @property
    def top(self) -> int:
        """Return where the rows begin."""
        return 12 + LEGEND_ROW * ((len(self.kinds) + 1) // 2)

    @property
    def height(self) -> int:
        """Return the picture's height."""
        return self.top + ROW * len(self.stacks)

    @property
    def drawn(self) -> Sequence[Drawn]:
        """Return the rows with their places; empty parts are left out."""
        sums = [sum(stack.values) for stack in self.stacks]
        rooms = [ROOM if each else 0.0 for each in sums] if self.shares else lengths(sums, ROOM)
        return [
            Drawn(stack, self.top + ROW * number + 10, _parts(stack, room))
            for number, (stack, room) in enumerate(zip(self.stacks, rooms, strict=True))
        ]


def _parts(stack: Stack, room: float) -> Sequence[Part]:
    found, x = [], 2.0
    whole = sum(stack.values)
    for kind, (value, width) in enumerate(zip(stack.values, lengths(stack.values, room, most=whole), strict=True)):
        if value:
            shown = str(value) if width >= NARROWEST + 6 * max(0, len(str(value)) - 2) else ""
            found.append(Part(kind, round(x, 1), width, shown))
        x += width
    return found
