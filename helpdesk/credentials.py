"""Passwords and codes of the staff as they are tried: counted first, compared outside of any transaction.

An attempt counts as a failure before it is compared, so attempts at the same moment cannot slip past the lock, and
argon2's work holds up no other writer (docs/adr/0007-an-attempt-counts-before-it-is-compared.md). Passwords and codes
of one person count together, or a stolen password would give as many tries at the code as one likes.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from helpdesk import audit, second_factor
from helpdesk.database import Database
from helpdesk.errors import Locked, NotVerified
from helpdesk.passwords import LONGEST
from helpdesk.secrets import is_locked, lock_after, matches
from helpdesk.tables import Staff

MAX_LOGIN = 60


@dataclass(frozen=True)
class Attempt:
    """An attempt at a password that was counted: whose, the how many-th failure in a row, what to compare with."""

    staff_id: int = 0
    number: int = 0
    password_hash: str | None = None


def with_login(login: str) -> ColumnElement[bool]:
    """Return the condition of the active person with a login; a login that none can have finds nobody."""
    plain = login.strip().casefold()
    usable = plain if len(plain) <= MAX_LOGIN and "\0" not in plain else ""
    return (Staff.login == usable) & Staff.active


def check_password(database: Database, whose: ColumnElement[bool], password: str, *, now: datetime) -> Attempt:
    """Compare a password; it takes as long for nobody and for somebody locked.

    It has units of work of its own and none while it compares, so it must not be called inside of one. A right password
    is still counted as a failure until `forgive`.

    Args:
        database: where the staff is kept.
        whose: the condition of the person (see `with_login`).
        password: what was typed.
        now: the instant.

    Raises:
        NotVerified: unknown, wrong or locked; not told apart.
    """
    with database.session() as session:
        attempt = _count(session, whose, now)
        session.commit()
    if matches(attempt.password_hash, password if len(password) <= LONGEST else ""):
        return attempt
    with database.session() as session:
        subject = f"staff:{attempt.staff_id}" if attempt.staff_id else "staff:unknown"
        reason = "" if attempt.password_hash or not attempt.staff_id else "locked"
        audit.record(session, subject, "password wrong", now=now, reason=reason)
        session.commit()
    raise NotVerified


def locked(session: Session, staff_id: int) -> Staff:
    """Return somebody's row as it is now, which nobody else changes before this unit of work ends."""
    return session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)


def _count(session: Session, whose: ColumnElement[bool], now: datetime) -> Attempt:
    staff = session.scalar(select(Staff).where(whose).with_for_update())
    if staff is None:
        return Attempt()
    if is_locked(staff.locked_until, now):
        return Attempt(staff.id)
    _one_more(staff, now)
    return Attempt(staff.id, staff.failures, staff.password_hash)


def _one_more(staff: Staff, now: datetime) -> None:
    staff.failures += 1
    lock = lock_after(staff.failures)
    staff.locked_until = now + lock if lock else None


def forgive(session: Session, attempt: Attempt, *, altogether: bool) -> Staff:
    """Take back a right attempt and return whose it was; those counted meanwhile stay counted.

    Args:
        session: the unit of work.
        attempt: what `check_password` gave.
        altogether: whether the failures before it are forgiven too; not while a code is still to be shown.

    Raises:
        NotVerified: the password was changed, or the person shut out, while it was compared.
    """
    staff = locked(session, attempt.staff_id)
    if not staff.active or staff.password_hash != attempt.password_hash:
        raise NotVerified
    staff.failures = max(0, staff.failures - (attempt.number if altogether else 1))
    nobody_else = staff.failures == (0 if altogether else attempt.number - 1)
    if nobody_else or lock_after(staff.failures) is None:
        staff.locked_until = None  # it was not locked when the attempt began
    return staff


def check_code(session: Session, staff_id: int, typed: str, *, now: datetime) -> Staff:
    """Use up a code of the second factor and return whose it was. The caller commits also when this raises.

    Raises:
        Locked: too many failures; the code was not looked at.
        NotVerified: the code is wrong, too old, or was used.
    """
    staff = locked(session, staff_id)
    if is_locked(staff.locked_until, now):
        raise Locked(staff.locked_until)
    _one_more(staff, now)
    how = second_factor.take(session, staff, typed, now=now)
    if how is None:
        audit.record(session, f"staff:{staff.id}", "code wrong", now=now)
        raise NotVerified
    staff.failures, staff.locked_until = 0, None
    if how == "recovery":
        audit.record(session, f"staff:{staff.id}", "recovery code used", now=now, by=staff)
    return staff
