"""Stored runs of the evaluation, and the floors that a run must keep."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from knowledge.floors import FALLING, FLOORS, below, read_floors


def last_run(folder: Path, path: str) -> Mapping[str, float] | None:
    """Return the figures of the latest stored run over a path (`search` or `chat`); None when there is none."""
    runs = sorted(folder.glob(f"*-{path}.json"))
    if not runs:
        return None
    figures: Mapping[str, float] = json.loads(runs[-1].read_text(encoding="utf-8"))
    return figures


def store_run(folder: Path, path: str, figures: Mapping[str, float], at: datetime) -> Path:
    """Store the figures of a run and return their file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{at:%Y%m%dT%H%M%SZ}-{path}.json"
    file.write_text(json.dumps(dict(figures), indent=2) + "\n", encoding="utf-8")
    return file


def broken_floors(figures: Mapping[str, float], path: str, floors: Path = FLOORS) -> list[str]:
    """Return a line for each figure that lies on the wrong side of its floor in the repository."""
    wanted = read_floors(path, floors)
    return [
        f"{name}: {figures[name]:.3f}, and {'at most' if name in FALLING else 'at least'} {wanted[name]:.3f} is wanted"
        for name in below(figures, wanted)
    ]
