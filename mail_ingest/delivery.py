"""Delivering what waits in an outbox, mail or text message: the loop, and what is noted of each attempt."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic

import structlog

from helpdesk import outgoing, tracing
from helpdesk.database import Database
from helpdesk.errors import NotTaken
from helpdesk.outgoing import Row
from helpdesk.tables import OutboxMail, OutboxSms
from mail_ingest.backoff import Backoff
from mail_ingest.process import DATABASE_AWAY

BATCH = 20
LEASE = timedelta(minutes=10)
"""How long a claimed row is ours, again from when it is handed over; longer than a slow server takes for one."""
LOOK = 1.0
"""Seconds between two looks into an outbox."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Delivery(Generic[Row]):
    """The way of one kind of message out of the house; how it is handed over is the sender's own.

    Attributes:
        table: mails or text messages.
        database: where they are.
        clock: gives the instant, aware UTC.
        backoff: delays after failures of the database.
    """

    table: type[Row]
    database: Database
    clock: Callable[[], datetime]
    backoff: Backoff = field(default_factory=Backoff)
    _left: list[Row] = field(default_factory=list, init=False, compare=False)
    """What was claimed and neither handed over nor refused yet: it goes first when the database is back."""

    def run(self, send_due: Callable[[], int], stop: threading.Event) -> None:
        """Call what sends one batch until told to stop."""
        while not stop.is_set():
            try:
                sent = send_due()
                self.backoff.succeeded()
                if not sent:
                    stop.wait(LOOK)
            except DATABASE_AWAY as problem:
                delay = self.backoff.next()
                logger.warning("database_away", problem=type(problem).__name__, retry_in=delay)
                stop.wait(delay)
            except Exception:  # the outermost loop: the outbox must go on when the unforeseen has passed
                # Another one than what it happened with goes first; the lease brings this one back.
                self._left.clear()
                logger.exception("outbox_failed", outbox=self.table.__tablename__)
                stop.wait(self.backoff.next())

    def claim(self) -> Sequence[Row]:
        """Claim one batch of what is due; or return what is left of the one before, while it is still ours."""
        now = self.clock()
        self._left[:] = [row for row in self._left if _is_ours_still(row, now)]
        if not self._left:
            with self.database.session() as session:
                rows = outgoing.claim_due(session, self.table, now=now, limit=BATCH, lease=LEASE)
                session.commit()
            self._left[:] = rows
        return tuple(self._left)

    @tracing.span("outbox.deliver")
    def deliver(self, row: Row, hand_over: Callable[[], None]) -> bool:
        """Hand one claimed row over and note what became of it; return whether it was taken.

        Args:
            row: the row.
            hand_over: gives it to the server; raises NotTaken.
        """
        with self.database.session() as session:
            ours = outgoing.keep_claim(session, self.table, row, until=self.clock() + LEASE)
            session.commit()
        self._settled([row])
        if not ours:
            return False
        try:
            hand_over()
        except NotTaken as problem:
            self.failed([row], problem)
            return False
        with self.database.session() as session:
            outgoing.mark_sent(session, self.table, row.id, now=self.clock())
            session.commit()
        return True

    def failed(self, rows: Sequence[Row], problem: NotTaken) -> None:
        """Note that the server did not take these."""
        with self.database.session() as session:
            for row in rows:
                outgoing.mark_failed(
                    session, self.table, row.id, str(problem), permanent=problem.permanent, now=self.clock()
                )
            session.commit()
        self._settled(rows)
        ids = [row.id for row in rows]
        logger.warning("not_taken", outbox=self.table.__tablename__, rows=ids, permanent=problem.permanent)

    def _settled(self, rows: Sequence[Row]) -> None:
        gone = {row.id for row in rows}
        self._left[:] = [row for row in self._left if row.id not in gone]


def _is_ours_still(row: OutboxMail | OutboxSms, now: datetime) -> bool:
    """Whether a claimed row may still be handed over: its lease lasts, and it says nothing wrong yet."""
    is_late = row.expires_at is not None and row.expires_at <= now
    return row.claimed_until is not None and row.claimed_until > now and not is_late
