"""Confirming who the customer of a conversation is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit, conversations, mandates
from helpdesk.database import Database
from helpdesk.directory import Directory
from helpdesk.errors import Locked, NoMandate, NotVerified
from helpdesk.lifecycle import Level
from helpdesk.policy import VERIFIED_FOR
from helpdesk.secrets import hash_secret, is_locked, lock_after
from helpdesk.standing import standing
from helpdesk.tables import Account, Conversation, Customer


@dataclass(frozen=True)
class Verification:
    """Attempts to confirm an identity from a conversation, with a directory behind it."""

    database: Database
    directory: Directory

    def check(self, token: str, pue_id: str, pin: str, *, now: datetime) -> int:
        """Return the id of the customer to whom identifier and PIN belong; the level is not raised yet.

        It has units of work of its own and none while the directory compares, so it must not be called inside of one.

        Raises:
            NotFound: no conversation has this token.
            Locked: too many failures in this conversation; the directory was not asked.
            NotVerified: they do not belong together, or the account is locked; not told apart.
        """
        with self.database.session() as session:
            conversation = conversations.find(session, token, for_update=True)
            _count_attempt(conversation, now)
            session.commit()
        try:
            return self.directory.confirm(pue_id, pin, now=now)
        except NotVerified:
            with self.database.session() as session:
                audit.record(session, f"conversation:{conversation.id}", "verification failed", now=now)
                session.commit()
            raise


def _count_attempt(conversation: Conversation, now: datetime) -> None:
    """Count an attempt as a failure until it proves right; what was typed plays no part, so nothing is told of it."""
    if is_locked(conversation.locked_until, now):
        raise Locked(conversation.locked_until)
    conversation.failures += 1
    lock = lock_after(conversation.failures)
    conversation.locked_until = now + lock if lock else None


def confirm(session: Session, conversation: Conversation, customer_id: int, *, how: str, now: datetime) -> Customer:
    """Raise a conversation to VERIFIED for a customer; it speaks for the customer's own matters at first.

    Args:
        session: the unit of work.
        conversation: the conversation.
        customer_id: who was confirmed.
        how: by what, for the audit: `pin` or `oidc`.
        now: the instant.
    """
    customer = session.get_one(Customer, customer_id)
    conversation.level, conversation.verified_until = Level.VERIFIED, now + VERIFIED_FOR
    conversation.customer, conversation.acting_for = customer, None
    conversation.failures, conversation.locked_until = 0, None
    audit.record(
        session, f"conversation:{conversation.id}", "verified", now=now, reason=f"{how} customer:{customer.id}"
    )
    return customer


def act_for(
    session: Session, conversation: Conversation, principal_id: int | None, *, now: datetime
) -> Customer | None:
    """Let the confirmed customer act for another one, or for themselves (None); returns whom.

    Raises:
        NotVerified: nobody is confirmed in this conversation now.
        NoMandate: there is no registered mandate that holds today.
    """
    known = standing(session, conversation, now)
    if known.customer is None:
        raise NotVerified
    if principal_id is None:
        conversation.level, conversation.acting_for = Level.VERIFIED, None
        audit.record(session, f"conversation:{conversation.id}", "acts for oneself", now=now)
        return None
    if not mandates.covered(session, known.customer.id, principal_id, now=now):
        raise NoMandate
    conversation.level = Level.REPRESENTATIVE
    conversation.acting_for = session.get_one(Customer, principal_id)
    audit.record(
        session, f"conversation:{conversation.id}", "acts for another", now=now, reason=f"customer:{principal_id}"
    )
    return conversation.acting_for


def add_account(session: Session, *, pue_id: str, pin: str, name: str, now: datetime) -> Account:
    """Add a customer with an account to the embedded directory; an identifier that is taken gives its account."""
    account = session.scalar(select(Account).where(Account.pue_id == pue_id.casefold()))
    if account is None:
        account = Account(pue_id=pue_id.casefold(), pin_hash=hash_secret(pin), failures=0)
        account.customer = Customer(name=name, created_at=now)
        session.add(account)
    return account


def load_accounts(session: Session, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Add the accounts of a directory file (`pue_id`, `pin`, `name` each) that are not there yet.

    A row may have `acts_for`: a list of mandates, see `helpdesk.mandates.load_mandates`.
    """
    people = {
        row["pue_id"]: add_account(session, pue_id=row["pue_id"], pin=row["pin"], name=row["name"], now=now).customer
        for row in rows
    }
    session.flush()
    for row in rows:
        mandates.load_mandates(session, people[row["pue_id"]], row.get("acts_for", ()), people, now=now)
