"""One Rasa server with one model, as a process of its own on a free port of loopback."""

import asyncio
import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from okienko.errors import CommandError
from okienko.places import BOT_PYTHON, ROOT

LOOK_EVERY = 0.25
START_WITHIN = 300.0
"""Seconds in which a Rasa must have loaded its model, also on a machine that has much else to do."""
GRACE = 5.0
"""Seconds between the request to end and the end by force."""
IDLE = 2.0
"""Seconds for which an idle connection is used again: less than Rasa keeps it open, so that none breaks in use."""
LONGEST_ANSWER = 120.0
CONNECT_WITHIN = 5.0
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)


class ModelRefused(CommandError):
    """Rasa does not load the model."""


class NotReady(CommandError):
    """Rasa was not ready in time; nothing is said of its model."""


@dataclass
class Engine:
    """A Rasa that was started.

    Attributes:
        model: the name of its model's file.
        process: its process.
        client: asks it.
        token: what it asks of its callers; empty for none.
        busy: how many requests it works on.
    """

    model: str
    process: asyncio.subprocess.Process
    client: aiohttp.ClientSession
    token: str = ""
    busy: int = 0
    idle: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def lives(self) -> bool:
        """Whether its process runs."""
        return self.process.returncode is None

    async def wait_ready(self, seconds: float = START_WITHIN) -> None:
        """Wait until it has loaded its model.

        Raises:
            ModelRefused: it ended, or answers without a model.
            NotReady: it takes too long.
        """
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            if not self.lives:
                raise ModelRefused(f"Rasa ended with status {self.process.returncode} while it loaded {self.model}")
            status = await self._status()
            if status == 200:
                return
            if status == 409:
                # It opens its port after it has tried to load the model.
                raise ModelRefused(f"Rasa does not load {self.model}")
            await asyncio.sleep(LOOK_EVERY)
        raise NotReady(f"Rasa did not load {self.model} within {seconds:.0f} s")

    async def _status(self) -> int:
        params, patience = {"token": self.token} if self.token else {}, aiohttp.ClientTimeout(LOOK_EVERY * 20)
        with suppress(aiohttp.ClientError, TimeoutError):
            async with self.client.get("/status", params=params, timeout=patience) as answer:
                return answer.status
        return 0

    async def end(self, patience: float) -> None:
        """End it when it has answered what it works on, at the latest after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience), self.idle:
                await self.idle.wait_for(lambda: self.busy == 0)
        await self.client.close()
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), GRACE)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()


async def start(model: Path, environment: Mapping[str, str], token: str) -> Engine:
    """Start a Rasa with a model; it is not ready yet."""
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        *_command(model, port, token),
        cwd=ROOT,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        preexec_fn=_dying_with_parent(),
    )
    return Engine(model.name, process, open_line(f"http://127.0.0.1:{port}"), token)


def open_line(url: str) -> aiohttp.ClientSession:
    """Return what asks a Rasa; questions and answers stay as they are."""
    return aiohttp.ClientSession(
        url,
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE),
        timeout=aiohttp.ClientTimeout(LONGEST_ANSWER, sock_connect=CONNECT_WITHIN),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
    )


def _command(model: Path, port: int, token: str) -> Sequence[str]:
    command = [str(BOT_PYTHON), "-m", "rasa", "run", "--enable-api", "--model", str(model.resolve())]
    command += ["--endpoints", "bot/endpoints.yml", "--credentials", "bot/credentials.yml"]
    command += ["--interface", "127.0.0.1", "--port", str(port)]
    return [*command, *(["--auth-token", token] if token else [])]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _dying_with_parent() -> Callable[[], None] | None:
    """Return what a child does before it becomes Rasa, so that it ends with us, even by force (Linux only)."""
    if sys.platform != "linux":
        return None
    # Looked up here: between fork and exec nothing may be imported.
    prctl, parent, number = ctypes.CDLL(None).prctl, os.getpid(), signal.SIGTERM

    def prepare() -> None:
        prctl(_DIE_WITH_PARENT, number)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
