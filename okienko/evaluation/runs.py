"""Stored runs of the evaluation, and the floors that a run must keep."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from helpdesk.database import Database
from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables import EvaluationRun
from knowledge.floors import FALLING, FLOORS, below, read_floors
from knowledge.publishing import latest_revision


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


def record_run(
    database: Database, path: str, figures: Mapping[str, float], edition: str, before: Mapping[str, float], at: datetime
) -> bool:
    """Keep a run of what customers get now among those that the desk draws; returns whether there is a database.

    Args:
        database: that of the desk.
        path: `search` or `chat`.
        figures: shares by name.
        edition: the fingerprint of the release's knowledge.
        before: the figures of the run before; none for the first one.
        at: the instant, aware UTC.
    """
    try:
        with database.session() as session:
            session.add(
                EvaluationRun(
                    kind=RunKind.RELEASE,
                    status=RunStatus.DONE,
                    path=path,
                    knowledge_revision=latest_revision(session),
                    edition=edition,
                    figures=dict(figures),
                    before=dict(before),
                    broken=list(below(figures, read_floors(path))),
                    created_at=at,
                    began_at=at,
                    ended_at=at,
                )
            )
            session.commit()
    except SQLAlchemyError:
        # The question sets can be asked without any database; the file is kept all the same.
        return False
    return True


def broken_floors(figures: Mapping[str, float], path: str, floors: Path = FLOORS) -> list[str]:
    """Return a line for each figure that lies on the wrong side of its floor in the repository."""
    wanted = read_floors(path, floors)
    return [
        f"{name}: {figures[name]:.3f}, and {'at most' if name in FALLING else 'at least'} {wanted[name]:.3f} is wanted"
        for name in below(figures, wanted)
    ]
