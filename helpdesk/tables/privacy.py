"""Records of privacy: the sealed originals of masked personal data, and what retention has deleted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.tables.base import Base, Sealed


class SealedValue(Base):
    """The original of personal data that was masked in a text; opened with a reason, which is audited. Never a PIN."""

    __tablename__ = "sealed_value"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_message_id: Mapped[int | None] = mapped_column(ForeignKey("chat_message.id"), index=True)
    ticket_message_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_message.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """Which kind of personal data, as `polish.masking` names it: `pesel`, `phone`, `email`…"""
    place: Mapped[int]
    """The how-manieth masked value of the message it is, from 0."""
    value: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[datetime]


class RetentionRun(Base):
    """One run of the daily deletion with its proof: what was due, what was deleted, what was found afterwards."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date | None] = mapped_column(unique=True)
    """The day whose run it is, so that one of several nodes does it; None for a run that somebody asked for."""
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
