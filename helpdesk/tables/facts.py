"""Facts without personal data, kept for the reports when the conversations themselves are deleted."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.lifecycle import ChatOutcome
from helpdesk.queues import Queue
from helpdesk.tables.base import Base, closed_set

_NOT_GATHERED = text("gathered_at IS NULL")


class BotTurn(Base):
    """One answer of the bot to one message of a customer, in the chat or by mail."""

    __tablename__ = "bot_turn"
    __table_args__ = (
        Index("ix_bot_turn_kind_created_at", "kind", "created_at"),
        Index("ix_bot_turn_article_created_at", "article", "created_at"),
        Index("ix_bot_turn_not_gathered", "id", sqlite_where=_NOT_GATHERED, postgresql_where=_NOT_GATHERED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    """None when the conversation was deleted, and for mails."""
    question_id: Mapped[int | None] = mapped_column(ForeignKey("chat_message.id"), index=True)
    """The customer's message."""
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("chat_message.id"), unique=True)
    """The bot's message."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    """The ticket, for a mail."""
    channel: Mapped[str] = mapped_column(String(10))
    """`chat` or `mail`."""
    kind: Mapped[str] = mapped_column(String(20))
    """As in the `ask` contract: `answer`, `unknown`, `choice`, `verify`…"""
    act: Mapped[str | None] = mapped_column(String(40))
    article: Mapped[str | None] = mapped_column(String(120))
    institution: Mapped[str | None] = mapped_column(String(80))
    confidence: Mapped[float] = mapped_column(default=0.0)
    queue: Mapped[Queue | None] = mapped_column(closed_set(Queue))
    profile: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10), default="pl")
    individual: Mapped[bool] = mapped_column(default=False)
    helpful: Mapped[bool | None]
    """What the customer said of it; None when nothing."""
    handed_over: Mapped[bool] = mapped_column(default=False)
    """Whether it was the last one before the customer waited for a person."""
    gathered_at: Mapped[datetime | None]
    """When it was looked at for open questions; None anew whenever what became of it changes."""
    created_at: Mapped[datetime] = mapped_column(index=True)


class ConsultantPart(Base):
    """One consultant's part of a chat, from taking it to parting from it."""

    __tablename__ = "consultant_part"
    __table_args__ = (Index("ix_consultant_part_staff_id_began_at", "staff_id", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    """None when the conversation was deleted."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    queue: Mapped[Queue] = mapped_column(closed_set(Queue))
    profile: Mapped[str | None] = mapped_column(String(40))
    began_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    ending: Mapped[str] = mapped_column(String(20), default="")
    """A value of `EndReason`, or `passed_on`, `given_back`, `taken_over`; empty while it lasts."""


class ChatFact(Base):
    """What is left of a chat when its conversation is deleted: enough to count it in the reports of its day."""

    __tablename__ = "chat_fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    queue: Mapped[Queue | None] = mapped_column(closed_set(Queue))
    outcome: Mapped[ChatOutcome] = mapped_column(closed_set(ChatOutcome))
    created_at: Mapped[datetime] = mapped_column(index=True)
    """When the conversation began."""
