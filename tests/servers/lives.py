"""A mail worker and an outbox's sender that are killed: a process that has loaded everything forks one of each a life.

It reads one JSON object a line, `{"life": 7, "mail": 0.2, "outbox": null}`: after how many seconds each of the two is
killed; null lets it finish its work. It answers with `{"killed": 1, "failed": 0}`.
"""

import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from subprocess import PIPE, Popen
from typing import Any

import structlog

from helpdesk.database import Database
from helpdesk.sealing import Sealer
from helpdesk.tables import OutboxMail
from mail_ingest.after import read_after
from mail_ingest.backoff import Backoff
from mail_ingest.batch import Batch
from mail_ingest.delivery import LEASE, Delivery
from mail_ingest.office import Office
from mail_ingest.process import Processor
from mail_ingest.sender import Sender
from mail_ingest.server_url import read_server_url
from mail_ingest.worker import Worker
from okienko.places import ROOT
from tests.conftest import NOON
from tests.fakes import FakeUnderstander

LOOK = 0.001


@dataclass(frozen=True)
class Setup:
    """What each life is built from."""

    database_url: str
    key: str
    imap_url: str
    smtp_url: str
    after: str


@dataclass(frozen=True)
class Ended:
    killed: int
    failed: int


class Lives:
    """The process that forks, seen from the test."""

    def __init__(self, process: "Popen[str]") -> None:
        self._process = process

    def live(self, life: int, *, mail: float | None, outbox: float | None) -> Ended:
        """Let both live until they are killed after so many seconds, or have finished."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"life": life, "mail": mail, "outbox": outbox}) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))


@contextmanager
def lives(setup: Setup) -> Iterator[Lives]:
    """Start the process; it ends with its standard input."""
    command = [sys.executable, "-m", "tests.servers.lives", json.dumps(asdict(setup))]
    with Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as process:
        yield Lives(process)


def _bring_in(setup: Setup, clock: Callable[[], datetime], *, to_the_end: bool) -> None:
    database = Database(setup.database_url, Sealer([setup.key]))
    processor = Processor(database, FakeUnderstander(), Office("cot@zus.pl", most_answers=10_000), clock)
    server = read_server_url(setup.imap_url, "imap")
    worker = Worker(server, database, Batch(processor), clock, Backoff(0.01, 0.05), read_after(setup.after))
    if to_the_end:
        worker.drain()
    else:
        worker.run(threading.Event())


def _send(setup: Setup, clock: Callable[[], datetime], *, to_the_end: bool) -> None:
    database = Database(setup.database_url, Sealer([setup.key]))
    sender = Sender(read_server_url(setup.smtp_url, "smtp"), Delivery(OutboxMail, database, clock), "cot@zus.pl")
    if to_the_end:
        while sender.send_due():
            pass
    else:
        sender.run(threading.Event())


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException as problem:
        sys.stderr.write(f"a life failed: {problem!r}\n")
        os._exit(1)
    os._exit(0)


def _live(setup: Setup, life: int, **seconds: float | None) -> Ended:
    # What a killed sender had claimed is free again in the next life.
    clock = NOON + life * (LEASE + timedelta(minutes=1))
    roles: dict[str, Any] = {"mail": _bring_in, "outbox": _send}
    begun = time.monotonic()
    under_way = {
        _fork(lambda name=name: roles[name](setup, lambda: clock, to_the_end=seconds[name] is None)): seconds[name]
        for name in roles
    }
    killed = failed = 0
    while under_way:
        for child, end in list(under_way.items()):
            if end is not None and time.monotonic() - begun >= end:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                killed += 1
                del under_way[child]
            elif (done := os.waitpid(child, os.WNOHANG))[0]:
                failed += done[1] != 0 or end is not None
                del under_way[child]
        time.sleep(LOOK)
    return Ended(killed, failed)


def main() -> None:
    """Serve lives until standard input ends."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    setup = Setup(**json.loads(sys.argv[1]))
    for line in sys.stdin:
        asked = json.loads(line)
        ended = _live(setup, asked["life"], mail=asked["mail"], outbox=asked["outbox"])
        sys.stdout.write(json.dumps(asdict(ended)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
