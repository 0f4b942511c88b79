"""Installs the Debian packages that the tests' servers need, as root; otherwise says which tests will be skipped."""

import os
import shutil
import subprocess
from pathlib import Path

# package, a file that shows it is there, what cannot be tested without it
SERVERS = (
    ("dovecot-imapd", "/usr/sbin/dovecot", "mail against Dovecot"),
    ("redis-server", "/usr/bin/redis-server", "several web nodes over Redis"),
    ("chromium", "/usr/bin/chromium", "the pages in a browser"),
    ("postgresql", "/usr/lib/postgresql", "the records on PostgreSQL"),
    ("haproxy", "/usr/sbin/haproxy", "two web nodes behind a proxy"),
    ("hunspell", "/usr/bin/hunspell", "the articles' spelling"),
    ("hunspell-pl", "/usr/share/hunspell/pl_PL.dic", "the articles' spelling"),
)


def main() -> None:
    """Install what is missing, or tell."""
    missing = [server for server in SERVERS if not Path(server[1]).exists()]
    if not missing:
        return
    names = [package for package, _, _ in missing]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing the tests' servers: {', '.join(names)}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *names]
        for attempt in (install, ["apt-get", "update", "--quiet"], install):
            if (
                subprocess.run(attempt, env=quiet, check=False, capture_output=True).returncode == 0
                and attempt is install
            ):
                break
    for package, place, tests in missing:
        if not Path(place).exists():
            print(f"{package} is not installed: tests of {tests} will be skipped", flush=True)


if __name__ == "__main__":
    main()
