"""Records of appointments: e-visits at a branch, callbacks of a consultant, and the text messages about them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.lifecycle import CallbackStatus, CallResult, Company, Level, OutboxStatus, VisitStatus
from helpdesk.queues import Queue
from helpdesk.tables.base import Base, Sealed, closed_set
from helpdesk.tables.people import Staff

_BOOKED = text(f"status = '{VisitStatus.BOOKED.value}'")
_REQUESTED = text(f"status = '{CallbackStatus.REQUESTED.value}'")


class Visit(Base):
    """An e-visit: a video call with an official of a branch."""

    __tablename__ = "visit"
    __table_args__ = (
        # This makes a double booking impossible, whoever books at once.
        Index(
            "uq_visit_slot", "office", "starts_at", "seat", unique=True, sqlite_where=_BOOKED, postgresql_where=_BOOKED
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """`EW-` and six digits, as the customer reads it."""
    request_key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made once for each dialogue that books, so that a repeated request books once."""
    office: Mapped[str] = mapped_column(String(120))
    """The branch's name as in `knowledge/offices.yaml`."""
    starts_at: Mapped[datetime]
    seat: Mapped[int] = mapped_column(default=0)
    """Which of the branch's officials who work at the same time, from 0."""
    queue: Mapped[Queue] = mapped_column(closed_set(Queue))
    matter: Mapped[str] = mapped_column(String(500))
    """What it is about, in the customer's (masked) words."""
    postal_code: Mapped[str] = mapped_column(String(6))
    company: Mapped[Company] = mapped_column(closed_set(Company), default=Company.NOBODY)
    phone: Mapped[str] = mapped_column(Sealed)
    email: Mapped[str] = mapped_column(Sealed)
    status: Mapped[VisitStatus] = mapped_column(closed_set(VisitStatus), default=VisitStatus.BOOKED, index=True)
    link: Mapped[str] = mapped_column(String(200))
    """The secret part of the meeting's address; known to the customer and the branch."""
    sequence: Mapped[int] = mapped_column(default=0)
    """How often it was moved or cancelled, for the calendar file (RFC 5545, 3.8.7.4)."""
    level: Mapped[Level] = mapped_column(closed_set(Level), default=Level.ANONYMOUS)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Callback(Base):
    """A telephone call that a consultant owes a customer."""

    __tablename__ = "callback"
    __table_args__ = (
        # An hour takes no more calls than there are seats, whoever asks at once.
        Index(
            "uq_callback_hour", "starts_at", "seat", unique=True, sqlite_where=_REQUESTED, postgresql_where=_REQUESTED
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """`OD-` and six digits, as the customer reads it."""
    request_key: Mapped[str] = mapped_column(String(64), unique=True)
    phone: Mapped[str] = mapped_column(Sealed)
    starts_at: Mapped[datetime]
    """The beginning of the hour in which the customer will be called."""
    seat: Mapped[int] = mapped_column(default=0)
    """The how-manieth call of its hour, from 0."""
    queue: Mapped[Queue] = mapped_column(closed_set(Queue), index=True)
    topic: Mapped[str | None] = mapped_column(String(100))
    matter: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[CallbackStatus] = mapped_column(
        closed_set(CallbackStatus), default=CallbackStatus.REQUESTED, index=True
    )
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    """Who took the call over; None while it is anybody's of the queue."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    consultant: Mapped[Staff | None] = relationship()
    tries: Mapped[list["CallbackTry"]] = relationship(order_by="CallbackTry.id")


class CallbackTry(Base):
    """One try to call a customer, and how it ended."""

    __tablename__ = "callback_try"

    id: Mapped[int] = mapped_column(primary_key=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callback.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    result: Mapped[CallResult] = mapped_column(closed_set(CallResult))
    note: Mapped[str] = mapped_column(String(1000), default="")
    """What the consultant wrote down, masked."""
    at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class OutboxSms(Base):
    """A text message to be sent, committed together with the change that caused it."""

    __tablename__ = "outbox_sms"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    """The template's name, such as `visit_tomorrow`."""
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Goes along to the gateway, which so knows a message that is handed over twice."""
    recipient: Mapped[str] = mapped_column(Sealed)
    body: Mapped[str] = mapped_column(String(640))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    status: Mapped[OutboxStatus] = mapped_column(closed_set(OutboxStatus), default=OutboxStatus.QUEUED, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    """From when on it says something wrong and is not sent any more; None for never."""
    claimed_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
