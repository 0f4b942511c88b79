"""Counts the answers of the web role by class of status, so that an operator sees failures before a customer calls."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.metrics import RESPONSES


class ResponseCounts:
    """Counts each response that begins, and each request that ended in an error without one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and count its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def count(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                RESPONSES.labels(f"{message['status'] // 100}xx").inc()
            await send(message)

        try:
            await self.app(scope, receive, count)
        except Exception:
            if not begun:
                RESPONSES.labels("5xx").inc()
            raise
