"""Records of people: customers, their accounts in the embedded directory, and the staff."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.tables.base import Base


class Customer(Base):
    """A person who wrote to the office; known by a mail address, by a confirmed account, or both."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str | None] = mapped_column(String(320), index=True)
    created_at: Mapped[datetime]


class Account(Base):
    """An entry of the embedded account directory: a PUE identifier with the hash of its COT PIN."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    pue_id: Mapped[str] = mapped_column(String(60), unique=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship()


class Staff(Base):
    """A consultant who may sign in at the desk."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    queues: Mapped[str] = mapped_column(String(400), default="")
    """Specialities: queue names separated by blanks; empty means all of them."""
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StaffSession(Base):
    """A signed-in browser of a consultant; only the hash of its secret is kept."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship(lazy="joined")
