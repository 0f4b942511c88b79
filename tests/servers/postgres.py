"""A real PostgreSQL server in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import eventually, free_port, listens

HOME = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Return the folder of the newest installed PostgreSQL's programs, or None."""
    found = sorted(HOME.glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgres(bin_folder: Path) -> Iterator[str]:
    """Run a server; gives the URL of its superuser without the database's name."""
    folder = Path(tempfile.mkdtemp(prefix="okienko-postgres-"))
    # PostgreSQL refuses to run as root; Debian's package brings a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    port = free_port()
    options = {"user": user, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    data = folder / "data"
    subprocess.run(
        [bin_folder / "initdb", "-D", data, "-U", "okienko", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True, **options,
    )  # fmt: skip
    command = [bin_folder / "postgres", "-D", data, "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
    # Nothing here outlives the tests: what makes a server safe against power cuts is left out.
    careless = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0")
    settings = [word for setting in careless for word in ("-c", setting)]
    server = subprocess.Popen([*command, *settings], **options)
    try:
        eventually(lambda: listens(port))
        yield f"postgresql+psycopg://okienko@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
