"""Who sits at the desk: the session behind the cookie, and the token that every form must bring."""

import hmac
from typing import Annotated, Any

from fastapi import Depends, Form, HTTPException, Request, Response, WebSocket
from fastapi.responses import RedirectResponse
from starlette.requests import HTTPConnection

from helpdesk import staff_sessions
from helpdesk.roles import Permission, may
from helpdesk.staff_sessions import Signed
from helpdesk.tables import Staff, StaffSession
from web.parts import Parts

COOKIE = "okienko_desk"
LOGIN = "/desk/login"


class NotSignedIn(HTTPException):
    """Nobody is signed in, or a step is missing; the browser is sent where one goes on."""

    def __init__(self, where: str = LOGIN) -> None:
        super().__init__(303, headers={"Location": where})


def parts_of(connection: HTTPConnection) -> Parts:
    """Return the application's parts."""
    found: Parts = connection.app.state.parts
    return found


def arriving_of(connection: HTTPConnection) -> StaffSession | None:
    """Return the live session of a browser, whether or not steps are missing; None when there is none."""
    parts, token = parts_of(connection), connection.cookies.get(COOKIE)
    if not token:
        return None
    with parts.database.reading() as session:
        return staff_sessions.find(session, token, now=parts.clock())


def session_of(connection: HTTPConnection) -> StaffSession | None:
    """Return the live session of a browser for which the desk is open, or None."""
    found = arriving_of(connection)
    return found if found is not None and found.is_complete else None


def signed_in(request: Request) -> StaffSession:
    """Return who sends a request; sends the browser on when nobody is known, or a step is missing."""
    found = arriving_of(request)
    if found is None:
        raise NotSignedIn
    if not found.is_complete:
        raise NotSignedIn(step_path(found))
    _note_use(request, found)
    return found


def signed_in_form(request: Request, csrf: Annotated[str, Form()] = "") -> StaffSession:
    """Return who sends a form; refuses one that another site made the browser send."""
    return _with_token(signed_in(request), csrf)


def arriving(request: Request) -> StaffSession:
    """Return whose browser takes the steps before the desk opens; sends all others where they belong."""
    found = arriving_of(request)
    if found is None:
        raise NotSignedIn
    if found.is_complete:
        raise NotSignedIn(home_of(found.staff))
    if not request.url.path.startswith(step_path(found)):
        raise NotSignedIn(step_path(found))
    return found


def arriving_form(request: Request, csrf: Annotated[str, Form()] = "") -> StaffSession:
    """Return whose browser sends the form of a step; refuses one that another site made the browser send."""
    return _with_token(arriving(request), csrf)


def leaving_form(request: Request, csrf: Annotated[str, Form()] = "") -> StaffSession:
    """Return who signs out, at whichever step they are."""
    found = arriving_of(request)
    if found is None:
        raise NotSignedIn
    return _with_token(found, csrf)


def _with_token(found: StaffSession, csrf: str) -> StaffSession:
    if not hmac.compare_digest(found.csrf.encode(), csrf.encode()):
        raise HTTPException(403)
    return found


def _note_use(request: Request, found: StaffSession) -> None:
    """Note that the browser is in use; a page that refreshes itself while nobody is there is no use."""
    by_a_person = request.method != "GET" or request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    parts = parts_of(request)
    if by_a_person and staff_sessions.is_seen_late(found, parts.clock()):
        with parts.database.session() as session:
            staff_sessions.note_use(session, found.id, now=parts.clock())
            session.commit()


def step_path(found: StaffSession) -> str:
    """Return the page of the step that a browser stands at."""
    step = staff_sessions.next_step(found)
    return f"{LOGIN}/{step.value}" if step else home_of(found.staff)


def home_of(staff: Staff) -> str:
    """Return the page where somebody begins their work."""
    if may(staff, Permission.WORK_ON_CASES):
        return "/desk"
    if may(staff, Permission.EDIT_KNOWLEDGE):
        return "/desk/knowledge"
    return "/desk/admin" if may(staff, Permission.ADMINISTER) else "/desk/me"


def keep_signed(request: Request, response: Response, signed: Signed) -> Response:
    """Give the browser its new secret: out of reach for scripts and other sites, and over HTTPS where there is some."""
    response.set_cookie(
        COOKIE,
        signed.token,
        max_age=max(0, int(signed.lasts.total_seconds())),
        path="/desk",
        httponly=True,
        samesite="lax",
        secure=parts_of(request).secure_cookies,
    )
    return response


def reading(permission: Permission) -> Any:
    """Return a dependency: who reads a page that needs a permission; for others the page does not exist."""

    def allowed(me: Annotated[StaffSession, Depends(signed_in)]) -> StaffSession:
        return _allowed(me, permission)

    return Depends(allowed)


def acting(permission: Permission) -> Any:
    """Return a dependency: who sends a form that needs a permission; for others it does not exist."""

    def allowed(me: Annotated[StaffSession, Depends(signed_in_form)]) -> StaffSession:
        return _allowed(me, permission)

    return Depends(allowed)


def _allowed(me: StaffSession, permission: Permission) -> StaffSession:
    if not may(me.staff, permission):
        raise HTTPException(404)
    return me


def same_origin(socket: WebSocket) -> bool:
    """Return whether a page of this very site opens the socket; browsers send cookies along from any page."""
    origin = socket.headers.get("origin", "")
    return origin.split("://", 1)[-1] == socket.headers.get("host")


def back_to(path: str) -> RedirectResponse:
    """Send the browser on after a form."""
    return RedirectResponse(path, status_code=303)


Reading = Annotated[StaffSession, Depends(signed_in)]
Acting = Annotated[StaffSession, Depends(signed_in_form)]
"""Anybody signed in. Pages about cases ask `may_work_on` besides; others are guarded by one of the following."""

Working = Annotated[StaffSession, reading(Permission.WORK_ON_CASES)]
WorkingForm = Annotated[StaffSession, acting(Permission.WORK_ON_CASES)]
Leading = Annotated[StaffSession, reading(Permission.LEAD)]
LeadingForm = Annotated[StaffSession, acting(Permission.LEAD)]
Editing = Annotated[StaffSession, reading(Permission.EDIT_KNOWLEDGE)]
EditingForm = Annotated[StaffSession, acting(Permission.EDIT_KNOWLEDGE)]
Reporting = Annotated[StaffSession, reading(Permission.SEE_REPORTS)]
ReportingForm = Annotated[StaffSession, acting(Permission.SEE_REPORTS)]
Administering = Annotated[StaffSession, reading(Permission.ADMINISTER)]
AdministeringForm = Annotated[StaffSession, acting(Permission.ADMINISTER)]

Arriving = Annotated[StaffSession, Depends(arriving)]
ArrivingForm = Annotated[StaffSession, Depends(arriving_form)]
"""Whose browser takes the steps between password and desk."""
