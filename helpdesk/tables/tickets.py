"""Records of tickets: the case, its messages and their attachments."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.lifecycle import (
    Direction,
    Level,
    LinkPurpose,
    Priority,
    ProposalStatus,
    TicketClass,
    TicketStatus,
)
from helpdesk.queues import Queue
from helpdesk.tables.base import Base, Sealed, SealedBytes, SealedLookup, closed_set
from helpdesk.tables.people import Customer, Staff

_NOT_OVER = text("pressure > 0")
_UNASSIGNED = text("consultant_id IS NULL AND pressure > 0")
_DUE = text("due_at IS NOT NULL")


class Ticket(Base):
    """A case that people at the desk bring to an end."""

    __tablename__ = "ticket"
    __table_args__ = (
        # One for each order of the desk's lists (`helpdesk.ticket_lists`): a page is read, and nothing is sorted.
        Index("ix_ticket_pressing", "queue", "pressure", "updated_at", "id"),
        Index("ix_ticket_age", "queue", "pressure", "created_at", "id"),
        Index("ix_ticket_age_open", "queue", "created_at", "id", sqlite_where=_NOT_OVER, postgresql_where=_NOT_OVER),
        Index("ix_ticket_due", "queue", "due_at", "id", sqlite_where=_DUE, postgresql_where=_DUE),
        # What somebody's navigation counts: their own and nobody's, broken or warned of.
        Index(
            "ix_ticket_told", "queue", "consultant_id", "due_at", "warned_at",
            sqlite_where=_DUE, postgresql_where=_DUE,
        ),
        Index("ix_ticket_owned", "consultant_id", "pressure", "updated_at", "id"),
        Index(
            "ix_ticket_unassigned", "queue", "pressure", "updated_at", "id",
            sqlite_where=_UNASSIGNED, postgresql_where=_UNASSIGNED,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    queue: Mapped[Queue] = mapped_column(closed_set(Queue), index=True)
    status: Mapped[TicketStatus] = mapped_column(closed_set(TicketStatus), default=TicketStatus.NEW, index=True)
    kind: Mapped[TicketClass] = mapped_column(closed_set(TicketClass), default=TicketClass.QUESTION)
    priority: Mapped[Priority] = mapped_column(closed_set(Priority), default=Priority.NORMAL)
    pressure: Mapped[int] = mapped_column(SmallInteger)
    """Status and priority as one number by which lists sort; `helpdesk.tables.pressure` keeps it."""
    answer_by: Mapped[datetime | None]
    """The statutory end of the time to answer; None where no statute sets one."""
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Made once for each dialogue that opens a ticket, so that a repeated request opens one."""
    channel: Mapped[str] = mapped_column(String(10), default="mail")
    subject: Mapped[str] = mapped_column(String(500))
    address: Mapped[str] = mapped_column(SealedLookup, index=True)
    """The customer's mail address in lower case; empty when the mail named none."""
    level: Mapped[Level] = mapped_column(closed_set(Level), default=Level.ADDRESS)
    language: Mapped[str] = mapped_column(String(10), default="pl")
    act: Mapped[str | None] = mapped_column(String(40))
    individual: Mapped[bool] = mapped_column(default=False)
    article: Mapped[str | None] = mapped_column(String(100))
    """The suggested article."""
    confidence: Mapped[float] = mapped_column(default=0.0)
    likely_ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    """The ticket that this one seems to continue, when the sender did not prove it."""
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The questions found in the first mail, each with `text`, `kind`, `article`, `alternatives` and `confidence`."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    """The ticket that goes on with this one's case; mails of this thread go there."""
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    """The chat that it came from."""
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    revision: Mapped[int] = mapped_column(default=0)
    """Counts the changes, so that a form that was filled in on an older state is refused."""
    clock_resumed_at: Mapped[datetime | None]
    """Since when the time for the solution runs; None while it is paused or the ticket is over."""
    clock_used: Mapped[int] = mapped_column(default=0)
    """Seconds of opening hours that the solution took before the last pause."""
    first_answered_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None] = mapped_column(index=True)
    response_due_at: Mapped[datetime | None]
    """By when the customer must hear a first answer; None once that was given."""
    solution_due_at: Mapped[datetime | None]
    """By when it must be solved as things stand; None while the clock is paused."""
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """The earlier of the two; None when nothing is due."""
    response_kept: Mapped[bool | None]
    """Whether every answer that was due since it was (re)opened came in time; None before the first."""
    solution_kept: Mapped[bool | None]
    """Whether it was last solved in time; None while it is not solved."""
    warned_at: Mapped[datetime | None]
    """When its owner or queue was warned that it is due soon."""
    escalated_at: Mapped[datetime | None]
    """When a supervisor was told that a deadline is broken; None while none is."""
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]

    customer: Mapped[Customer | None] = relationship()
    consultant: Mapped[Staff | None] = relationship()


