"""What listens at Rasa's address: hands each request on to the Rasa that answers now, and waits while none does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from yarl import URL

from okienko.rasa.engine import Engine

PATIENCE = 12.0
"""Seconds that a message waits for a Rasa; less than the gateway waits for the answer (`OKIENKO_RASA_TIMEOUT`)."""
PAUSE = 0.1
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length", "host", "te"})


class Front:
    """Knows which engine answers now; used by one event loop."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._engine: Engine | None = None
        self._patience = patience
        self._changed = asyncio.Condition()

    @property
    def engine(self) -> Engine | None:
        """The engine that answers now."""
        return self._engine

    async def put(self, engine: Engine | None) -> Engine | None:
        """Let another engine answer from now on; returns the one that did, which may still work on requests."""
        async with self._changed:
            before, self._engine = self._engine, engine
            self._changed.notify_all()
        return before

    async def hand_on(self, request: Request) -> Response:
        """Answer a request as Rasa does.

        A request that no Rasa has taken yet waits for one; a look (GET) is told at once that there is none.
        """
        body = await request.body()
        loop = asyncio.get_running_loop()
        end = loop.time() + (self._patience if request.method == "POST" else 0.0)
        while True:
            async with self._one(max(0.0, end - loop.time())) as engine:
                if engine is None:
                    return _unavailable()
                try:
                    return await _ask(engine, request, body)
                except aiohttp.ClientConnectorError:
                    # It has just died and never saw the request: the next one may have it.
                    if loop.time() >= end:
                        return _unavailable()
                except (aiohttp.ClientError, TimeoutError):
                    # It may have worked on it already; asking again could do it twice.
                    return _unavailable()
            await asyncio.sleep(PAUSE)

    @asynccontextmanager
    async def _one(self, seconds: float) -> AsyncIterator[Engine | None]:
        """Give the engine of the moment, which is not ended meanwhile; None when there is none in time."""
        engine = await self._awaited(seconds)
        if engine is None:
            yield None
            return
        engine.busy += 1
        try:
            yield engine
        finally:
            engine.busy -= 1
            async with engine.idle:
                engine.idle.notify_all()

    async def _awaited(self, seconds: float) -> Engine | None:
        if self._engine is None and seconds > 0:
            try:
                async with asyncio.timeout(seconds), self._changed:
                    await self._changed.wait_for(lambda: self._engine is not None)
            except TimeoutError:
                return None
        return self._engine


async def _ask(engine: Engine, request: Request, body: bytes) -> Response:
    headers = {name: value for name, value in request.headers.items() if name not in _HOP_BY_HOP}
    path, query = request.scope["raw_path"].decode("ascii"), request.url.query
    url = URL(f"{path}?{query}" if query else path, encoded=True)
    asking = engine.client.request(request.method, url, data=body, headers=headers, allow_redirects=False)
    async with asking as answer:
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
        return Response(await answer.read(), answer.status, kept)


def _unavailable() -> Response:
    return JSONResponse({"status": "failure", "reason": "no model answers now"}, 503)
