"""From values to places: round marks of an axis, and lengths in proportion."""

from collections.abc import Sequence
from math import floor, log10

STEPS = (1, 2, 5, 10)


def marks(most: float, wanted: int = 4) -> Sequence[int]:
    """Return round marks of an axis of whole numbers, from 0 to at least `most`, about so many as wanted."""
    if most <= 0:
        return [0, 1]
    rough = most / wanted
    power = 10 ** floor(log10(rough)) if rough >= 1 else 1
    step = next(power * step for step in STEPS if power * step >= rough)
    number = -(-most // step)
    return [int(step * place) for place in range(int(number) + 1)]


def lengths(values: Sequence[float], room: float, *, most: float | None = None) -> Sequence[float]:
    """Return how long each value is when the greatest one, or `most`, fills the room; rounded to a tenth."""
    top = most if most is not None else max(values, default=0)
    return [round(value / top * room, 1) if top > 0 else 0.0 for value in values]
