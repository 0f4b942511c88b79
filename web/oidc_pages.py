"""The pages of a sign-in at the operator's provider: the code at its start, and what came of it at its end."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Cookie, Form, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from helpdesk import oidc_logins
from helpdesk.errors import NotFound, NotVerified
from helpdesk.oidc_logins import Leaving, Returned
from web.errors import ProviderRefused, ProviderUnavailable
from web.headers import HEADERS
from web.oidc_leaving import to_provider
from web.pages import page
from web.parts import Parts
from web.push import DESK, conversation_topic

COOKIE = "okienko_oidc"
LONGEST = 2_000
"""Longest parameter that is looked at."""
PATH = "/oidc"

Ticket = Annotated[str, Form(max_length=LONGEST)]

log = structlog.get_logger(__name__)
router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("/start")
async def start(request: Request, ticket: str = "") -> HTMLResponse:
    """Ask for the code that the chat shows; nothing happens before, so a link that is only opened does nothing."""
    return await _code_page(request, ticket)


@router.post("/start")
async def leave(request: Request, ticket: Ticket = "", code: Ticket = "") -> Response:
    """Send the browser to the provider when the code is the chat's."""
    parts = _parts(request)
    provider = parts.provider
    if provider is None:
        return _told(request, "unknown", 404)
    try:
        await provider.origin()  # before the ticket is used up
        leaving = await run_in_threadpool(_leave, parts, ticket, code)
        url = await provider.authorization_url(leaving.state, leaving.nonce, leaving.code_verifier)
    except NotVerified:
        return await _code_page(request, ticket, wrong=True)
    except NotFound:
        return _told(request, "unknown", 404)
    except ProviderUnavailable as problem:
        log.warning("oidc.unavailable", problem=str(problem))
        return _told(request, "unavailable", 503)
    return to_provider(url, leaving.browser, cookie=COOKIE, path=PATH, secure=parts.secure_cookies)


@router.get("/callback")
async def callback(
    request: Request,
    state: str = "",
    code: str = "",
    iss: str | None = None,
    browser: Annotated[str, Cookie(alias=COOKIE)] = "",
) -> HTMLResponse:
    """Take what the provider sent back; the level is raised only for the browser and the sign-in it belongs to."""
    parts = _parts(request)
    try:
        returned = await run_in_threadpool(_come_back, parts, state, browser)
        await _confirm(parts, returned, code, iss)
    except NotFound:
        return _told(request, "unknown", 404)
    except NotVerified:
        return _told(request, "no_account", 403)
    except ProviderRefused as problem:
        log.warning("oidc.refused", problem=str(problem))
        return _told(request, "refused", 403)
    except ProviderUnavailable as problem:
        log.warning("oidc.unavailable", problem=str(problem))
        return _told(request, "unavailable", 503)
    return _told(request, "confirmed", 200)


async def _confirm(parts: Parts, returned: Returned, code: str, issuer: str | None) -> None:
    if parts.provider is None or not code:
        raise ProviderRefused("no code")
    vouched = await parts.provider.vouched(
        code[:LONGEST], nonce=returned.nonce, code_verifier=returned.code_verifier, issuer=issuer
    )
    number = returned.conversation_id
    await run_in_threadpool(parts.identity.finish_oidc, number, vouched.subject, vouched.named)
    await parts.gateway.push.publish(conversation_topic(number), DESK)


def _leave(parts: Parts, ticket: str, code: str) -> Leaving:
    with parts.database.session() as session:
        try:
            return oidc_logins.leave(session, ticket, code, now=parts.clock())
        finally:
            session.commit()


def _come_back(parts: Parts, state: str, browser: str) -> Returned:
    with parts.database.session() as session:
        returned = oidc_logins.come_back(session, state[:LONGEST], browser[:LONGEST], now=parts.clock())
        session.commit()
        return returned


async def _code_page(request: Request, ticket: str, *, wrong: bool = False) -> HTMLResponse:
    provider = _parts(request).provider
    if provider is None:
        return _told(request, "unknown", 404)
    try:
        origin = await provider.origin()
    except ProviderUnavailable as problem:
        log.warning("oidc.unavailable", problem=str(problem))
        return _told(request, "unavailable", 503)
    code = 403 if wrong else 200
    response = page(
        request, "oidc/code.html", code=code, ticket=ticket[:LONGEST], wrong=wrong, digits=oidc_logins.CODE_DIGITS
    )
    # The form's answer sends the browser on to the provider, which counts as the form's action.
    policy = HEADERS["Content-Security-Policy"].replace("form-action 'self'", f"form-action 'self' {origin}")
    response.headers["Content-Security-Policy"] = policy
    return _closed(response)


def _told(request: Request, outcome: str, code: int) -> HTMLResponse:
    return _closed(page(request, "oidc/outcome.html", code=code, outcome=outcome))


def _closed(response: HTMLResponse) -> HTMLResponse:
    """Let neither the address with its secrets nor the page itself go anywhere else."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _parts(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found
