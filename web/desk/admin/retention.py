"""How long each class of records is kept, what of it is due, and the last deletions; changed in the settings."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from helpdesk import retention
from helpdesk.retention import Periods
from web.desk.signed_in import Administering, parts_of
from web.pages import page

router = APIRouter(prefix="/admin/retention")

MOST_COUNTED = 10_000
RUNS = 14
APPOINTMENTS, OUTBOX = "RETENTION_APPOINTMENTS_DAYS", "RETENTION_OUTBOX_DAYS"
SHARED = {"visits": APPOINTMENTS, "callbacks": APPOINTMENTS, "text_messages": OUTBOX}
"""Classes that have one variable together with another."""


@dataclass(frozen=True)
class Kept:
    """A class of records: its name, the variable that says how long it is kept, the days, and how many are due."""

    kind: str
    variable: str
    days: int
    due: int


def variable_of(kind: str) -> str:
    """Return the name of the environment variable that holds the period of a class."""
    return f"OKIENKO_{SHARED.get(kind, f'RETENTION_{kind.upper()}_DAYS')}"


@router.get("")
def show(request: Request, me: Administering) -> HTMLResponse:
    """Show the periods, what is due now, and the last runs."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        due = retention.due_now(session, parts.periods, now=parts.clock(), most=MOST_COUNTED)
        runs = retention.latest_runs(session, RUNS)
    kept: Sequence[Kept] = [
        Kept(known.name, variable_of(known.name), getattr(parts.periods, known.name), due[known.name])
        for known in fields(Periods)
    ]
    return page(request, "desk/admin/retention.html", me=me, kept=kept, runs=runs, most=MOST_COUNTED)
