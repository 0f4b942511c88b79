"""Bounds on what a request may bring, before anything reads it."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.texts import text

MOST_BYTES = 256 * 1024
"""Largest body of a request: a message or a consultant's answer in any script, with room to spare."""


Room = Callable[[Scope], Awaitable[int]]
"""Says how many bytes a request may bring."""


async def usual_room(_scope: Scope) -> int:
    """Return how much a request may bring that is nothing special."""
    return MOST_BYTES


class BodyLimit:
    """Refuses requests with larger bodies: announced ones at once, others as soon as they grow too large."""

    def __init__(self, app: ASGIApp, room: Room = usual_room) -> None:
        self.app, self.room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 413."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = await self.room(scope)
        announced = Headers(scope=scope).get("content-length", "0")
        body, more = b"", True
        while more and (not announced.isdigit() or int(announced) <= most) and len(body) <= most:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if more or len(body) > most:
            refusal = JSONResponse({"detail": text("bad_request")}, status_code=413)
            await refusal(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)


def _replay(body: bytes, receive: Receive) -> Receive:
    first = True

    async def again() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again
