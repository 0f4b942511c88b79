"""A row of the outbox as the bytes that travel."""

from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr

from helpdesk.tables import OutboxMail
from mail_ingest.datafiles import wording

POLISH = "pl"
BILINGUAL = "language"
"""The kind of letter that is written in two languages and therefore names none."""


def compose(mail: OutboxMail, office_address: str, *, now: datetime) -> bytes:
    """Return a mail of the outbox with its headers; the same row always has the same Message-ID."""
    utf8 = Charset("utf-8")
    utf8.body_encoding = QP
    message = MIMENonMultipart("text", "plain")
    message["From"] = formataddr((wording("sender_name"), office_address))
    message["To"] = mail.recipient
    message["Subject"] = Header(" ".join(mail.subject.split()), "utf-8", header_name="Subject").encode()
    message["Date"] = format_datetime(now)
    message["Message-ID"] = mail.message_id
    # The old policy only folds at blanks: long Message-IDs stay whole.
    for name, value in (("In-Reply-To", mail.in_reply_to), ("References", mail.references)):
        if value:
            message[name] = " ".join(value.split())
    if mail.kind != BILINGUAL:
        message["Content-Language"] = POLISH
    if mail.automatic:
        message["Auto-Submitted"] = "auto-replied"
        # Exchange answers automatic mail with automatic mail unless it is asked not to.
        message["X-Auto-Response-Suppress"] = "All"
    message.set_payload(mail.body, utf8)
    return message.as_bytes(policy=compat32.clone(linesep="\r\n"))
