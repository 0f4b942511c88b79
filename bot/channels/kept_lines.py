"""The action server is called over connections that stay open; Rasa would open one for each call.

An idle one is used again for aiohttp's 15 seconds, which is less than the action server keeps it open.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from rasa.utils.endpoints import EndpointConfig

_open_session = EndpointConfig.session
_sessions: dict[str, aiohttp.ClientSession] = {}


@asynccontextmanager
async def session(endpoint: EndpointConfig) -> AsyncIterator[aiohttp.ClientSession]:
    """Give the session of an endpoint, which stays open until the process ends."""
    kept = _sessions.get(endpoint.url)
    if kept is None:
        kept = _sessions[endpoint.url] = _open_session(endpoint)
    yield kept


async def close() -> None:
    """Close all sessions, as when the process ends."""
    while _sessions:
        await _sessions.popitem()[1].close()


def install() -> None:
    """Let Rasa's endpoints be called so."""
    EndpointConfig.session = session
