"""The mailbox worker: reads what is new, processes what is stored, flags it, and waits for more."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from helpdesk.database import Database
from mail_ingest import store
from mail_ingest.backoff import Backoff
from mail_ingest.counts import Counts, Result
from mail_ingest.errors import MailboxRefused, MailboxUnreachable
from mail_ingest.mailbox import Mailbox, open_mailbox
from mail_ingest.process import DATABASE_AWAY, Processor
from mail_ingest.server_url import MailServer

HEARTBEAT = 20.0
"""Seconds of one IDLE: its renewal keeps the line alive, and is the worker's sign of life."""
RETRY = 3.0
"""Seconds until a mail that waits for the understanding is tried again."""
ROWS = 100

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Worker:
    """Brings the mails of one folder in.

    Attributes:
        server: the mailbox.
        database: where the mails are stored.
        processor: what is done with stored mails.
        clock: gives the instant, aware UTC.
        backoff: delays after failures.
    """

    server: MailServer
    database: Database
    processor: Processor
    clock: Callable[[], datetime]
    backoff: Backoff = field(default_factory=Backoff)

    def drain(self) -> Counts:
        """Read and process all there is, and return the counts.

        A mail that waits for the understanding is tried until the office's patience with it ends.

        Raises:
            MailError: when the mailbox cannot be read.
        """
        total = Counts(0, 0, Counter())
        pause = threading.Event()
        with open_mailbox(self.server) as mailbox:
            while True:
                done = self._round(mailbox)
                postponed = done.results.pop(Result.POSTPONED, 0)
                total += done
                if not postponed and not mailbox.new_uids(self._watermark(mailbox)):
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
        while not stop.is_set():
            done = self._round(mailbox, stop)
            self.backoff.succeeded()
            # Nothing may be asked of the server between this look and the wait: see `Mailbox.new_uids`.
            if not stop.is_set() and not mailbox.new_uids(self._watermark(mailbox)):
                mailbox.wait(stop, RETRY if done.results[Result.POSTPONED] else HEARTBEAT)

    def _round(self, mailbox: Mailbox, stop: threading.Event | None = None) -> Counts:
        read, again = self._read(mailbox)
        results = self._process_stored(stop or threading.Event())
        self._flag(mailbox)
        on_server = mailbox.count()
        with self.database.session() as session:
            store.note_visit(session, mailbox.place, on_server=on_server, now=self.clock())
            session.commit()
        return Counts(read, again, results)

    def _read(self, mailbox: Mailbox) -> tuple[int, int]:
        read = fresh = 0
        for batch in mailbox.fetch(mailbox.new_uids(self._watermark(mailbox))):
            with self.database.session() as session:
                fresh += len(store.store(session, mailbox.place, batch, now=self.clock()))
                session.commit()
            read += len(batch)
        return read, read - fresh

    def _process_stored(self, stop: threading.Event) -> Counter[Result]:
        """Process what is stored, also what a crash left; in order, so that replies find what they answer."""
        results: Counter[Result] = Counter()
        last = 0
        while not stop.is_set():
            with self.database.reading() as session:
                ids = store.waiting_ids(session, after=last, limit=ROWS)
            for raw_mail_id in ids:
                result = self.processor.process(raw_mail_id)
                results[result] += 1
                if result is Result.POSTPONED or stop.is_set():
                    return results
            if not ids:
                return results
            last = ids[-1]
        return results

    def _flag(self, mailbox: Mailbox) -> None:
        unseen = mailbox.unseen(self._watermark(mailbox))
        if unseen:
            with self.database.reading() as session:
                done = store.processed_uids(session, mailbox.place, unseen)
            mailbox.mark_seen(done)

    def _watermark(self, mailbox: Mailbox) -> int:
        with self.database.reading() as session:
            return store.watermark(session, mailbox.place)

    def _pause(self, stop: threading.Event, event: str, problem: Exception) -> None:
        delay = self.backoff.next()
        logger.warning(event, problem=type(problem).__name__, retry_in=delay)
        stop.wait(delay)