class TicketMessage(Base):
    """One message of a ticket: a mail in, an answer out, or an internal note; text already masked."""

    __tablename__ = "ticket_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    direction: Mapped[Direction] = mapped_column(closed_set(Direction))
    sender: Mapped[str] = mapped_column(SealedLookup, default="")
    text: Mapped[str] = mapped_column(Text)
    """The new words of the message."""
    quoted: Mapped[str] = mapped_column(Text, default="")
    """The whole text when it holds more than the new words (quotation, signature); folded at the desk."""
    channel: Mapped[str] = mapped_column(String(10), default="mail")
    """How it went: `mail`, or `verified` for what only a confirmed customer reads in the conversation."""
    message_id: Mapped[str | None] = mapped_column(String(500), index=True)
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    """The only customer who may read what went by `verified`, or who acts for them."""
    read_at: Mapped[datetime | None]
    """When that customer read it."""
    raw_mail_id: Mapped[int | None] = mapped_column(ForeignKey("raw_mail.id"), unique=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)

    staff: Mapped[Staff | None] = relationship()
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")


class Attachment(Base):
    """A file that came with a message; its bytes are a blob found by hash."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True, default=lambda: secrets.token_urlsafe(32))
    """The name under which it is downloaded; says nothing and cannot be guessed."""
    message_id: Mapped[int] = mapped_column(ForeignKey("ticket_message.id"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    """What its sender said that it is."""
    found_type: Mapped[str] = mapped_column(String(100), default="")
    """What its bytes say that it is; empty when they do not tell."""
    danger: Mapped[str] = mapped_column(String(20), default="")
    """What is dangerous about it (`helpdesk.file_kinds.Danger`); empty for nothing that was found."""
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"), index=True)


class Blob(Base):
    """Bytes kept once by their SHA-256, compressed with zlib and sealed."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(SealedBytes)


class LetterLink(Base):
    """A link in one of our letters; whoever has the letter may follow it until it expires or was used."""

    __tablename__ = "letter_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(closed_set(LinkPurpose))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    article: Mapped[str | None] = mapped_column(String(120))
    """The article that is rated."""
    article_changed: Mapped[str] = mapped_column(String(10), default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """The consultant whose answer is rated; None where it is the automatic one."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TicketTag(Base):
    """A word by which people sort tickets."""

    __tablename__ = "ticket_tag"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class TicketWatcher(Base):
    """Somebody of the staff who is told of each change of a ticket."""

    __tablename__ = "ticket_watcher"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime | None]
    """When they last looked at it."""


class TicketLink(Base):
    """Two tickets that have to do with each other; the lower id comes first."""

    __tablename__ = "ticket_link"
    __table_args__ = (UniqueConstraint("ticket_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]


class TicketWords(Base):
    """The lemmas of all that was written in a ticket, for the full-text search; from masked text only."""

    __tablename__ = "ticket_words"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class ProposedAnswer(Base):
    """A new consultant's answer to a ticket, which a second person approves before it is sent."""

    __tablename__ = "proposed_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    channel: Mapped[str] = mapped_column(String(10), default="mail")
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    """Who may read it when it goes by `verified`."""
    revision: Mapped[int] = mapped_column(default=0)
    """The ticket's when it was written; it is stale when the ticket has changed since."""
    text: Mapped[str] = mapped_column(Sealed)
    status: Mapped[ProposalStatus] = mapped_column(
        closed_set(ProposalStatus), default=ProposalStatus.WAITING, index=True
    )
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
