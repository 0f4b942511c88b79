"""One web node in a process of its own, as an operator runs it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from okienko.places import ROOT
from tests.servers.ports import eventually

START = 300.0
"""Seconds that a node may take until it serves: it reads the index of the knowledge."""


@dataclass
class WebNode:
    """A node that can be ended and started again on the same port.

    Attributes:
        port: where it listens.
        environment: its settings.
        log: where its log goes.
        program: where its code lies; another version of it for a rolling upgrade.
    """

    port: int
    environment: Mapping[str, str]
    log: Path
    program: Path = ROOT
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "okienko", "serve", "web"],
                cwd=self.program,
                env={**os.environ, **self.environment, "OKIENKO_WEB_PORT": str(self.port)},
                stdout=log,
                stderr=log,
            )

    def wait(self) -> None:
        """Wait until it is ready."""
        eventually(lambda: self.ready() == 200, START)

    def ready(self, **asked: str) -> int:
        """Return the status of `/readyz`; 0 when nothing answers."""
        try:
            return httpx2.get(f"{self.url}/readyz", params=asked, timeout=5, trust_env=False).status_code
        except httpx2.HTTPError:
            assert self._process is not None
            assert self._process.poll() is None, self.log.read_text(encoding="utf-8")[-2000:]
            return 0

    def tell_to_end(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def wait_ended(self, seconds: float = 60.0) -> int:
        """Return the status with which it ended."""
        assert self._process is not None
        status = self._process.wait(seconds)
        self._process = None
        return status

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)


@contextmanager
def running(*nodes: WebNode) -> Iterator[None]:
    """Run the nodes until the block ends."""
    try:
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait()
        yield
    finally:
        for node in nodes:
            node.end()
