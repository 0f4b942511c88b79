"""The outbox's sender: claims due mails and hands them to the SMTP server."""

import smtplib
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from helpdesk import outbox
from helpdesk.database import Database
from helpdesk.tables import OutboxMail
from mail_ingest.backoff import Backoff
from mail_ingest.composing import compose
from mail_ingest.errors import SendingFailed
from mail_ingest.process import DATABASE_AWAY
from mail_ingest.server_url import MailServer, Tls

BATCH = 20
LEASE = timedelta(minutes=10)
"""How long claimed mails are ours; longer than a batch takes with a slow server."""
LOOK = 1.0
"""Seconds between two looks into the outbox."""
TIMEOUT = 30.0

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sender:
    """Sends the mails of the outbox.

    Attributes:
        server: the SMTP server.
        database: where the outbox is.
        office_address: the sender of all our mail.
        clock: gives the instant, aware UTC.
        backoff: delays after failures of the database.
    """

    server: MailServer
    database: Database
    office_address: str
    clock: Callable[[], datetime]
    backoff: Backoff = field(default_factory=Backoff)

    def run(self, stop: threading.Event) -> None:
        """Send what is due until told to stop."""
        while not stop.is_set():
            try:
                sent = self.send_due()
                self.backoff.succeeded()
                if not sent:
                    stop.wait(LOOK)
            except DATABASE_AWAY as problem:
                delay = self.backoff.next()
                logger.warning("database_away", problem=type(problem).__name__, retry_in=delay)
                stop.wait(delay)
            except Exception:  # the outermost loop: the outbox must go on when the unforeseen has passed
                logger.exception("outbox_failed")
                stop.wait(self.backoff.next())

    def send_due(self) -> int:
        """Send one batch of due mails; return how many the server took."""
        with self.database.session() as session:
            mails = outbox.claim_due(session, now=self.clock(), limit=BATCH, lease=LEASE)
            session.commit()
        if not mails:
            return 0
        try:
            with self._connected() as smtp:
                return sum(self._send(smtp, mail) for mail in mails)
        except SendingFailed as problem:
            # The server is away or refuses us as a whole: that is no mail's fault, so none is given up.
            self._all_failed(mails, str(problem))
            return 0

    def _send(self, smtp: smtplib.SMTP, mail: OutboxMail) -> bool:
        content = compose(mail, self.office_address, now=self.clock())
        try:
            _hand_over(smtp, self.office_address, mail.recipient, content)
        except SendingFailed as problem:
            with self.database.session() as session:
                outbox.mark_failed(session, mail.id, str(problem), permanent=problem.permanent, now=self.clock())
                session.commit()
            logger.warning("mail_not_taken", outbox_mail=mail.id, permanent=problem.permanent)
            return False
        with self.database.session() as session:
            outbox.mark_sent(session, mail.id, now=self.clock())
            session.commit()
        return True

    def _all_failed(self, mails: Sequence[OutboxMail], reason: str) -> None:
        with self.database.session() as session:
            for mail in mails:
                outbox.mark_failed(session, mail.id, reason, permanent=False, now=self.clock())
            session.commit()
        logger.warning("smtp_unreachable", mails=len(mails))

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            smtp = self._connect()
        except (OSError, smtplib.SMTPException) as problem:
            raise SendingFailed(_words(problem), permanent=False) from problem
        try:
            yield smtp
        finally:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        context = ssl.create_default_context()
        if server.tls is Tls.FROM_START:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
            smtp.ehlo_or_helo_if_needed()
            offered = smtp.has_extn("starttls")
            if server.tls is Tls.STARTTLS or (server.tls is Tls.WHEN_OFFERED and offered):
                smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
        return smtp


def _hand_over(smtp: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> None:
    """Give one mail to the server; raises SendingFailed, permanent when the server refuses this mail for good."""
    try:
        smtp.sendmail(sender, [recipient], content)
    except smtplib.SMTPRecipientsRefused as problem:
        code, words = problem.recipients.get(recipient, (0, b""))
        raise SendingFailed(f"{code} {_text(words)}", permanent=500 <= code < 600) from problem
    except smtplib.SMTPDataError as problem:
        code = problem.smtp_code
        raise SendingFailed(f"{code} {_text(problem.smtp_error)}", permanent=500 <= code < 600) from problem
    except (OSError, smtplib.SMTPException, UnicodeError) as problem:
        # Also a refused sender: that is a matter of our settings, and the mail must wait for them.
        hopeless = isinstance(problem, UnicodeError | smtplib.SMTPNotSupportedError)
        raise SendingFailed(_words(problem), permanent=hopeless) from problem


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
