"""The floors that the figures of an evaluation must keep, and what may not get worse; pure but for one file."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from knowledge.question_sets import FOLDER

FLOORS = FOLDER / "floors.yaml"
FALLING = frozenset({"wrong", "strange answered", "calibration error"})
"""Figures of which less is better; their floor is a ceiling."""
MARGIN = 0.01
"""By how much a figure may get worse without anybody having to say why: what lies below is mostly chance."""

Figures = Mapping[str, float]
"""Shares (0 to 1) by name."""


def read_floors(path: str, file: Path = FLOORS) -> Figures:
    """Return the floors of a path (`search`, `chat`, `nlu` or `acts`), by the name of the figure."""
    floors: Mapping[str, Figures] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return floors[path]


def below(figures: Figures, floors: Figures) -> tuple[str, ...]:
    """Return the names of the figures that lie on the wrong side of their floor."""
    return tuple(name for name, floor in floors.items() if name in figures and worse_by(name, floor, figures[name]) > 0)


def newly_below(before: Figures, after: Figures, floors: Figures) -> tuple[str, ...]:
    """Return the names of the figures that fell below their floor and did not lie there before."""
    already = frozenset(below(before, floors))
    return tuple(name for name in below(after, floors) if name not in already)


def worsened(before: Figures, after: Figures, floors: Figures, margin: float = MARGIN) -> tuple[str, ...]:
    """Return the names of the figures with a floor that got worse by more than the margin."""
    both = (name for name in floors if name in before and name in after)
    # Shares of a few hundred questions: a difference of exactly the margin must not depend on binary fractions.
    return tuple(name for name in both if worse_by(name, before[name], after[name]) > margin + 1e-9)


def worse_by(name: str, before: float, after: float) -> float:
    """Return by how much a figure is worse than before; negative when it is better."""
    return after - before if name in FALLING else before - after
