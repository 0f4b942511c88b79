"""The desk's entrance: the password, and the steps between it and the desk; signing out."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from helpdesk import second_factor, staff_sessions
from helpdesk.errors import BadPassword, Locked, NotVerified
from helpdesk.own_account import OwnAccount
from helpdesk.passwords import LONGEST, SHORTEST
from helpdesk.signing_in import SigningIn
from helpdesk.staff_sessions import Signed
from helpdesk.tables import Staff, StaffSession
from web.desk.qr import picture
from web.desk.signed_in import (
    COOKIE,
    LOGIN,
    Arriving,
    ArrivingForm,
    arriving_of,
    back_to,
    keep_signed,
    leaving_form,
    parts_of,
    step_path,
)
from web.errors import BadMessage
from web.pages import page
from web.working import hard_work

router = APIRouter()
Typed = Annotated[str, Form()]


@router.get("/login")
def login_page(request: Request) -> HTMLResponse:
    """Show the sign-in form."""
    return _login_page(request)


@router.post("/login")
async def login(request: Request, login: Typed = "", password: Typed = "") -> Response:
    """Take the first step with login and password; 429 when one address tries too often."""
    parts = parts_of(request)
    try:
        await parts.rates.sign_in(request)
        signed = await hard_work(
            SigningIn(parts.database).by_password, login, password, browser=browser_of(request), now=parts.clock()
        )
    except BadMessage as refusal:
        response = _login_page(request, code=429, problem="often", login=login)
        response.headers["Retry-After"] = str(refusal.retry_after or 1)
        return response
    except NotVerified:
        return _login_page(request, code=403, problem="wrong", login=login)
    return arrived(request, signed)


def _login_page(request: Request, *, code: int = 200, problem: str | None = None, login: str = "") -> HTMLResponse:
    provider = parts_of(request).staff_provider
    label = provider.label if provider else None
    return page(request, "desk/login.html", code=code, problem=problem, login=login, provider=label)


def arrived(request: Request, signed: Signed) -> Response:
    """Send a browser with its new secret to the next step, or to the desk."""
    return keep_signed(request, back_to(step_path(signed.session)), signed)


def browser_of(request: Request) -> str:
    """Return what a browser calls itself."""
    return request.headers.get("user-agent", "")


@router.get("/login/code")
def code_page(request: Request, me: Arriving) -> HTMLResponse:
    """Ask for a code of the second factor."""
    return page(request, "desk/login_code.html", me=me, problem=None)


@router.post("/login/code")
def show_code(request: Request, me: ArrivingForm, code: Typed = "") -> Response:
    """Take the step of the second factor."""
    parts = parts_of(request)
    try:
        signed = SigningIn(parts.database).by_code(me, code, now=parts.clock())
    except (NotVerified, Locked) as problem:
        kind = "locked" if isinstance(problem, Locked) else "wrong"
        return page(request, "desk/login_code.html", code=403, me=me, problem=kind)
    return arrived(request, signed)


@router.get("/login/password")
def password_page(request: Request, me: Arriving) -> HTMLResponse:
    """Ask for a password of one's own instead of the one-time one."""
    return page(request, "desk/login_password.html", me=me, problem=None, shortest=SHORTEST, longest=LONGEST)


@router.post("/login/password")
async def choose_password(
    request: Request, me: ArrivingForm, old: Typed = "", new: Typed = "", again: Typed = ""
) -> Response:
    """Take the step of choosing a password."""
    parts = parts_of(request)
    try:
        signed = await hard_work(OwnAccount(parts.database).change_password, me, old, new, again, now=parts.clock())
    except (BadPassword, NotVerified) as problem:
        kind = str(problem) if isinstance(problem, BadPassword) else "old"
        return page(
            request, "desk/login_password.html", code=422, me=me, problem=kind, shortest=SHORTEST, longest=LONGEST
        )
    return arrived(request, signed)


@router.get("/login/factor")
def factor_page(request: Request, me: Arriving) -> HTMLResponse:
    """Show what the app of the second factor reads."""
    staff = me.staff
    if not second_factor.is_prepared(staff):
        staff = _prepared(request, me)
    return page(request, "desk/login_factor.html", me=me, secret=grouped(staff), problem=None)


def _prepared(request: Request, me: StaffSession) -> Staff:
    # Whoever was signed in when the house began to ask for a second factor has no secret yet.
    with parts_of(request).database.session() as session:
        staff = session.get_one(Staff, me.staff_id, with_for_update=True)
        if not second_factor.is_prepared(staff):
            second_factor.prepare(staff)
        session.commit()
        return staff


@router.post("/login/factor")
def set_up_factor(request: Request, me: ArrivingForm, code: Typed = "") -> Response:
    """Take the step of setting up a second factor, and show the recovery codes once."""
    parts = parts_of(request)
    try:
        signed, codes = OwnAccount(parts.database).confirm_factor(me, code, now=parts.clock())
    except NotVerified:
        return page(request, "desk/login_factor.html", code=403, me=me, secret=grouped(me.staff), problem="wrong")
    return keep_signed(request, codes_page(request, signed.session, codes), signed)


def codes_page(request: Request, me: StaffSession, codes: Sequence[str]) -> HTMLResponse:
    """Show fresh recovery codes; no copy of the page is kept anywhere."""
    response = page(request, "desk/recovery_codes.html", me=me, codes=codes, onward=step_path(me))
    response.headers["Cache-Control"] = "no-store"
    return response


def grouped(staff: Staff) -> str:
    """Return the secret of the app in groups of four, for typing."""
    secret = staff.totp_secret or ""
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


@router.get("/factor.svg")
def factor_picture(request: Request) -> Response:
    """Give the picture that the app reads, while a second factor is being set up; otherwise there is none."""
    me = arriving_of(request)
    at_this_step = me is not None and staff_sessions.next_step(me) in {None, staff_sessions.Step.FACTOR}
    if me is None or not at_this_step or not second_factor.is_prepared(me.staff):
        raise HTTPException(404)
    headers = {"Cache-Control": "no-store"}
    return Response(picture(second_factor.address_of(me.staff)), media_type="image/svg+xml", headers=headers)


@router.post("/logout")
async def logout(request: Request, me: Annotated[StaffSession, Depends(leaving_form)]) -> Response:
    """Sign out; who is signed in nowhere else is away from then on."""
    await run_in_threadpool(_end, request, me)
    response = back_to(LOGIN)
    response.delete_cookie(COOKIE, path="/desk")
    return response


def _end(request: Request, me: StaffSession) -> None:
    parts = parts_of(request)
    with parts.database.session() as session:
        staff_sessions.end(session, me, now=parts.clock())
        session.commit()
