"""One's own account: password, second factor, recovery codes, and the browsers on which one is signed in."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from helpdesk import house, second_factor, staff_sessions
from helpdesk.errors import BadPassword, NotVerified
from helpdesk.own_account import OwnAccount
from helpdesk.passwords import LONGEST, SHORTEST
from helpdesk.tables import StaffSession
from web.desk.entrance import codes_page, grouped
from web.desk.signed_in import Acting, Reading, back_to, keep_signed, parts_of
from web.pages import page
from web.working import hard_work

router = APIRouter(prefix="/me")
Typed = Annotated[str, Form()]


@router.get("")
def account(request: Request, me: Reading, done: str = "") -> HTMLResponse:
    """Show one's account."""
    return _account(request, me, done=done)


def _account(
    request: Request, me: StaffSession, *, code: int = 200, part: str = "", problem: str = "", done: str = ""
) -> HTMLResponse:
    """Show the account; `part` names the form that `problem` belongs to."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        return page(
            request,
            "desk/me.html",
            code=code,
            me=me,
            devices=staff_sessions.devices(session, me.staff_id, now=parts.clock()),
            codes_left=second_factor.recovery_codes_left(session, me.staff_id),
            mandatory=house.load(session).second_factor,
            shortest=SHORTEST,
            longest=LONGEST,
            part=part,
            problem=problem,
            done=done,
        )


@router.post("/password")
async def change_password(
    request: Request, me: Acting, old: Typed = "", new: Typed = "", again: Typed = ""
) -> Response:
    """Change one's password; every other browser is signed out."""
    parts = parts_of(request)
    try:
        signed = await hard_work(OwnAccount(parts.database).change_password, me, old, new, again, now=parts.clock())
    except (BadPassword, NotVerified) as problem:
        kind = str(problem) if isinstance(problem, BadPassword) else "old"
        return await run_in_threadpool(_account, request, me, code=422, part="password", problem=kind)
    return keep_signed(request, back_to("/desk/me?done=password"), signed)


@router.post("/factor")
async def begin_factor(request: Request, me: Acting, password: Typed = "") -> Response:
    """Begin to set up a second factor."""
    parts = parts_of(request)
    try:
        await hard_work(OwnAccount(parts.database).prepare_factor, me, password, now=parts.clock())
    except NotVerified:
        return await run_in_threadpool(_account, request, me, code=422, part="factor", problem="old")
    return back_to("/desk/me/factor")


@router.get("/factor")
def factor_page(request: Request, me: Reading) -> Response:
    """Show what the app of the second factor reads, while one is being set up."""
    if not second_factor.is_prepared(me.staff):
        return back_to("/desk/me")
    return page(request, "desk/me_factor.html", me=me, secret=grouped(me.staff), problem=None)


@router.post("/factor/confirm")
def confirm_factor(request: Request, me: Acting, code: Typed = "") -> Response:
    """Switch the second factor on with its first code, and show the recovery codes once."""
    parts = parts_of(request)
    try:
        signed, codes = OwnAccount(parts.database).confirm_factor(me, code, now=parts.clock())
    except NotVerified:
        if not second_factor.is_prepared(me.staff):
            return back_to("/desk/me")
        return page(request, "desk/me_factor.html", code=403, me=me, secret=grouped(me.staff), problem="wrong")
    return keep_signed(request, codes_page(request, signed.session, codes), signed)


@router.post("/factor/off")
async def switch_factor_off(request: Request, me: Acting, password: Typed = "") -> Response:
    """Ask for no second factor any more."""
    parts = parts_of(request)
    try:
        signed = await hard_work(OwnAccount(parts.database).switch_factor_off, me, password, now=parts.clock())
    except NotVerified:
        return await run_in_threadpool(_account, request, me, code=422, part="off", problem="old")
    return keep_signed(request, back_to("/desk/me?done=off"), signed)


@router.post("/recovery")
async def new_recovery_codes(request: Request, me: Acting, password: Typed = "") -> Response:
    """Make fresh recovery codes and show them once."""
    parts = parts_of(request)
    try:
        codes = await hard_work(OwnAccount(parts.database).new_recovery_codes, me, password, now=parts.clock())
    except NotVerified:
        return await run_in_threadpool(_account, request, me, code=422, part="recovery", problem="old")
    return codes_page(request, me, codes)


@router.post("/devices/others/sign-out")
def sign_out_others(request: Request, me: Acting) -> Response:
    """Sign out all of one's browsers but this one."""
    parts = parts_of(request)
    with parts.database.session() as session:
        staff_sessions.end_all(session, me.staff_id, now=parts.clock(), but=me.id)
        session.commit()
    return back_to("/desk/me?done=device")


@router.post("/devices/{session_id}/sign-out")
def sign_out_device(request: Request, me: Acting, session_id: int) -> Response:
    """Sign out one of one's own browsers; those of others do not exist."""
    parts = parts_of(request)
    with parts.database.session() as session:
        if not staff_sessions.end_device(session, me.staff_id, session_id, now=parts.clock()):
            raise HTTPException(404)
        session.commit()
    return back_to("/desk/me?done=device")
