"""The page of measurements: each benchmark has a place of its own in it.

Usage: `.venv/bin/python -m benchmarks.paper` notes the machine and the versions; `.venv/bin/python -m benchmarks.paper
PLACE MODULE [OPTION…]` runs a benchmark and puts what it prints into the place.
"""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from okienko.places import ROOT
from tests.servers import postgres

PAGE = ROOT / "docs" / "performance.md"


def write(place: str, text: str) -> None:
    """Put a text into its place on the page, between the two comments that bear the place's name."""
    begin, end = f"<!-- {place}: begin -->", f"<!-- {place}: end -->"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table; all columns but the first are ranged right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Return the median of several runs, and the lowest and highest of them when they differ."""
    middle, low, high = (f"{value:.{digits}f}" for value in (median(values), min(values), max(values)))
    return middle if low == high else f"{middle} ({low}–{high})"


def machine() -> str:
    """Return the processor, its cores, and the version of Python, in a few words."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{_processor()}, {cores} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def versions() -> str:
    """Return the versions of what matters to the figures."""
    ours = [f"{name} {version(name)}" for name in ("sqlalchemy", "psycopg", "fastapi", "uvicorn", "scikit-learn")]
    rasa = re.findall(
        r"^rasa==([\d.]+)", (ROOT / "bot" / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    programs = postgres.programs()
    asked = [programs / "postgres", "--version"] if programs else ["echo", "no PostgreSQL"]
    server = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    return ", ".join([*ours, *(f"rasa {number}" for number in rasa), server])


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def main(arguments: Sequence[str]) -> None:
    """Note the machine, or run a benchmark and keep what it prints."""
    if not arguments:
        write("machine", f"{datetime.now(UTC):%Y-%m-%d}. {machine()}. {versions()}.")
        return
    place, module, *options = arguments
    command = [sys.executable, "-m", module, *options]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    print(printed)
    write(place, f"`.venv/bin/python -m {' '.join([module, *options])}`:\n\n```\n{printed}\n```")


if __name__ == "__main__":
    main(sys.argv[1:])
