"""Processing what is stored: several mails are read and understood at once, and filed one after the other."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from mail_ingest import preparing, store
from mail_ingest.ahead import ahead
from mail_ingest.counts import Result
from mail_ingest.prepared import Prepared
from mail_ingest.preparing import Preparers
from mail_ingest.process import Processor

AT_ONCE = 4
"""Portions of mails that are prepared, or wait prepared: Rasa answers while others are parsed and filed."""
MOST_TOGETHER = 8
"""Mails that are prepared with one question to Rasa, and filed in one transaction."""
BACKLOG = 10
"""Waiting mails for which further processes are worth their start and their memory."""
ROWS = 200

_Prepare = Callable[[Sequence[int]], Sequence[Prepared | Result]]

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Batch:
    """Processes stored mails in their order; shared by the workers of all folders, one of which works at a time.

    Attributes:
        processor: what is done with each.
        at_once: how many portions of mails are prepared at the same time.
        preparers: the processes in which a backlog is prepared; fewer mails, or without any, in threads of this one.
    """

    processor: Processor
    at_once: int = AT_ONCE
    preparers: Preparers | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def run(self, stop: threading.Event) -> Counter[Result]:
        """Process what is stored, also what a crash left; ends early at a mail that waits for the understanding.

        Raises:
            sqlalchemy.exc.OperationalError: (or another of `process.DATABASE_AWAY`) when the database is away.
        """
        results: Counter[Result] = Counter()
        with self._turn, self._preparing() as (executor, prepare):
            try:
                for _, prepared in ahead(self._waiting(), prepare, executor, at_once=self.at_once):
                    results.update(self.processor.finish(prepared))
                    if results[Result.POSTPONED] or stop.is_set():
                        break
            except BrokenExecutor:
                # A process that prepared mails died. Nothing of them was changed, so they are prepared again.
                logger.warning("preparer_died")
                self.close()
                results[Result.POSTPONED] += 1
        return results

    def close(self) -> None:
        """End the processes that prepare mails, if there are any."""
        if self.preparers is not None:
            self.preparers.end()

    @contextmanager
    def _preparing(self) -> Iterator[tuple[Executor, _Prepare]]:
        pool = self.preparers.pool() if self.preparers is not None and self._is_behind() else None
        if pool is not None:
            yield pool, preparing.prepare
        else:
            with ThreadPoolExecutor(self.at_once, "mail") as threads:
                yield threads, self.processor.prepare

    def _is_behind(self) -> bool:
        with self.processor.database.reading() as session:
            return len(store.waiting_ids(session, after=0, limit=BACKLOG)) == BACKLOG

    def _waiting(self) -> Iterator[Sequence[int]]:
        """Give the waiting mails in portions: large ones of a backlog, so that few mails are prepared side by side."""
        last = 0
        while True:
            with self.processor.database.reading() as session:
                ids = store.waiting_ids(session, after=last, limit=ROWS)
            if not ids:
                return
            portion = min(MOST_TOGETHER, max(1, len(ids) // self.at_once))
            yield from (ids[start : start + portion] for start in range(0, len(ids), portion))
            last = ids[-1]
