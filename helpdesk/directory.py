"""Account directories: who belongs to a PUE identifier and its COT PIN.

The embedded directory is the table of accounts. An attempt is counted as a failure before its PIN is compared, and the
comparison runs outside of any transaction: so attempts at the same moment cannot slip past the lock, and argon2's
work holds up no other writer. See docs/adr/0007-an-attempt-counts-before-it-is-compared.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.database import Database
from helpdesk.errors import NotVerified
from helpdesk.secrets import is_locked, lock_after, matches
from helpdesk.tables import Account

MAX_TYPED = 100
"""Longest identifier or PIN that is looked at; argon2 on megabytes would be an attack's tool."""


class Directory(Protocol):
    """Tells whether an identifier and a PIN belong together. It does its own counting and locking."""

    def confirm(self, pue_id: str, pin: str, *, now: datetime) -> int:
        """Return the id of the customer's record; a directory elsewhere makes the record when it is missing.

        Raises:
            NotVerified: an unknown identifier, a wrong PIN, a locked account; not told apart, nor by the time taken.
        """


@dataclass(frozen=True)
class _Attempt:
    """An attempt that was counted: whose, the how many-th failure in a row it is, and the hash to compare with."""

    account_id: int = 0
    number: int = 0
    pin_hash: str | None = None


@dataclass(frozen=True)
class EmbeddedDirectory:
    """The accounts of the helpdesk's own database."""

    database: Database

    def confirm(self, pue_id: str, pin: str, *, now: datetime) -> int:
        """Return the id of the customer; raises NotVerified."""
        pue_id, pin = pue_id.strip().casefold(), pin.strip()
        with self.database.session() as session:
            attempt = _count(session, pue_id, pin, now)
            session.commit()
        # Without a hash, nobody's is compared: unknown, locked and over-long take as long as wrong.
        if not matches(attempt.pin_hash, pin if len(pin) <= MAX_TYPED else ""):
            raise NotVerified
        with self.database.session() as session:
            customer_id = _forgive(session, attempt, now)
            session.commit()
        return customer_id


def _count(session: Session, pue_id: str, pin: str, now: datetime) -> _Attempt:
    wanted = select(Account).where(Account.pue_id == pue_id).with_for_update()
    # PostgreSQL takes no NUL in a text.
    account = session.scalar(wanted) if len(pue_id) <= MAX_TYPED and "\0" not in pue_id else None
    if account is None:
        audit.record(session, "account:unknown", "pin not compared", now=now, reason="unknown")
        return _Attempt()
    if is_locked(account.locked_until, now):
        audit.record(session, f"account:{account.id}", "pin not compared", now=now, reason="locked")
        return _Attempt()
    account.failures += 1
    lock = lock_after(account.failures)
    account.locked_until = now + lock if lock else None
    audit.record(session, f"account:{account.id}", "pin compared", now=now, reason=f"attempt {account.failures}")
    return _Attempt(account.id, account.failures, account.pin_hash if len(pin) <= MAX_TYPED else None)


def _forgive(session: Session, attempt: _Attempt, now: datetime) -> int:
    """Take back the right attempt and the failures before it; those counted while it was compared stay counted."""
    account = session.get_one(Account, attempt.account_id, with_for_update=True)
    account.failures = max(0, account.failures - attempt.number)
    if lock_after(account.failures) is None:
        account.locked_until = None
    audit.record(session, f"account:{account.id}", "pin right", now=now)
    return account.customer_id
