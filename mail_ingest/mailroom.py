"""All folders of the mailbox at once: a supervised loop for each."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mail_ingest.counts import Counts
from mail_ingest.worker import Worker


@dataclass(frozen=True)
class Mailroom:
    """The workers of all folders; each has its own connection and watermark.

    Attributes:
        workers: one for each folder, at least one.
    """

    workers: Sequence[Worker]

    def drain(self) -> Counts:
        """Read and process all there is in every folder, one after the other; raises MailError."""
        try:
            return sum((worker.drain() for worker in self.workers), Counts(0, 0, Counter()))
        finally:
            self._close()

    def run(self, stop: threading.Event) -> None:
        """Bring mails in until told to stop; a folder that cannot be read holds up no other one."""
        threads = [
            threading.Thread(target=worker.run, args=(stop,), name=f"folder {worker.server.folder}")
            for worker in self.workers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._close()

    def _close(self) -> None:
        for worker in self.workers:
            worker.batch.close()
