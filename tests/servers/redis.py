"""A real Redis server that keeps nothing."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import eventually, free_port, listens

PROGRAM = Path("/usr/bin/redis-server")


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a server; gives its URL."""
    port = free_port()
    command = [PROGRAM, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: listens(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(30)
