"""The outbox's sender: claims due mails and hands them to the SMTP server."""

import smtplib
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import select

from helpdesk import blobs
from helpdesk.errors import NotTaken
from helpdesk.tables import OutboxAttachment, OutboxMail
from mail_ingest.composing import SentFile, compose
from mail_ingest.delivery import Delivery
from mail_ingest.server_url import MailServer, Tls
from mail_ingest.signing import Signer, unsigned

TIMEOUT = 30.0
ABOUT_US = frozenset({502, 503, 521, 530, 534, 535, 538})
"""Refusals that say that we did not sign in, or that the server takes no mail at all: every mail must wait for that."""


@dataclass(frozen=True)
class Sender:
    """Sends the mails of the outbox.

    Attributes:
        server: the SMTP server.
        delivery: claims them and notes what became of them.
        office_address: the sender of all our mail.
        sign: signs each composed mail.
    """

    server: MailServer
    delivery: Delivery[OutboxMail]
    office_address: str
    sign: Signer = unsigned

    def run(self, stop: threading.Event) -> None:
        """Send what is due until told to stop."""
        self.delivery.run(self.send_due, stop)

    def send_due(self) -> int:
        """Send one batch of due mails; return how many the server took."""
        mails = self.delivery.claim()
        if not mails:
            return 0
        try:
            with self._connected() as smtp:
                return sum(self._send(smtp, mail) for mail in mails)
        except NotTaken as problem:
            # The server is away or refuses us as a whole: that is no mail's fault, so none is given up.
            self.delivery.failed(mails, problem)
            return 0

    def _send(self, smtp: smtplib.SMTP, mail: OutboxMail) -> bool:
        content = self.sign(compose(mail, self.office_address, now=self.delivery.clock(), files=self._files(mail)))
        return self.delivery.deliver(mail, lambda: _hand_over(smtp, self.office_address, mail.recipient, content))

    def _files(self, mail: OutboxMail) -> Sequence[SentFile]:
        wanted = select(OutboxAttachment).where(OutboxAttachment.outbox_mail_id == mail.id)
        with self.delivery.database.reading() as session:
            return [
                SentFile(file.filename, file.content_type, blobs.get(session, file.sha256))
                for file in session.scalars(wanted.order_by(OutboxAttachment.id))
            ]

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            smtp = self._connect()
        except (OSError, smtplib.SMTPException) as problem:
            raise NotTaken(_words(problem), permanent=False) from problem
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
    """Give one mail to the server; raises NotTaken, permanent when the server refuses this mail for good."""
    try:
        smtp.sendmail(sender, [recipient], content)
    except smtplib.SMTPRecipientsRefused as problem:
        raise _refusal(*problem.recipients.get(recipient, (0, b""))) from problem
    except smtplib.SMTPDataError as problem:
        raise _refusal(problem.smtp_code, problem.smtp_error) from problem
    except (OSError, smtplib.SMTPException, UnicodeError) as problem:
        # Also a refused sender: that is a matter of our settings, and the mail must wait for them.
        hopeless = isinstance(problem, UnicodeError | smtplib.SMTPNotSupportedError)
        raise NotTaken(_words(problem), permanent=hopeless) from problem


def _refusal(code: int, words: bytes | str) -> NotTaken:
    """Return what a refusal means: 4xx passes, as greylisting does; 5xx is about this mail, unless it is about us."""
    permanent = 500 <= code < 600 and code not in ABOUT_US
    return NotTaken(f"{code} {_text(words)}", permanent=permanent)


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
