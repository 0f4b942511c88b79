"""A heat map: hours down, weekdays across, each field with its number in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import ClassVar

from web.charts.bars import WIDTH

LEFT, TOP, ROW, COLUMN = 46, 24, 20, 50
DEGREES = 5
"""Colours from nothing (0) to the most."""


@dataclass(frozen=True)
class Field:
    """A field with its place, its number and how dark it is, from 0 to `DEGREES`."""

    x: int
    y: int
    number: int
    degree: int


@dataclass(frozen=True)
class Heat:
    """A heat map.

    Attributes:
        id: unique on its page.
        title: what it shows.
        description: what can be seen in it, for those who do not see it.
        columns: the names of the columns.
        rows: the names of the rows.
        numbers: the numbers, row by row.
    """

    template: ClassVar[str] = "charts/heat.html"

    id: str
    title: str
    description: str
    columns: Sequence[str]
    rows: Sequence[str]
    numbers: Sequence[Sequence[int]]

    @property
    def width(self) -> int:
        """Return the picture's width."""
        return WIDTH

    @property
    def height(self) -> int:
        """Return the picture's height."""
        return TOP + ROW * len(self.rows) + 4

    @property
    def across(self) -> Sequence[tuple[str, int]]:
        """Return the columns' names with their places."""
        return [(name, LEFT + COLUMN * number + COLUMN // 2) for number, name in enumerate(self.columns)]

    @property
    def down(self) -> Sequence[tuple[str, int]]:
        """Return the rows' names with their places."""
        return [(name, TOP + ROW * number + 14) for number, name in enumerate(self.rows)]

    @property
    def fields(self) -> Sequence[Field]:
        """Return every field."""
        most = max((number for row in self.numbers for number in row), default=0)
        return [
            Field(LEFT + COLUMN * x, TOP + ROW * y, number, ceil(DEGREES * number / most) if most else 0)
            for y, row in enumerate(self.numbers)
            for x, number in enumerate(row)
        ]
