"""E-visits at the desk: their list, and noting what became of them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from helpdesk import schedules, visits
from helpdesk import staff as people
from helpdesk.errors import IllegalMove
from helpdesk.tables import Visit
from web.desk.signed_in import Working, WorkingForm, back_to, parts_of
from web.pages import page

router = APIRouter()


@dataclass(frozen=True)
class ShownVisits:
    """What of the e-visits a list shows, as its address says."""

    later: bool = False
    office: Annotated[str | None, Query(max_length=120), BeforeValidator(lambda chosen: chosen or None)] = None
    number: Annotated[int, Query(ge=0, le=10_000, alias="page")] = 0


@router.get("/visits")
def show_visits(request: Request, me: Working, shown: Annotated[ShownVisits, Depends()]) -> HTMLResponse:
    """Show the e-visits of one's queues by branch: today's or those ahead."""
    parts, queues = parts_of(request), people.specialities(me.staff)
    now = parts.clock()
    wanted = schedules.VisitFilter(queues, shown.later, shown.office, shown.number)
    with parts.database.reading() as session:
        return page(
            request,
            "desk/visits.html",
            me=me,
            visits=schedules.visits(session, wanted, now=now),
            today=sum(schedules.visits_by_office(session, queues, now=now, later=False).values()),
            ahead=sum(schedules.visits_by_office(session, queues, now=now, later=True).values()),
            offices=schedules.visits_by_office(session, queues, now=now, later=shown.later),
            shown=shown,
            page_size=schedules.PAGE,
        )


@router.post("/visits/{visit_id}/outcome")
def note_outcome(request: Request, me: WorkingForm, visit_id: int, held: Annotated[bool, Form()]) -> Response:
    """Note whether an e-visit took place; one of other people's queues does not exist."""
    parts = parts_of(request)
    with parts.database.session() as session:
        visit = session.get(Visit, visit_id)
        if visit is None or not people.may_work_on(me.staff, visit.queue, None):
            raise HTTPException(404)
        try:
            visits.note_outcome(session, visit, held=held, by=me.staff, now=parts.clock())
        except IllegalMove:
            return back_to("/desk/visits")  # somebody noted it meanwhile; the page shows so
        session.commit()
    return back_to("/desk/visits")
