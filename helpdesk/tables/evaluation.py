"""Records of evaluations and of trained models; done in the background, shown at the desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables.base import Base, closed_set
from helpdesk.tables.editing import ArticleDraft
from helpdesk.tables.people import Staff


class TrainedModel(Base):
    """A model of Rasa that was trained from the desk or came with the release."""

    __tablename__ = "trained_model"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    """The name of its file, which says from which inputs it was made."""
    status: Mapped[RunStatus] = mapped_column(closed_set(RunStatus), default=RunStatus.QUEUED, index=True)
    error: Mapped[str] = mapped_column(Text, default="")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Its figures over the held-out phrases, by name and by act."""
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """The file itself, so that every node can load it; None while it is not there, and for the release's own."""
    inputs: Mapped[str] = mapped_column(String(40), default="")
    """The fingerprint of what the release gives to a training: a model of another release is not loaded by this one."""
    override_reason: Mapped[str] = mapped_column(String(1000), default="")
    """Why a supervisor put it to work although a figure lies under its floor."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    """When it was last put to work; the one with the latest instant answers customers."""
    activated_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    staff: Mapped[Staff | None] = relationship(foreign_keys=[staff_id])
    activated_by: Mapped[Staff | None] = relationship(foreign_keys=[activated_by_id])


class EvaluationRun(Base):
    """One run of the evaluation: its figures, and what changed against the run before."""

    __tablename__ = "evaluation_run"
    __table_args__ = (Index("ix_evaluation_run_kind_created_at", "kind", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RunKind] = mapped_column(closed_set(RunKind))
    status: Mapped[RunStatus] = mapped_column(closed_set(RunStatus), default=RunStatus.QUEUED, index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("article_draft.id"), index=True)
    draft_revision: Mapped[int | None]
    """The draft's revision that was judged; an older one says nothing of the draft as it is now."""
    model_id: Mapped[int | None] = mapped_column(ForeignKey("trained_model.id"))
    path: Mapped[str] = mapped_column(String(10), default="search")
    """What was asked: `search` (the search alone), `chat` (the whole chat) or `acts` (the dialogue acts)."""
    knowledge_revision: Mapped[int] = mapped_column(default=0)
    """The revision of the publications whose articles were asked; 0 for the release's own."""
    edition: Mapped[str] = mapped_column(String(40), default="")
    """The fingerprint of the release's knowledge beneath them."""
    figures: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    """Shares by name, as `okienko evaluate` shows them."""
    before: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    """The same figures of what customers get now."""
    better: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Questions that would be answered rightly now: `text`, `right` (articles), `before`, `after` (kind, article)."""
    worse: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    confusions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Pairs that are taken for each other: `right`, `given`, `count`, most frequent first."""
    held_out: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Example questions of the draft that are questions of the evaluation: its figures say less than they seem to."""
    broken: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Names of the figures that lie on the wrong side of their floor."""
    error: Mapped[str] = mapped_column(Text, default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who asked for it; None for one that ran by itself."""
    created_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    draft: Mapped[ArticleDraft | None] = relationship()
    model: Mapped[TrainedModel | None] = relationship()
    staff: Mapped[Staff | None] = relationship()
