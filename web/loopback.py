"""Asks the processes beside this one over HTTP: one session of kept connections, opened when it is first used."""

from collections.abc import Mapping
from typing import Any

import aiohttp

MOST_OPEN = 0
"""Connections to one process at once: as many as messages need."""
REUSED_WITHIN = 15.0
"""Seconds for which an idle connection is used again."""


class Loopback:
    """Asks one process; used by one event loop.

    Args:
        url: where it listens.
        params: what is added to the query of every request, such as a token.
        seconds: how long an answer may take.
    """

    def __init__(self, url: str, params: Mapping[str, str] | None = None, seconds: float = 10.0) -> None:
        self._url = url.rstrip("/")
        self._params = dict(params or {})
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: Any) -> Any:
        """Post JSON and return the JSON that comes back.

        Raises:
            aiohttp.ClientError: nobody answers, or with another status than success.
            TimeoutError: the answer takes too long.
            ValueError: the answer is no JSON.
        """
        async with self._opened().post(self._url + path, json=body, params=self._params) as response:
            response.raise_for_status()
            return await response.json(content_type=None)

    async def answers(self, url: str, within: float) -> bool:
        """Return whether an address (absolute, or a path of this process) answers well within so many seconds."""
        elsewhere = "://" in url
        whole, params = (url, None) if elsewhere else (self._url + url, self._params)
        try:
            async with self._opened().get(whole, params=params, timeout=aiohttp.ClientTimeout(within)) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=MOST_OPEN, keepalive_timeout=REUSED_WITHIN),
                timeout=aiohttp.ClientTimeout(self._seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session
