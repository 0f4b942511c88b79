"""One web node in a process of its own, as an operator runs it."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from okienko.places import ROOT
from tests.servers.daemon import Daemon


@dataclass
class WebNode:
    """A node that can be ended and started again on the same port.

    Attributes:
        port: where it listens.
        environment: its settings.
        log: where its log goes.
        process: what runs.
    """

    port: int
    environment: Mapping[str, str]
    log: Path
    process: Daemon = field(init=False)

    def __post_init__(self) -> None:
        self.process = Daemon(
            [sys.executable, "-m", "okienko", "serve", "web"],
            lambda: self.ready() == 200,
            {**self.environment, "OKIENKO_WEB_PORT": str(self.port)},
            ROOT,
            self.log,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ready(self, **asked: str) -> int:
        """Return the status of `/readyz`; 0 when nothing answers."""
        try:
            return httpx2.get(f"{self.url}/readyz", params=asked, timeout=5, trust_env=False).status_code
        except httpx2.HTTPError:
            return 0


@contextmanager
def running(*nodes: WebNode) -> Iterator[None]:
    """Run the nodes until the block ends."""
    try:
        for node in nodes:
            node.process.start()
        for node in nodes:
            node.process.wait()
        yield
    finally:
        for node in nodes:
            node.process.kill()
