"""Mails prepared in processes of their own, beside the one that files them: one interpreter works on one core only."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass, field

import structlog

from mail_ingest.counts import Result
from mail_ingest.prepared import Prepared
from mail_ingest.process import Processor

logger = structlog.get_logger(__name__)


@dataclass
class Preparers:
    """Processes that prepare mails; they are started when the first mail is there, and again after one of them died.

    Attributes:
        build: makes the processor in each process; a function that the process can import.
        count: how many processes.
    """

    build: Callable[[], Processor]
    count: int
    _pool: ProcessPoolExecutor | None = field(default=None, repr=False)

    def pool(self) -> ProcessPoolExecutor | None:
        """Return the running processes, to which `prepare` is given; None when they cannot be started.

        Starting them takes seconds.
        """
        if self._pool is None:
            # Not forked: this process has threads, and what they hold at that moment would be held for ever.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.count, context, _begin, (self.build,))
            try:
                for started in [self._pool.submit(os.getpid) for _ in range(self.count)]:
                    started.result()
            except BrokenExecutor:
                logger.exception("preparers_not_started")
                self.end()
        return self._pool

    def end(self) -> None:
        """End the processes; what they work on is left."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def prepare(raw_mail_ids: Sequence[int]) -> Sequence[Prepared | Result]:
    """Prepare mails in one of the processes, as `Processor.prepare` does."""
    return _processors[-1].prepare(raw_mail_ids)


_processors: list[Processor] = []
"""The processor of a process that prepares; empty everywhere else."""


def _begin(build: Callable[[], Processor]) -> None:
    # An interruption from the keyboard reaches every process; the one that files decides when all end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _processors.append(build())


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
