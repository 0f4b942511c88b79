"""Records of the chat: conversations and their messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.lifecycle import Author, Level, Mode
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
    memory: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the bot remembers from turn to turn: the open dialogue, failures in a row. Never personal data."""
    level: Mapped[Level] = mapped_column(closed_set(Level), default=Level.ANONYMOUS)
    verified_until: Mapped[datetime | None]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    """The customer whom a representative acts for; None for one's own matters."""
    failures: Mapped[int] = mapped_column(default=0)
    """Failed confirmations of the identity in a row, whichever identifiers were typed."""
    locked_until: Mapped[datetime | None]
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    waiting_since: Mapped[datetime | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    """Whether somebody may be in danger: such a conversation is next in its queue."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    customer: Mapped[Customer | None] = relationship(foreign_keys=[customer_id])
    acting_for: Mapped[Customer | None] = relationship(foreign_keys=[acting_for_id])
    consultant: Mapped[Staff | None] = relationship()


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
