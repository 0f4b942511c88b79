"""Records of the learning loop: questions that got no good answer, grouped with their like."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.knowledge_states import GroupStatus, OpenSource
from helpdesk.queues import Queue
from helpdesk.tables.base import Base, closed_set
from helpdesk.tables.editing import ArticleDraft


class QuestionGroup(Base):
    """Open questions that ask the same in different words; one row for editors."""

    __tablename__ = "question_group"
    __table_args__ = (Index("ix_question_group_status_weight", "status", "weight", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    """The question that stands for all of them, masked."""
    status: Mapped[GroupStatus] = mapped_column(closed_set(GroupStatus), default=GroupStatus.OPEN)
    weight: Mapped[float] = mapped_column(default=0.0)
    """By which editors see them first: how many ask it, how lately, and how badly it went."""
    count: Mapped[int] = mapped_column(default=0)
    queue: Mapped[Queue | None] = mapped_column(closed_set(Queue))
    article: Mapped[str | None] = mapped_column(String(120))
    """The nearest article; after a decision the one that got the example."""
    institution: Mapped[str | None] = mapped_column(String(80))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("article_draft.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    revision: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]

    draft: Mapped[ArticleDraft | None] = relationship()


class OpenQuestion(Base):
    """One masked question of a customer that got no good answer; it outlives the conversation that it came from."""

    __tablename__ = "open_question"
    __table_args__ = (UniqueConstraint("source", "origin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("question_group.id"), index=True)
    source: Mapped[OpenSource] = mapped_column(closed_set(OpenSource))
    origin: Mapped[str] = mapped_column(String(60))
    """What it came from, such as `turn:12` or `ticket:7:0`, so that none is gathered twice."""
    text: Mapped[str] = mapped_column(Text)
    article: Mapped[str | None] = mapped_column(String(120))
    """What it had been answered with."""
    right_article: Mapped[str | None] = mapped_column(String(120))
    """The article that a consultant named as the right one."""
    severity: Mapped[float] = mapped_column(default=1.0)
    """How badly it went, by which it counts in the weight of its group."""
    queue: Mapped[Queue | None] = mapped_column(closed_set(Queue))
    language: Mapped[str] = mapped_column(String(10), default="pl")
    channel: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(index=True)


class Correction(Base):
    """What a consultant said of a suggested article: that it is not the right one, and which one is."""

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_gathered", "gathered", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(60), unique=True)
    """The question: that of a turn (`turn:12`), or the first of a ticket without turns (`ticket:7:0`)."""
    suggested: Mapped[str | None] = mapped_column(String(120))
    right_article: Mapped[str | None] = mapped_column(String(120))
    """None when only the suggested one is known to be wrong."""
    silent: Mapped[bool] = mapped_column(default=False)
    """Whether nobody said so: another article than the suggested one was put into the answer."""
    withdrawn: Mapped[bool] = mapped_column(default=False)
    gathered: Mapped[bool] = mapped_column(default=False)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]


class InstitutionExample(Base):
    """A question that editors sent to another institution's entry, beside those of the release."""

    __tablename__ = "institution_example"
    __table_args__ = (UniqueConstraint("institution", "text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(500))
    group_id: Mapped[int | None]
    """The group whose decision gave it; no key, since groups are merged away."""
    active: Mapped[bool] = mapped_column(default=True)
    """False when the decision was taken back."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    revision: Mapped[int] = mapped_column(unique=True)
    """Counts with the publications of articles, so that a process sees what is new to it."""
    created_at: Mapped[datetime]
