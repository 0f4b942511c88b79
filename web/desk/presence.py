"""The small form of the header: whether one takes new chats."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from helpdesk import presence
from helpdesk.lifecycle import Presence
from helpdesk.tables import Staff, StaffSession
from web.desk.signed_in import WorkingForm, back_to, parts_of
from web.push import DESK

router = APIRouter()


@router.post("/presence")
async def set_presence(
    request: Request,
    me: WorkingForm,
    chosen: Annotated[Presence, Form(alias="presence")],
    comment: Annotated[str, Form(max_length=1_000)] = "",
    back: Annotated[str, Form(max_length=300)] = "/desk",
) -> Response:
    """Note whether somebody takes new chats, and go back to the page they were on."""
    await run_in_threadpool(_note, request, me, chosen, comment)
    await parts_of(request).gateway.push.publish(DESK)
    return back_to(back if is_own_page(back) else "/desk")


def is_own_page(path: str) -> bool:
    """Return whether an address is a page of the desk, and not one of another site."""
    return (path == "/desk" or path.startswith("/desk/")) and "\\" not in path and path.isprintable()


def _note(request: Request, me: StaffSession, chosen: Presence, comment: str) -> None:
    parts = parts_of(request)
    with parts.database.session() as session:
        staff = session.get(Staff, me.staff_id, with_for_update=True)
        if staff is None:
            raise HTTPException(404)
        presence.set_presence(staff, chosen, now=parts.clock(), comment=comment)
        session.commit()
