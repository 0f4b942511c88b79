"""Records of people: customers, their accounts in the embedded directory, and the staff."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.lifecycle import Presence, Role
from helpdesk.tables.base import Base, Sealed, SealedLookup, closed_set


class Customer(Base):
    """A person who wrote to the office; known by a mail address, by a confirmed account, or both."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str | None] = mapped_column(SealedLookup, index=True)
    undeliverable_at: Mapped[datetime | None]
    """When a mail to the address last came back for good; None while it can be reached."""
    created_at: Mapped[datetime]


class Account(Base):
    """An entry of the embedded account directory: a PUE identifier with the hash of its COT PIN."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    pue_id: Mapped[str] = mapped_column(String(60), unique=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    oidc_subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    """Who this is at the operator's OIDC provider (its `sub`); None for who never used it."""
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship()


class Mandate(Base):
    """A registered mandate: one customer may act for another in the named queues, from one day to another."""

    __tablename__ = "mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    representative_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    queues: Mapped[str] = mapped_column(String(400), default="")
    """What it covers: queue names separated by blanks; empty means every matter."""
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    """The last day on which it holds; None for a mandate without an end."""

    representative: Mapped[Customer] = relationship(foreign_keys=[representative_id])
    principal: Mapped[Customer] = relationship(foreign_keys=[principal_id])


class OidcLogin(Base):
    """A sign-in at the operator's OIDC provider on its way; used once, then gone.

    It begins with a ticket for the widget's browser and a code that is shown in the chat; who brings both gets a state
    for the provider, and a cookie.
    """

    __tablename__ = "oidc_login"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    ticket_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int] = mapped_column(default=0)
    """Codes typed so far."""
    state_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(Sealed)
    code_verifier: Mapped[str] = mapped_column(Sealed)
    expires_at: Mapped[datetime]


class Staff(Base):
    """Somebody of the staff who may sign in at the desk."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    """Whether the password was made by an administrator, to be used once."""
    queues: Mapped[str] = mapped_column(String(400), default="")
    """Specialities: queue names separated by blanks; empty means all of them."""
    role: Mapped[Role] = mapped_column(closed_set(Role), default=Role.CONSULTANT)
    active: Mapped[bool] = mapped_column(default=True)
    capacity: Mapped[int | None]
    """Live chats at the same time; None for as many as the house allows."""
    presence: Mapped[Presence] = mapped_column(closed_set(Presence), default=Presence.AWAY)
    presence_comment: Mapped[str] = mapped_column(String(200), default="")
    presence_at: Mapped[datetime | None]
    """Since when the presence is as it is."""
    idle_since: Mapped[datetime | None]
    """When they last took a chat or parted from one; of several free consultants, who is idle longest comes first."""
    needs_approval: Mapped[bool] = mapped_column(default=False)
    """Whether a second person approves answers before they are sent."""
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_confirmed_at: Mapped[datetime | None]
    """When the first code was typed; None while no second factor is asked for."""
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The time step of the last code that was taken: none is taken twice (RFC 6238, 5.2)."""
    oidc_subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    """Who this is at the operator's OIDC provider for staff (its `sub`)."""
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
    steps: Mapped[str] = mapped_column(String(40), default="")
    """What is still to be shown or done before the desk opens (`staff_sessions.Step`), separated by blanks."""
    browser: Mapped[str] = mapped_column(String(200), default="")
    """What the browser calls itself, for the list of devices."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """When it was last used, to the minute."""
    expires_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship(lazy="joined")

    @hybrid_property
    def is_complete(self) -> bool:
        """Whether nothing is missing; until then only the page that asks for the next step opens."""
        return self.steps == ""


class RecoveryCode(Base):
    """A code that replaces the second factor once; only its hash is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class StaffOidcLogin(Base):
    """A sign-in of the staff at the operator's OIDC provider on its way; used once, then gone."""

    __tablename__ = "staff_oidc_login"

    id: Mapped[int] = mapped_column(primary_key=True)
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(Sealed)
    code_verifier: Mapped[str] = mapped_column(Sealed)
    expires_at: Mapped[datetime]
