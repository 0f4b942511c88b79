"""A newer version of the program, with one migration more, which only adds."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from okienko.places import ROOT
from tests.migrations import ADDING, FUTURE, add

PROGRAM = (
    *("actions", "bot", "helpdesk", "knowledge", "mail_ingest", "migrations", "nlu_data", "okienko", "polish"),
    *("understanding", "web", "config.yml"),
)
"""What the program consists of."""


def newer_version(folder: Path) -> Path:
    """Make it out of this one; returns its folder."""
    program = folder / "newer"
    for part in PROGRAM:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, program / part, ignore=shutil.ignore_patterns(".venv"))
        else:
            shutil.copy2(ROOT / part, program / part)
    (program / "bot" / ".venv").symlink_to(ROOT / "bot" / ".venv")
    add(program / "migrations", ADDING, older_serve=True)
    return program


def migrate(program: Path, environment: Mapping[str, str]) -> None:
    """Migrate with it, while the older one serves."""
    command = [sys.executable, "-m", "okienko", "db", "upgrade"]
    done = subprocess.run(command, cwd=program, env={**os.environ, **environment}, capture_output=True, text=True)
    assert FUTURE in done.stdout, done.stderr
