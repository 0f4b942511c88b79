"""Two whole nodes with real Rasa: parts are killed and both nodes upgraded while customers write."""

import subprocess
import sys

import pytest

from okienko.places import ROOT


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_parts_fall() -> None:
    command = [sys.executable, "-m", "benchmarks.faults"]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
