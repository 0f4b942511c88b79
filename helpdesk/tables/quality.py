"""Records of how the service was: ratings of customers, and how long they waited."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.lifecycle import Author, WaitOutcome
from helpdesk.queues import Queue
from helpdesk.tables.base import Base, closed_set


class Rating(Base):
    """Whether one answer was helpful, as its customer said: a message of a chat, or the answer to a ticket's mail."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("ticket_id", "part"), Index("ix_rating_created_at", "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("chat_message.id"), unique=True)
    """The rated message; a customer who thinks again changes the rating."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    """The ticket whose answer by mail is rated, the automatic one or a consultant's; one rating for each part."""
    part: Mapped[Author] = mapped_column(closed_set(Author))
    """Whose words are rated: the bot's or a consultant's."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    """The consultant whose words they are."""
    article: Mapped[str | None] = mapped_column(String(120), index=True)
    article_changed: Mapped[str] = mapped_column(String(10), default="")
    """The date of the article's last change, so that a rating stays with the words it was given for."""
    queue: Mapped[Queue | None] = mapped_column(closed_set(Queue))
    profile: Mapped[str | None] = mapped_column(String(40))
    helpful: Mapped[bool]
    created_at: Mapped[datetime]


class Wait(Base):
    """One wait of a customer for a person; what waiting times are measured from."""

    __tablename__ = "wait"
    # The latest ends of a queue are read whenever a waiting customer looks.
    __table_args__ = (Index("ix_wait_queue_ended_at", "queue", "ended_at"), Index("ix_wait_began_at", "began_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    """None when the conversation was deleted."""
    queue: Mapped[Queue] = mapped_column(closed_set(Queue))
    place: Mapped[int]
    """The place in the queue when it began, 1 for the next one."""
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[WaitOutcome | None] = mapped_column(closed_set(WaitOutcome))
