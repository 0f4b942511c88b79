"""Keeps the processes of one machine: starts them, waits until each is ready, restarts what dies, ends them all."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from okienko.errors import PartMissing

LOOK_EVERY = 0.25
GRACE = 10.0
"""Seconds between the request to end and the end by force."""
LONGEST_PAUSE = 30.0
"""Longest pause before a part that keeps dying is started again."""
SETTLED = 60.0
"""Seconds after which a part counts as healthy, and its pauses start afresh."""


@dataclass(frozen=True)
class Part:
    """One process: how it is started, and what tells that it is ready (None: it is at once)."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] | None = None


@dataclass
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    since: float
    deaths: int = 0


@dataclass
class Supervisor:
    """Runs parts until it is told to stop.

    Attributes:
        logs: folder for one log file a part.
        environment: what the processes find in their environment.
        say: shows one line to the person at the terminal.
    """

    logs: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    _running: list[_Running] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self, parts: Sequence[Part]) -> None:
        """Start all parts at once; their order is the order in which they are ended, backwards."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for part in parts:
            self._running.append(_Running(part, self._spawn(part), time.monotonic()))

    def wait_ready(self, seconds: float) -> None:
        """Wait until every part says that it is ready; restarts what dies meanwhile.

        Raises:
            PartMissing: a part is not ready in time; the message names its log.
        """
        waiting = [running.part for running in self._running if running.part.ready]
        end = time.monotonic() + seconds
        while waiting and not self._stopping.is_set():
            self._look()
            ready = [part for part in waiting if part.ready and part.ready()]
            for part in ready:
                self.say(f"  {part.name} is ready")
            waiting = [part for part in waiting if part not in ready]
            if waiting and time.monotonic() > end:
                names = ", ".join(f"{part.name} (see {self.logs / part.name}.log)" for part in waiting)
                raise PartMissing(f"not ready in time: {names}")
            self._stopping.wait(LOOK_EVERY)

    def watch(self) -> None:
        """Restart whatever dies until `stop` is called from a signal or another thread."""
        while not self._stopping.wait(LOOK_EVERY):
            self._look()

    def stop(self, *_signal: object) -> None:
        """Ask to end; may be called from a signal handler."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping.is_set()

    def processes(self) -> list[int]:
        """Return the numbers of the processes, in the order in which their parts were given."""
        return [running.process.pid for running in self._running]

    def end_all(self) -> None:
        """End every process that was started: politely first, by force after a while."""
        self._stopping.set()
        for running in reversed(self._running):
            _signal_group(running.process, signal.SIGTERM)
        end = time.monotonic() + GRACE
        for running in self._running:
            with suppress(subprocess.TimeoutExpired):
                running.process.wait(max(0.0, end - time.monotonic()))
            # What a part itself has started (workers of Rasa, say) is in its group, also when the part is gone.
            _signal_group(running.process, signal.SIGKILL)
            running.process.wait()
        self._running.clear()

    def _spawn(self, part: Part) -> subprocess.Popen[bytes]:
        with (self.logs / f"{part.name}.log").open("ab") as log:
            return subprocess.Popen(
                part.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                # A group of its own: Ctrl-C reaches only the supervisor, which ends the parts in order.
                start_new_session=True,
            )

    def _look(self) -> None:
        for running in self._running:
            status = running.process.poll()
            if status is None or self._stopping.is_set():
                continue
            lived = time.monotonic() - running.since
            running.deaths = 1 if lived > SETTLED else running.deaths + 1
            pause = min(2.0 ** (running.deaths - 1), LONGEST_PAUSE)
            log = self.logs / f"{running.part.name}.log"
            self.say(f"  {running.part.name} ended with status {status}; starting again in {pause:.0f} s (see {log})")
            if self._stopping.wait(pause):
                return
            _signal_group(running.process, signal.SIGKILL)
            running.process, running.since = self._spawn(running.part), time.monotonic()


def answers(url: str) -> Callable[[], bool]:
    """Return a look whether an address answers with 200."""

    def look() -> bool:
        try:
            return httpx2.get(url, timeout=1.0, trust_env=False).status_code == 200
        except httpx2.HTTPError:
            return False

    return look


def listens(host: str, *ports: int) -> Callable[[], bool]:
    """Return a look whether all these ports accept connections."""

    def look() -> bool:
        try:
            for port in ports:
                socket.create_connection((host, port), timeout=1.0).close()
        except OSError:
            return False
        return True

    return look


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def end_with_parent() -> None:
    """Let this process end when the supervisor is gone, even by force (Linux only; elsewhere nothing happens)."""
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
