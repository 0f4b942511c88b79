"""A row of the outbox as the bytes that travel."""

from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr

from helpdesk.calendar_file import with_attendee
from helpdesk.tables import OutboxMail
from mail_ingest.datafiles import wording

POLISH = "pl"
CALENDAR_NAME = "e-wizyta.ics"
BILINGUAL = "language"
"""The kind of letter that is written in two languages and therefore names none."""


def compose(mail: OutboxMail, office_address: str, *, now: datetime) -> bytes:
    """Return a mail of the outbox with its headers; the same row always has the same Message-ID."""
    message = _content(mail)
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
        # A letter about an e-visit answers no mail; it comes by itself (RFC 3834, 5).
        message["Auto-Submitted"] = "auto-replied" if mail.visit_id is None else "auto-generated"
        # Exchange answers automatic mail with automatic mail unless it is asked not to.
        message["X-Auto-Response-Suppress"] = "All"
    return message.as_bytes(policy=compat32.clone(linesep="\r\n"))


def _content(mail: OutboxMail) -> Message:
    """Return the body; with a calendar file it is an invitation (RFC 6047) that also carries it as an attachment.

    Calendars of mail programs look for the alternative, people whose program knows none open the attachment.
    """
    text = _text("plain", mail.body)
    if not mail.calendar:
        return text
    calendar, method = with_attendee(mail.calendar, mail.recipient)
    invitation = _text("calendar", calendar)
    invitation.set_param("method", method)
    attached = MIMEApplication(calendar.encode(), "ics", name=CALENDAR_NAME)
    attached["Content-Disposition"] = f'attachment; filename="{CALENDAR_NAME}"'
    return MIMEMultipart("mixed", _subparts=[MIMEMultipart("alternative", _subparts=[text, invitation]), attached])


def _text(subtype: str, content: str) -> MIMENonMultipart:
    utf8 = Charset("utf-8")
    utf8.body_encoding = QP
    part = MIMENonMultipart("text", subtype)
    part.set_payload(content, utf8)
    return part
