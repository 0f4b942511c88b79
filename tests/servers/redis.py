"""A real Redis server that keeps nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.daemon import Daemon
from tests.servers.ports import free_port, listens

PROGRAM = Path("/usr/bin/redis-server")


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a server; gives its URL."""
    with redis_server(folder) as (url, _):
        yield url


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, Daemon]]:
    """Run a server that can be ended and started again; gives its URL and the server."""
    port = free_port()
    command = [PROGRAM, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    server = Daemon(command, lambda: listens(port))
    try:
        server.start()
        server.wait(30)
        yield f"redis://127.0.0.1:{port}/0", server
    finally:
        server.end()
