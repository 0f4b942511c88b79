"""Who sits at the desk: the session behind the cookie, and the token that every form must bring."""

import hmac
from typing import Annotated, Any

from fastapi import Depends, Form, HTTPException, Request, WebSocket
from fastapi.responses import RedirectResponse
from starlette.requests import HTTPConnection

from helpdesk import staff as people
from helpdesk.roles import Permission, may
from helpdesk.tables import StaffSession
from web.parts import Parts

COOKIE = "okienko_desk"


class NotSignedIn(HTTPException):
    """Nobody is signed in; the browser is sent to the sign-in page."""

    def __init__(self) -> None:
        super().__init__(303, headers={"Location": "/desk/login"})


def parts_of(connection: HTTPConnection) -> Parts:
    """Return the application's parts."""
    found: Parts = connection.app.state.parts
    return found


def session_of(connection: HTTPConnection) -> StaffSession | None:
    """Return the live session of a browser, or None."""
    parts, token = parts_of(connection), connection.cookies.get(COOKIE)
    if not token:
        return None
    with parts.database.reading() as session:
        return people.find_session(session, token, now=parts.clock())


def signed_in(request: Request) -> StaffSession:
    """Return who sends a request; sends the browser to the sign-in page when nobody is known."""
    found = session_of(request)
    if found is None:
        raise NotSignedIn
    return found


def signed_in_form(request: Request, csrf: Annotated[str, Form()] = "") -> StaffSession:
    """Return who sends a form; refuses one that another site made the browser send."""
    found = signed_in(request)
    if not hmac.compare_digest(found.csrf.encode(), csrf.encode()):
        raise HTTPException(403)
    return found


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

Leading = Annotated[StaffSession, reading(Permission.LEAD)]
LeadingForm = Annotated[StaffSession, acting(Permission.LEAD)]
Administering = Annotated[StaffSession, reading(Permission.ADMINISTER)]
AdministeringForm = Annotated[StaffSession, acting(Permission.ADMINISTER)]
