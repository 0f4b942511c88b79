"""Records of mail: the mailbox's watermark, the raw mails, and the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.lifecycle import OutboxStatus, RawMailState
from helpdesk.tables.base import Base, SealedLookup, closed_set


class MailboxState(Base):
    """How far a folder of a mailbox was read: the watermark (UIDVALIDITY, last UID), and a sign of life."""

    __tablename__ = "mailbox_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(200))
    folder: Mapped[str] = mapped_column(String(200))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    on_server: Mapped[int] = mapped_column(default=0)
    """Mails in the folder when it was last looked at; for the count that must always agree."""
    behind: Mapped[int] = mapped_column(default=0)
    """Mails above the watermark when it was last looked at."""
    seen_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("mailbox", "folder", "uidvalidity"),)


class RawMail(Base):
    """A mail as it arrived, with its place; committed before anything is parsed."""

    __tablename__ = "raw_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(200))
    folder: Mapped[str] = mapped_column(String(200))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
    size: Mapped[int]
    state: Mapped[RawMailState] = mapped_column(closed_set(RawMailState), default=RawMailState.STORED, index=True)
    outcome: Mapped[str] = mapped_column(String(40), default="")
    """Why it ended as it did: the name of the rule that decided."""
    cause: Mapped[str] = mapped_column(Text, default="")
    """What went wrong, when it was set aside."""
    authentication: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the receiving server found: `spf`, `dkim` and `dmarc`, each with its result (RFC 8601)."""
    stored_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("mailbox", "folder", "uidvalidity", "uid"),)


class OutboxMail(Base):
    """A mail to be sent, committed together with the change that caused it."""

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    """The template's name, such as `acknowledgement` or `answer`."""
    recipient: Mapped[str] = mapped_column(SealedLookup, index=True)
    subject: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    """The same words as accessible HTML; empty for a letter of plain text only."""
    reply_to: Mapped[str] = mapped_column(String(320), default="")
    """Where replies go when that is not the sender's address; it may carry the ticket's signed token."""
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    in_reply_to: Mapped[str] = mapped_column(String(500), default="")
    references: Mapped[str] = mapped_column(Text, default="")
    calendar: Mapped[str] = mapped_column(Text, default="")
    """An iCalendar file that goes along; empty for none."""
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    """The e-visit it tells of; a cancelled one withdraws its letters that were not sent yet."""
    automatic: Mapped[bool] = mapped_column(default=False)
    """Whether it answers without a person (RFC 3834: marked so in its headers)."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    status: Mapped[OutboxStatus] = mapped_column(closed_set(OutboxStatus), default=OutboxStatus.QUEUED, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    """When to try (next)."""
    expires_at: Mapped[datetime | None]
    """From when on it says something wrong and is not sent any more; None for never."""
    claimed_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class OutboxAttachment(Base):
    """A file that goes along with a mail of the outbox; its bytes are a blob found by hash."""

    __tablename__ = "outbox_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_mail_id: Mapped[int] = mapped_column(ForeignKey("outbox_mail.id"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)
