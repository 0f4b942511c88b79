"""What pages show of an evaluation: each figure with its floor and how it changed, and its course over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.hours import WARSAW
from helpdesk.tables import EvaluationRun
from knowledge.floors import FALLING, MARGIN, Figures, read_floors, worse_by

WIDTH, HEIGHT, EDGE = 320.0, 90.0, 8.0
"""Of one picture, in its own units."""
LEAST_SPAN = 0.04
"""The least difference between the bottom and the top of a picture, so that chance does not look like a landslide."""


@dataclass(frozen=True)
class FigureRow:
    """One figure of a run.

    Attributes:
        name: as in `floors.yaml`.
        before: the share before; None when it is not known.
        after: the share of this run.
        floor: what it must keep; None for one without a floor.
        is_ceiling: whether less is better, so that its floor is the most that it may be.
        is_broken: whether it lies on the wrong side of its floor.
        change: `better`, `worse` or `same`; `much worse` when by more than the margin of the gate.
    """

    name: str
    before: float | None
    after: float
    floor: float | None
    is_ceiling: bool
    is_broken: bool
    change: str


@dataclass(frozen=True)
class Dot:
    """A point of a picture with the share and the day that stand there."""

    x: float
    y: float
    share: float
    day: str


@dataclass(frozen=True)
class Course:
    """A figure over time as a picture: the points from left to right, and where its floor lies.

    Attributes:
        points: as the attribute of a polyline.
    """

    name: str
    dots: Sequence[Dot]
    floor: float
    floor_y: float
    is_ceiling: bool

    @property
    def points(self) -> str:
        """Return the places of the line."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)

    @property
    def last(self) -> Dot:
        """Return the newest point."""
        return self.dots[-1]


def figure_rows(run: EvaluationRun) -> Sequence[FigureRow]:
    """Return the figures of a run, those with a floor first."""
    floors = read_floors(run.path)
    names = [*(name for name in floors if name in run.figures), *(name for name in run.figures if name not in floors)]
    return [_row(name, run.before.get(name), run.figures[name], floors.get(name)) for name in names]


def _row(name: str, before: float | None, after: float, floor: float | None) -> FigureRow:
    broken = floor is not None and worse_by(name, floor, after) > 0
    return FigureRow(name, before, after, floor, name in FALLING, broken, _change(name, before, after, floor))


def _change(name: str, before: float | None, after: float, floor: float | None) -> str:
    if before is None or abs(after - before) < 0.0005:
        return "same"
    # Figures without a floor are for information: whether more of them is better depends on the rest.
    if floor is None:
        return "more" if after > before else "less"
    lost = worse_by(name, before, after)
    if lost > MARGIN + 1e-9:
        return "much worse"
    return "worse" if lost > 0 else "better"


def courses(runs: Sequence[EvaluationRun], path: str) -> Sequence[Course]:
    """Return a picture for each figure with a floor over runs of one path, which are given oldest first."""
    return [
        _course(name, floor, [run for run in runs if name in run.figures])
        for name, floor in read_floors(path).items()
        if any(name in run.figures for run in runs)
    ]


def _course(name: str, floor: float, runs: Sequence[EvaluationRun]) -> Course:
    shares = [run.figures[name] for run in runs]
    low, high = min(*shares, floor), max(*shares, floor)
    spare = max(0.0, LEAST_SPAN - (high - low)) / 2
    low, high = low - spare, high + spare

    def y(share: float) -> float:
        return round(EDGE + (HEIGHT - 2 * EDGE) * (high - share) / (high - low), 1)

    step = (WIDTH - 2 * EDGE) / max(1, len(runs) - 1)
    dots = [
        Dot(round(EDGE + step * number, 1), y(share), share, f"{run.created_at.astimezone(WARSAW):%d.%m.%Y}")
        for number, (run, share) in enumerate(zip(runs, shares, strict=True))
    ]
    return Course(name, dots, floor, y(floor), name in FALLING)


def compared(before: Figures, after: Figures, floors: Figures) -> Sequence[FigureRow]:
    """Return the figures of one model beside those of another."""
    return [_row(name, before.get(name), after[name], floors.get(name)) for name in after]
