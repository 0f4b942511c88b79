"""Bounds on what a request may bring, before anything reads it."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.texts import text

MOST_BYTES = 256 * 1024
"""Largest body of a request: a message or a consultant's answer in any script, with room to spare."""


class BodyLimit:
    """Refuses requests with larger bodies: announced ones at once, others as soon as they grow too large."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 413."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        body, more = b"", True
        while more and (not announced.isdigit() or int(announced) <= self.most) and len(body) <= self.most:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if more or len(body) > self.most:
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
