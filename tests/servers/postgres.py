"""A real PostgreSQL server in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.daemon import Daemon
from tests.servers.ports import free_port

HOME = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Return the folder of the newest installed PostgreSQL's programs, or None."""
    found = sorted(HOME.glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgres(bin_folder: Path, *, durable: bool = False) -> Iterator[str]:
    """Run a server; gives the URL of its superuser without the database's name.

    Unless it is durable it leaves out what makes a server safe against power cuts: nothing outlives the tests.
    """
    with cluster(bin_folder, durable=durable) as (url, _):
        yield url


@contextmanager
def cluster(bin_folder: Path, *, durable: bool = False) -> Iterator[tuple[str, Daemon]]:
    """Run a server that can be ended and started again; gives its URL and the server."""
    folder = Path(tempfile.mkdtemp(prefix="okienko-postgres-"))
    # PostgreSQL refuses to run as root; Debian's package brings a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    port, data = free_port(), folder / "data"
    subprocess.run(
        [bin_folder / "initdb", "-D", data, "-U", "okienko", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    command = [bin_folder / "postgres", "-D", data, "-p", str(port), "-k", folder, "-h", "127.0.0.1"]
    careless = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0")
    settings = [] if durable else [word for setting in careless for word in ("-c", setting)]
    asking = [bin_folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    # While it recovers it listens already, and refuses everybody.
    server = Daemon([*command, *settings], lambda: subprocess.run(asking).returncode == 0, folder=folder, user=user)
    try:
        server.start()
        server.wait(30)
        yield f"postgresql+psycopg://okienko@127.0.0.1:{port}", server
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)
