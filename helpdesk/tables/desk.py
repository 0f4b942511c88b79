"""Records of the desk itself: what the house has set, canned answers, drafts, and who looks at what."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.lifecycle import Priority
from helpdesk.queues import Queue
from helpdesk.tables.base import Base, Sealed, closed_set


class HouseSetting(Base):
    """One thing that administrators set at the desk; what was never set has no row and its default holds."""

    __tablename__ = "house_setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CalendarDay(Base):
    """A day on which the house's hours differ from what weekday and public holidays say."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    opens: Mapped[time | None]
    """Warsaw time; None with `closes` for a day off."""
    closes: Mapped[time | None]


class DeadlineRule(Base):
    """How long tickets of a queue and priority may take, in minutes of opening hours."""

    __tablename__ = "deadline_rule"

    queue: Mapped[Queue] = mapped_column(closed_set(Queue), primary_key=True)
    priority: Mapped[Priority] = mapped_column(closed_set(Priority), primary_key=True)
    response_minutes: Mapped[int]
    solution_minutes: Mapped[int]


class CannedAnswer(Base):
    """Words that consultants insert with a shortcut, with placeholders such as `{numer}`."""

    __tablename__ = "canned_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    shortcut: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    queue: Mapped[Queue | None] = mapped_column(closed_set(Queue))
    """The only queue it is for; None for all."""
    active: Mapped[bool] = mapped_column(default=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    updated_at: Mapped[datetime]


class Draft(Base):
    """What somebody has begun to write and not sent."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("staff_id", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    """What it is written for, such as `ticket:12:answer` or `conversation:7`."""
    text: Mapped[str] = mapped_column(Sealed)
    updated_at: Mapped[datetime]


class Viewer(Base):
    """Somebody of the staff who has a ticket open; stale after a minute without a sign."""

    __tablename__ = "viewer"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    seen_at: Mapped[datetime]
    writing_at: Mapped[datetime | None]
    """When they last typed into the answer."""


class SavedView(Base):
    """A filter of the tickets under a name, of one's own or for everybody."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(1000))
    """The filter as the list's address writes it."""
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
