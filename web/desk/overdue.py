"""Deadlines at the desk: one's own that end soon, and for supervisors everybody's, with taking over and assigning."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from helpdesk import assigning, overdue
from helpdesk.overdue import DueFilter
from helpdesk.queues import Queue
from helpdesk.roles import Permission
from helpdesk.staff import specialities
from helpdesk.tables import Staff, StaffSession
from web.desk.signed_in import Leading, LeadingForm, back_to, parts_of, reading
from web.pages import page
from web.push import DESK

MOST = 200
"""Tickets that one form may name."""

Working = Annotated[StaffSession, reading(Permission.WORK_ON_CASES)]

router = APIRouter()


@dataclass(frozen=True)
class Shown:
    """What of the deadlines a list shows, as its address says; the last two tell what became of a form."""

    queue: Annotated[Queue | None, Query(), BeforeValidator(lambda chosen: chosen or None)] = None
    number: Annotated[int, Query(ge=0, le=10_000, alias="page")] = 0
    given: Annotated[int | None, Query(ge=0, le=MOST)] = None
    left: Annotated[int, Query(ge=0, le=MOST)] = 0


@router.get("/due")
def mine(request: Request, me: Working, shown: Annotated[Shown, Depends()]) -> HTMLResponse:
    """Show the tickets of one's own, and of nobody in one's queues, whose deadline is broken or ends soon."""
    return _mine(request, me, "desk/due.html", shown)


@router.get("/fragments/due")
def mine_fragment(request: Request, me: Working, shown: Annotated[Shown, Depends()]) -> HTMLResponse:
    """Give the list alone, for refreshing."""
    return _mine(request, me, "desk/_due_list.html", shown)


def _mine(request: Request, me: StaffSession, template: str, shown: Shown) -> HTMLResponse:
    parts = parts_of(request)
    wanted = DueFilter(specialities(me.staff), me.staff_id, shown.number)
    with parts.database.reading() as session:
        rows = overdue.due_tickets(session, wanted, now=parts.clock())
    return page(request, template, me=me, tickets=rows, now=parts.clock(), shown=shown, page_size=overdue.PAGE)


@router.get("/overdue")
def show(request: Request, me: Leading, shown: Annotated[Shown, Depends()]) -> HTMLResponse:
    """Show supervisors the broken deadlines of all queues, and those that end soon."""
    parts, queues = parts_of(request), specialities(me.staff)
    chosen = frozenset({shown.queue}) if shown.queue else queues
    with parts.database.reading() as session:
        return page(
            request,
            "desk/overdue.html",
            me=me,
            tickets=overdue.due_tickets(session, DueFilter(chosen, page=shown.number), now=parts.clock()),
            counts=overdue.counts_by_queue(session, queues, now=parts.clock()),
            staff=assigning.colleagues(session),
            now=parts.clock(),
            shown=shown,
            page_size=overdue.PAGE,
        )


@router.post("/overdue")
async def assign(
    request: Request,
    me: LeadingForm,
    chosen: Annotated[list[int] | None, Form(alias="ticket", max_length=MOST)] = None,
    staff_id: Annotated[int | None, Form(alias="staff"), BeforeValidator(lambda typed: typed or None)] = None,
    take: Annotated[bool, Form()] = False,
    queue: Annotated[Queue | None, Form(), BeforeValidator(lambda typed: typed or None)] = None,
) -> Response:
    """Give the chosen tickets to somebody, or take them over; then say how many went and how many could not."""
    to = me.staff_id if take else staff_id
    given = await run_in_threadpool(_assign, request, me, chosen or [], to)
    if given:
        await parts_of(request).gateway.push.publish(DESK)
    kept = f"&queue={queue.value}" if queue else ""
    return back_to(f"/desk/overdue?given={given}&left={len(set(chosen or ())) - given}{kept}")


def _assign(request: Request, me: StaffSession, chosen: list[int], staff_id: int | None) -> int:
    parts = parts_of(request)
    if staff_id is None or not chosen:
        return 0
    with parts.database.session() as session:
        to = _named(session, staff_id)
        given = overdue.assign(session, chosen, to, by=me.staff, now=parts.clock())
        session.commit()
    return len(given)


def _named(session: Session, staff_id: int) -> Staff:
    found = session.get(Staff, staff_id)
    if found is None or not found.active:
        raise HTTPException(404)
    return found
