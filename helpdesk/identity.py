"""Confirming who the customer is, against the embedded account directory."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import Locked, NotVerified
from helpdesk.lifecycle import Level
from helpdesk.policy import VERIFIED_FOR
from helpdesk.secrets import hash_secret, is_locked, lock_after, matches
from helpdesk.tables import Account, Conversation, Customer

MAX_TYPED = 100
"""Longest identifier or PIN that is looked at; argon2 on megabytes would be an attack's tool."""


def verify(session: Session, conversation: Conversation, pue_id: str, pin: str, *, now: datetime) -> Customer:
    """Raise a conversation to VERIFIED when identifier and PIN belong together.

    The caller commits also when this raises, so that failures count.

    Raises:
        NotVerified: unknown identifier or wrong PIN; in the same words and after the same work.
        Locked: too many failures on this account; the PIN was not looked at.
    """
    known = len(pue_id) <= MAX_TYPED and len(pin) <= MAX_TYPED
    wanted = select(Account).where(Account.pue_id == pue_id.strip().casefold()).with_for_update()
    account = session.scalar(wanted) if known else None
    if account is not None and is_locked(account.locked_until, now):
        audit.record(session, f"account:{account.id}", "verification refused", now=now, reason="locked")
        raise Locked
    right = matches(account.pin_hash if account else None, pin.strip() if known else "")
    if account is None or not right:
        _count_failure(session, account, conversation, now)
        raise NotVerified
    account.failures, account.locked_until = 0, None
    conversation.level, conversation.verified_until = Level.VERIFIED, now + VERIFIED_FOR
    conversation.customer_id = account.customer_id
    audit.record(session, f"conversation:{conversation.id}", "verified", now=now, reason=f"account:{account.id}")
    return account.customer


def _count_failure(session: Session, account: Account | None, conversation: Conversation, now: datetime) -> None:
    if account is not None:
        account.failures += 1
        lock = lock_after(account.failures)
        account.locked_until = now + lock if lock else None
    audit.record(session, f"conversation:{conversation.id}", "verification failed", now=now)


def add_account(session: Session, *, pue_id: str, pin: str, name: str, now: datetime) -> Account:
    """Add a customer with an account to the embedded directory; an identifier that is taken gives its account."""
    account = session.scalar(select(Account).where(Account.pue_id == pue_id.casefold()))
    if account is None:
        account = Account(pue_id=pue_id.casefold(), pin_hash=hash_secret(pin), failures=0)
        account.customer = Customer(name=name, created_at=now)
        session.add(account)
    return account


def load_accounts(session: Session, rows: list[Mapping[str, str]], *, now: datetime) -> None:
    """Add the accounts of a directory file (`pue_id`, `pin`, `name` each) that are not there yet."""
    for row in rows:
        add_account(session, pue_id=row["pue_id"], pin=row["pin"], name=row["name"], now=now)
