"""Records of editorial work: drafts, versions, and what every change was worth."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.knowledge_states import DraftStatus
from helpdesk.tables.base import Base, closed_set
from helpdesk.tables.people import Staff


class ArticleDraft(Base):
    """A change of one article on its way to publication."""

    __tablename__ = "article_draft"
    __table_args__ = (
        # One article is changed by one draft at a time, whoever begins two at once.
        Index(
            "uq_article_draft_open",
            "article_id",
            unique=True,
            sqlite_where=text("status IN ('draft', 'review', 'approved')"),
            postgresql_where=text("status IN ('draft', 'review', 'approved')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(String(120), index=True)
    file: Mapped[str] = mapped_column(String(200))
    """`<queue>/<id>.md`, as in the release's edition."""
    text: Mapped[str | None] = mapped_column(Text)
    """The article as the text of its file; None for a withdrawal."""
    base_version: Mapped[int] = mapped_column(default=0)
    """The version that it changes; 0 for a new article. It is stale when a later one was published meanwhile."""
    status: Mapped[DraftStatus] = mapped_column(closed_set(DraftStatus), default=DraftStatus.DRAFT, index=True)
    note: Mapped[str] = mapped_column(String(1000), default="")
    """What was changed and why, for the reviewer and for the versions."""
    comment: Mapped[str] = mapped_column(String(1000), default="")
    """What the reviewer said."""
    override_reason: Mapped[str] = mapped_column(String(1000), default="")
    """Why a supervisor lets it be published although a figure falls under its floor."""
    override_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    """Who wrote in it last: this person does not review it."""
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    publish_at: Mapped[datetime | None]
    """When an approved draft is published by itself; None for by hand."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts the changes, so that a form that was filled in on an older state is refused."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    author: Mapped[Staff] = relationship(foreign_keys=[author_id])
    reviewer: Mapped[Staff | None] = relationship(foreign_keys=[reviewer_id])


class ArticleVersion(Base):
    """A published state of an article; every one is kept and can be restored."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    """1 for the first that this database knows, which may be the release's own."""
    file: Mapped[str] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    """None when it was withdrawn with this version."""
    note: Mapped[str] = mapped_column(String(1000), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """None for what a release or the command line brought."""
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    published_at: Mapped[datetime] = mapped_column(index=True)
    effect: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Its answers in the week before and the week after, with how many helped; None until that week is over."""

    author: Mapped[Staff | None] = relationship(foreign_keys=[author_id])
    reviewer: Mapped[Staff | None] = relationship(foreign_keys=[reviewer_id])
