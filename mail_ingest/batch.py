"""Processing what is stored: several mails are read and understood at once, and filed one after the other."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from mail_ingest import store
from mail_ingest.ahead import ahead
from mail_ingest.counts import Result
from mail_ingest.process import Processor

AT_ONCE = 4
"""Mails that are prepared at the same time: Rasa answers while others are parsed, searched for and filed."""
ROWS = 100


@dataclass(frozen=True)
class Batch:
    """Processes stored mails in their order; shared by the workers of all folders, one of which works at a time.

    Attributes:
        processor: what is done with each.
        at_once: how many mails are prepared at the same time.
    """

    processor: Processor
    at_once: int = AT_ONCE
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def run(self, stop: threading.Event) -> Counter[Result]:
        """Process what is stored, also what a crash left; ends early at a mail that waits for the understanding.

        Raises:
            sqlalchemy.exc.OperationalError: (or another of `process.DATABASE_AWAY`) when the database is away.
        """
        results: Counter[Result] = Counter()
        with self._turn, ThreadPoolExecutor(self.at_once, "mail") as threads:
            for _, prepared in ahead(self._waiting(), self.processor.prepare, threads, at_once=self.at_once * 2):
                result = self.processor.finish(prepared)
                results[result] += 1
                if result is Result.POSTPONED or stop.is_set():
                    break
        return results

    def _waiting(self) -> Iterator[int]:
        last = 0
        while True:
            with self.processor.database.reading() as session:
                ids = store.waiting_ids(session, after=last, limit=ROWS)
            if not ids:
                return
            yield from ids
            last = ids[-1]
