"""The mailbox worker: reads what is new in one folder, has it processed, flags or moves it, and waits for more."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from helpdesk.database import Database
from mail_ingest import store
from mail_ingest.after import SEEN, After
from mail_ingest.backoff import Backoff
from mail_ingest.batch import Batch
from mail_ingest.counts import Counts, Result
from mail_ingest.errors import MailboxRefused, MailboxUnreachable
from mail_ingest.mailbox import Mailbox, open_mailbox
from mail_ingest.process import DATABASE_AWAY, Processor
from mail_ingest.server_url import MailServer

HEARTBEAT = 20.0
"""Seconds of one IDLE: its renewal keeps the line alive (RFC 2177 asks for one in 29 minutes, many firewalls for one in
a few), and is the worker's sign of life."""
RETRY = 3.0
"""Seconds until a mail that waits for the understanding is tried again."""
MOST_A_ROUND = 500
"""Mails read before they are processed: the first of a long backlog need not wait for its last."""
RECONCILE_EVERY = 3600.0
"""Seconds between two looks for mails below the watermark that were never stored."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Worker:
    """Brings the mails of one folder in.

    Attributes:
        server: the mailbox.
        database: where the mails are stored.
        batch: processes stored mails; the workers of all folders share it.
        clock: gives the instant, aware UTC.
        backoff: delays after failures.
        after: what is done with processed mails in the mailbox.
    """

    server: MailServer
    database: Database
    batch: Batch
    clock: Callable[[], datetime]
    backoff: Backoff = field(default_factory=Backoff)
    after: After = SEEN

    @property
    def processor(self) -> Processor:
        """What is done with each stored mail."""
        return self.batch.processor

    def drain(self) -> Counts:
        """Read and process all there is, and return the counts.

        A mail that waits for the understanding is tried until the office's patience with it ends.

        Raises:
            MailError: when the mailbox cannot be read.
        """
        total = Counts(0, 0, Counter())
        pause = threading.Event()
        with open_mailbox(self.server) as mailbox:
            self._reconcile(mailbox)
            while True:
                done, behind = self._round(mailbox)
                postponed = done.results.pop(Result.POSTPONED, 0)
                total += done
                if not postponed and not behind:
                    return total
                if postponed:
                    pause.wait(RETRY)

    def run(self, stop: threading.Event) -> None:
        """Bring mails in until told to stop; what breaks is tried again, later and later."""
        while not stop.is_set():
            try:
                with open_mailbox(self.server) as mailbox:
                    logger.info("mailbox_open", folder=mailbox.place.folder)
                    self._watch(mailbox, stop)
            except MailboxUnreachable as problem:
                self._pause(stop, "mailbox_unreachable", problem)
            except MailboxRefused as problem:
                self._pause(stop, "mailbox_refused", problem)
            except DATABASE_AWAY as problem:
                self._pause(stop, "database_away", problem)
            except Exception as problem:  # the outermost loop: mail must go on when the unforeseen has passed
                logger.exception("mail_worker_failed")
                self._pause(stop, "mail_worker_failed", problem)

    def _watch(self, mailbox: Mailbox, stop: threading.Event) -> None:
        reconciled: float | None = None
        while not stop.is_set():
            if reconciled is None or time.monotonic() - reconciled > RECONCILE_EVERY:
                self._reconcile(mailbox)
                reconciled = time.monotonic()
            done, behind = self._round(mailbox, stop)
            self.backoff.succeeded()
            # Nothing may be asked of the server between that look and the wait: see `Mailbox.new_uids`.
            if not stop.is_set() and not behind:
                mailbox.wait(stop, RETRY if done.results[Result.POSTPONED] else HEARTBEAT)

    def _round(self, mailbox: Mailbox, stop: threading.Event | None = None) -> tuple[Counts, int]:
        """Read, process and tidy up once; returns the counts, and how many new mails are there already."""
        read, again = self._read(mailbox, mailbox.new_uids(self._watermark(mailbox))[:MOST_A_ROUND])
        results = self.batch.run(stop or threading.Event())
        self._tidy(mailbox)
        on_server = mailbox.count()
        behind = len(mailbox.new_uids(self._watermark(mailbox)))
        with self.database.session() as session:
            store.note_visit(session, mailbox.place, on_server=on_server, behind=behind, now=self.clock())
            session.commit()
        return Counts(read, again, results), behind

    def _read(self, mailbox: Mailbox, uids: Sequence[int]) -> tuple[int, int]:
        read = fresh = 0
        for portion in mailbox.fetch(uids):
            with self.database.session() as session:
                fresh += len(store.store(session, mailbox.place, portion, now=self.clock()))
                session.commit()
            read += len(portion.mails)
        return read, read - fresh

    def _reconcile(self, mailbox: Mailbox) -> None:
        """Read what lies below the watermark and was never stored, as when a server showed its mails out of order."""
        present = mailbox.uids(self._watermark(mailbox))
        with self.database.reading() as session:
            missing = store.gaps(session, mailbox.place, present)
        if missing:
            logger.warning("mails_missing", folder=mailbox.place.folder, count=len(missing))
            self._read(mailbox, missing)

    def _tidy(self, mailbox: Mailbox) -> None:
        """Flag or move what was processed; what was set aside stays as it is, for a person to see."""
        watermark = self._watermark(mailbox)
        if self.after.folder:
            mailbox.move(self._processed(mailbox, mailbox.uids(watermark)), self.after.folder)
        elif self.after.seen:
            mailbox.mark_seen(self._processed(mailbox, mailbox.unseen(watermark)))

    def _processed(self, mailbox: Mailbox, uids: Sequence[int]) -> Sequence[int]:
        if not uids:
            return []
        with self.database.reading() as session:
            return store.processed_uids(session, mailbox.place, uids)

    def _watermark(self, mailbox: Mailbox) -> int:
        with self.database.reading() as session:
            return store.watermark(session, mailbox.place)

    def _pause(self, stop: threading.Event, event: str, problem: Exception) -> None:
        delay = self.backoff.next()
        logger.warning(event, problem=type(problem).__name__, retry_in=delay)
        stop.wait(delay)
