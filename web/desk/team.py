"""The team: who is there, what each leads, and signing somebody out."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from helpdesk import administration, team
from helpdesk.roles import Permission, may
from helpdesk.tables import Staff, StaffSession
from web.desk.signed_in import Leading, LeadingForm, back_to, parts_of
from web.pages import page
from web.push import DESK

router = APIRouter(prefix="/team")


@router.get("")
def show(request: Request, me: Leading) -> HTMLResponse:
    """Show everybody who works on cases."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        members = team.members(session, now=parts.clock())
    return page(request, "desk/team.html", me=me, members=members)


@router.post("/{staff_id}/sign-out")
async def sign_out(request: Request, me: LeadingForm, staff_id: int) -> Response:
    """Sign a colleague out on every browser; who works on no cases does not exist here."""
    await run_in_threadpool(_sign_out, request, me, staff_id)
    await parts_of(request).gateway.push.publish(DESK)
    return back_to("/desk/team")


def _sign_out(request: Request, me: StaffSession, staff_id: int) -> None:
    parts = parts_of(request)
    with parts.database.session() as session:
        staff = session.get(Staff, staff_id)
        if staff is None or not may(staff, Permission.WORK_ON_CASES):
            raise HTTPException(404)
        administration.sign_out(session, staff_id, by=me.staff, now=parts.clock())
        session.commit()
