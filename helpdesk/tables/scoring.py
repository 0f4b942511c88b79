"""Records of quality: criteria, samples, score cards with their points, and appeals."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.quality_states import CriterionKind, SampleMethod, ScoreStatus
from helpdesk.queues import Queue
from helpdesk.tables.base import Base, Sealed, closed_set
from helpdesk.tables.people import Staff

_IN_FORCE = text("NOT replaced")


class Criterion(Base):
    """One thing that a score card judges, in points from 0 to 4."""

    __tablename__ = "criterion"
    # Names are told apart among those in force; what was replaced stays under its name with the cards that used it.
    __table_args__ = (
        Index("uq_criterion_name", "name", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CriterionKind] = mapped_column(closed_set(CriterionKind))
    name: Mapped[str] = mapped_column(String(120))
    explanation: Mapped[str] = mapped_column(String(1000), default="")
    """What the points mean, for whoever scores and whoever is scored."""
    place: Mapped[int] = mapped_column(default=0)
    """Where it stands on the card, lowest first."""
    active: Mapped[bool] = mapped_column(default=True)
    replaced: Mapped[bool] = mapped_column(default=False)
    """Whether it was reworded after it had been used: only the cards that used it show it."""


class Sample(Base):
    """A choice of conversations and tickets to be scored."""

    __tablename__ = "sample"

    id: Mapped[int] = mapped_column(primary_key=True)
    method: Mapped[SampleMethod] = mapped_column(closed_set(SampleMethod))
    since: Mapped[datetime]
    until: Mapped[datetime]
    """Cases that were over from `since` (inclusive) to `until` (exclusive)."""
    queue: Mapped[Queue | None] = mapped_column(closed_set(Queue))
    seed: Mapped[int]
    """From which the choice is repeated."""
    size: Mapped[int]
    """How many cases were asked for."""
    fair: Mapped[bool] = mapped_column(default=True)
    """Whether nobody comes twice before everybody came once."""
    double_percent: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Of each hundred cases, how many two people score."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class SampleItem(Base):
    """One consultant's part of one case in a sample: a chat or a ticket."""

    __tablename__ = "sample_item"
    __table_args__ = (UniqueConstraint("sample_id", "subject", "consultant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), index=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    """The case, such as `conversation:12` or `ticket:7`."""
    consultant_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    """Whose work is scored."""
    reasons: Mapped[str] = mapped_column(String(200), default="")
    """Why it was chosen, as names separated by blanks; empty when by chance alone."""
    double: Mapped[bool] = mapped_column(default=False)
    """Whether two people score it, neither seeing the other's card before their own is given."""

    sample: Mapped[Sample] = relationship()
    consultant: Mapped[Staff] = relationship()


class ScoreCard(Base):
    """What one supervisor found in one consultant's part of one case."""

    __tablename__ = "score_card"
    __table_args__ = (
        UniqueConstraint("subject", "consultant_id", "scorer_id"),
        Index("ix_score_card_consultant_id_created_at", "consultant_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("sample_item.id"), index=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    consultant_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    scorer_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    queue: Mapped[Queue | None] = mapped_column(closed_set(Queue))
    total: Mapped[float] = mapped_column(index=True)
    """The mean of its points as a share (0 to 1), by which conversations are found."""
    feedback: Mapped[str] = mapped_column(Sealed)
    """What the consultant reads."""
    status: Mapped[ScoreStatus] = mapped_column(closed_set(ScoreStatus), default=ScoreStatus.GIVEN, index=True)
    shown_at: Mapped[datetime | None]
    """Since when others than the scorer may see it; None while the second card of a double scoring is missing."""
    seen_at: Mapped[datetime | None]
    """When the consultant opened it."""
    created_at: Mapped[datetime]

    consultant: Mapped[Staff] = relationship(foreign_keys=[consultant_id])
    scorer: Mapped[Staff] = relationship(foreign_keys=[scorer_id])
    marks: Mapped[list["ScoreMark"]] = relationship(order_by="ScoreMark.criterion_id")


class ScoreMark(Base):
    """The points of one criterion on one card."""

    __tablename__ = "score_mark"

    card_id: Mapped[int] = mapped_column(ForeignKey("score_card.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criterion.id"), primary_key=True)
    points: Mapped[int | None] = mapped_column(SmallInteger)
    """0 to 4; None where the criterion does not apply."""
    given: Mapped[int | None] = mapped_column(SmallInteger)
    """The points as the scorer gave them, whatever an appeal changed."""

    criterion: Mapped[Criterion] = relationship()


class Appeal(Base):
    """A consultant's objection to a score card, decided by somebody who did not give it."""

    __tablename__ = "appeal"

    card_id: Mapped[int] = mapped_column(ForeignKey("score_card.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Sealed)
    made_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decision: Mapped[str] = mapped_column(Sealed, default="")
    """What was decided and why, for the consultant and the scorer."""
    decided_at: Mapped[datetime | None]

    card: Mapped[ScoreCard] = relationship()
    decided_by: Mapped[Staff | None] = relationship()
