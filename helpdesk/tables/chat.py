"""Records of the chat: conversations and their messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.lifecycle import Author, EndReason, Level, Mode, OfferOutcome
from helpdesk.queues import Queue
from helpdesk.tables.base import Base, closed_set
from helpdesk.tables.people import Customer, Staff


class Conversation(Base):
    """A conversation of the chat; the record that outlives the widget, the bot and any process."""

    __tablename__ = "conversation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    mode: Mapped[Mode] = mapped_column(closed_set(Mode), default=Mode.BOT, index=True)
    queue: Mapped[Queue | None] = mapped_column(closed_set(Queue))
    topic: Mapped[str | None] = mapped_column(String(100))
    """The article that the conversation was last about."""
    person_wanted: Mapped[bool] = mapped_column(default=False)
    """Whether the bot has offered a person and the customer is still to say how: verified or not."""
    profile: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10), default="pl")
    """The language the customer writes, as the bot last saw it."""
    turn: Mapped[int] = mapped_column(default=0)
    """Counts the bot's turns; what an older one says is not stored (`helpdesk.turns`)."""
    turn_until: Mapped[datetime | None]
    """Until when the present turn holds the conversation; None when none runs."""
    memory: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the bot remembers from turn to turn: the open dialogue, failures in a row. Never personal data."""
    level: Mapped[Level] = mapped_column(closed_set(Level), default=Level.ANONYMOUS)
    verified_until: Mapped[datetime | None]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    """The customer whom a representative acts for; None for one's own matters."""
    failures: Mapped[int] = mapped_column(default=0)
    """Failed confirmations of the identity in a row, whichever identifiers were typed."""
    locked_until: Mapped[datetime | None]
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    waiting_since: Mapped[datetime | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    """Whether somebody may be in danger: such a conversation is next in its queue."""
    wanted_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """The consultant whom it was passed on to, and who is offered it first."""
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """The supervisor who looks on and whispers."""
    supervisor_called_at: Mapped[datetime | None]
    """When the consultant called for one; None when nobody is called."""
    customer_read_id: Mapped[int] = mapped_column(default=0)
    """The last message that the customer's widget has shown."""
    consultant_read_id: Mapped[int] = mapped_column(default=0)
    """The last message that the consultant's page has shown."""
    customer_seen_at: Mapped[datetime | None]
    """When the customer's widget was last connected or asked for messages."""
    warned_at: Mapped[datetime | None]
    """When a silent customer was told that the chat will end."""
    end_reason: Mapped[EndReason | None] = mapped_column(closed_set(EndReason))
    """Why the last consultant's part ended."""
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]

    customer: Mapped[Customer | None] = relationship(foreign_keys=[customer_id])
    acting_for: Mapped[Customer | None] = relationship(foreign_keys=[acting_for_id])
    consultant: Mapped[Staff | None] = relationship(foreign_keys=[consultant_id])


class ChatMessage(Base):
    """One message of a conversation, its text already masked."""

    __tablename__ = "chat_message"
    __table_args__ = (UniqueConstraint("conversation_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    author: Mapped[Author] = mapped_column(closed_set(Author))
    kind: Mapped[str] = mapped_column(String(20), default="text")
    text: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What a reply carries besides its text: article, buttons, alternatives, confidence."""
    client_id: Mapped[str | None] = mapped_column(String(64))
    """The widget's own id of the message, so that a repeated sending is stored once."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]


_UNDECIDED = text("outcome IS NULL")


class ChatOffer(Base):
    """A waiting chat offered to one consultant for a short time."""

    __tablename__ = "chat_offer"
    __table_args__ = (
        # A chat is offered to one consultant at a time, whoever makes offers at once.
        Index(
            "uq_chat_offer_undecided",
            "conversation_id",
            unique=True,
            sqlite_where=_UNDECIDED,
            postgresql_where=_UNDECIDED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    outcome: Mapped[OfferOutcome | None] = mapped_column(closed_set(OfferOutcome))
    ended_at: Mapped[datetime | None]


class ChatNote(Base):
    """A word among the staff about a chat, which no customer sees: with a transfer, or from a supervisor."""

    __tablename__ = "chat_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class Consent(Base):
    """A question for the customer's consent in a chat, and what the customer said."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    question: Mapped[str] = mapped_column(String(500))
    asked_at: Mapped[datetime]
    granted: Mapped[bool | None]
    """None while the customer has not answered."""
    answered_at: Mapped[datetime | None]
