"""Signing in at the desk through the operator's OIDC provider."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Cookie, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from helpdesk import signing_in, staff_oidc
from helpdesk.errors import NotFound, NotVerified
from helpdesk.oidc_logins import Leaving
from helpdesk.staff_sessions import Signed
from web.desk.entrance import arrived, browser_of
from web.desk.signed_in import parts_of
from web.errors import BadMessage, ProviderRefused, ProviderUnavailable
from web.oidc import Vouched
from web.oidc_leaving import to_provider
from web.pages import page
from web.parts import Parts, StaffProvider

COOKIE = "okienko_desk_oidc"
PATH = "/desk/oidc"
CALLBACK = f"{PATH}/callback"
LONGEST = 2_000
"""Longest parameter that is looked at."""

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/oidc")


@router.get("/start")
async def start(request: Request) -> Response:
    """Send the browser to the provider; 404 when there is none."""
    parts = parts_of(request)
    there = _provider(parts)
    try:
        await parts.rates.sign_in(request)
        await there.provider.origin()  # before anything is written down
        leaving = await run_in_threadpool(_leave, parts)
        url = await there.provider.authorization_url(leaving.state, leaving.nonce, leaving.code_verifier)
    except BadMessage:
        return _told(request, "often", 429)
    except ProviderUnavailable as problem:
        log.warning("staff_oidc.unavailable", problem=str(problem))
        return _told(request, "unavailable", 503)
    return to_provider(url, leaving.browser, cookie=COOKIE, path=PATH, secure=parts.secure_cookies)


@router.get("/callback")
async def callback(
    request: Request,
    state: str = "",
    code: str = "",
    iss: str | None = None,
    browser: Annotated[str, Cookie(alias=COOKIE)] = "",
) -> Response:
    """Take what the provider sent back; it counts once, in the browser that asked."""
    parts = parts_of(request)
    there = _provider(parts)
    try:
        nonce, verifier = await run_in_threadpool(_come_back, parts, state[:LONGEST], browser[:LONGEST])
        if not code:
            raise ProviderRefused("no code")
        vouched = await there.provider.vouched(code[:LONGEST], nonce=nonce, code_verifier=verifier, issuer=iss)
        signed = await run_in_threadpool(_sign_in, request, vouched, trusted=there.trusted)
    except NotFound:
        return _told(request, "unknown", 404)
    except NotVerified:
        return _told(request, "no_account", 403)
    except ProviderRefused as problem:
        log.warning("staff_oidc.refused", problem=str(problem))
        return _told(request, "refused", 403)
    except ProviderUnavailable as problem:
        log.warning("staff_oidc.unavailable", problem=str(problem))
        return _told(request, "unavailable", 503)
    response = arrived(request, signed)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.delete_cookie(COOKIE, path=PATH)
    return response


def _provider(parts: Parts) -> StaffProvider:
    if parts.staff_provider is None:
        raise HTTPException(404)
    return parts.staff_provider


def _leave(parts: Parts) -> Leaving:
    with parts.database.session() as session:
        leaving = staff_oidc.begin(session, now=parts.clock())
        session.commit()
        return leaving


def _come_back(parts: Parts, state: str, browser: str) -> tuple[str, str]:
    with parts.database.session() as session:
        found = staff_oidc.come_back(session, state, browser, now=parts.clock())
        session.commit()
        return found


def _sign_in(request: Request, vouched: Vouched, *, trusted: bool) -> Signed:
    parts, now = parts_of(request), parts_of(request).clock()
    with parts.database.session() as session:
        try:
            staff = staff_oidc.staff_of(session, vouched.subject, vouched.named, now=now)
            return signing_in.by_provider(session, staff, trusted=trusted, browser=browser_of(request), now=now)
        finally:
            session.commit()  # a refusal is in the audit


def _told(request: Request, outcome: str, code: int) -> HTMLResponse:
    response = page(request, "desk/oidc_outcome.html", code=code, outcome=outcome)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
