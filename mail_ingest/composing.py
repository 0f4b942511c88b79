"""A row of the outbox as the bytes that travel."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime, formataddr
from urllib.parse import quote

from helpdesk.calendar_file import with_attendee
from helpdesk.tables import OutboxMail
from mail_ingest.datafiles import read, word_set, wording

POLISH = "pl"
CALENDAR_NAME = "e-wizyta.ics"
BILINGUAL = "language"
"""The kind of letter that is written in two languages and therefore names none."""
LONGEST_ID = 900
"""Characters of a Message-ID that is repeated: a header's line must stay below 998 (RFC 5322, 2.1.1)."""


@dataclass(frozen=True)
class SentFile:
    """A file that goes along with a mail."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


def compose(mail: OutboxMail, office_address: str, *, now: datetime, files: Sequence[SentFile] = ()) -> bytes:
    """Return a mail of the outbox with its headers; the same row always has the same Message-ID.

    Args:
        mail: the row; `html` and `reply_to` count when they are not empty.
        office_address: the sender of all our mail.
        now: the instant, aware UTC.
        files: what goes along.
    """
    message = _content(mail)
    if files:
        message = MIMEMultipart("mixed", _subparts=[message, *map(_attached, files)])
    message["From"] = formataddr((wording("sender_name"), office_address))
    message["To"] = mail.recipient
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = Header(" ".join(mail.subject.split()), "utf-8", header_name="Subject").encode()
    message["Date"] = format_datetime(now)
    message["Message-ID"] = mail.message_id
    # The old policy only folds at blanks: long Message-IDs stay whole.
    for name, value in (("In-Reply-To", mail.in_reply_to), ("References", mail.references)):
        ids = [each for each in (value or "").split() if len(each) <= LONGEST_ID]
        if ids:
            message[name] = " ".join(ids)
    if mail.kind != BILINGUAL:
        message["Content-Language"] = POLISH
    # Who sends our mail back to us shows this header again, and is recognised by it.
    message["X-Loop"] = office_address
    _say_automatic(message, mail, office_address)
    return message.as_bytes(policy=compat32.clone(linesep="\r\n"))


def _say_automatic(message: Message, mail: OutboxMail, office_address: str) -> None:
    """Say that no person wrote it, and how to get no more of it where that is due."""
    if mail.automatic:
        # A letter about an e-visit answers no mail; it comes by itself (RFC 3834, 5).
        message["Auto-Submitted"] = "auto-replied" if mail.visit_id is None else "auto-generated"
        # Exchange answers automatic mail with automatic mail unless it is asked not to.
        message["X-Auto-Response-Suppress"] = "All"
    if mail.kind in word_set("letters", "unsubscribable"):
        subject = quote(str(read("letters")["unsubscribe_subject"]))
        message["List-Unsubscribe"] = f"<mailto:{office_address}?subject={subject}>"


def _content(mail: OutboxMail) -> Message:
    """Return the body, the fullest of its alternatives last (RFC 2046, 5.1.4).

    With a calendar file it is an invitation (RFC 6047) that also carries it as an attachment: calendars of mail
    programs look for the alternative, people whose program knows none open the attachment.
    """
    alternatives = [_text("plain", mail.body)]
    if mail.html:
        alternatives.append(_text("html", mail.html))
    if not mail.calendar:
        return alternatives[0] if len(alternatives) == 1 else _alternative(alternatives)
    calendar, method = with_attendee(mail.calendar, mail.recipient)
    invitation = _text("calendar", calendar)
    invitation.set_param("method", method)
    attached = MIMEApplication(calendar.encode(), "ics", name=CALENDAR_NAME)
    attached["Content-Disposition"] = f'attachment; filename="{CALENDAR_NAME}"'
    return MIMEMultipart("mixed", _subparts=[_alternative([*alternatives, invitation]), attached])


def _attached(file: SentFile) -> MIMEBase:
    kind, _, subtype = file.content_type.partition("/")
    part = MIMEBase(kind or "application", subtype or "octet-stream")
    part.set_payload(file.content)
    encode_base64(part)
    name = file.filename
    # The newer form for names beyond ASCII (RFC 2231); programs that know only the older one show no broken letters.
    part.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    return part


def _alternative(parts: list[MIMENonMultipart]) -> MIMEMultipart:
    return MIMEMultipart("alternative", _subparts=parts)


def _text(subtype: str, content: str) -> MIMENonMultipart:
    utf8 = Charset("utf-8")
    utf8.body_encoding = QP
    part = MIMENonMultipart("text", subtype)
    part.set_payload(content, utf8)
    return part
