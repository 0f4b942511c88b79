"""A server in a process of its own, which can be ended or killed and started again."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.ports import eventually

START = 300.0
"""Seconds that a server may take until it is ready: one that reads the index of the knowledge, on a busy machine."""


@dataclass
class Daemon:
    """A server that runs or not.

    Attributes:
        command: what is run.
        ready: tells whether it serves.
        environment: what it finds in its environment besides ours.
        folder: where it runs.
        log: where its log goes; None for nowhere.
        user: whose it is; None for ours.
    """

    command: Sequence[str | Path]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    log: Path | None = None
    user: str | None = None
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def number(self) -> int:
        """The number of its process, which must run."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        with (self.log or Path(os.devnull)).open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                user=self.user,
                start_new_session=True,
            )

    def wait(self, seconds: float = START) -> None:
        """Wait until it is ready."""
        eventually(lambda: self.ready() or self._ended(), seconds)
        assert not self._ended(), self.log.read_text(encoding="utf-8")[-2000:] if self.log else self.command

    def tell_to_end(self, number: int = signal.SIGTERM) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait_ended(self, seconds: float = 60.0) -> int:
        """Return the status with which it ended."""
        assert self._process is not None
        status = self._process.wait(seconds)
        self._process = None
        return status

    def kill(self) -> None:
        """End it, and all that it has started, by force."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        self._process = None

    def end(self, seconds: float = 30.0) -> None:
        """End it politely if it runs, by force when it takes too long."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(seconds)
            self._process = None
        except subprocess.TimeoutExpired:
            self.kill()

    def _ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None
