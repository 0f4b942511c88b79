"""Consultants: adding them, signing in and out, and what they may work on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import Locked, NotVerified
from helpdesk.lifecycle import Role
from helpdesk.queues import Queue
from helpdesk.roles import Permission, may
from helpdesk.secrets import hash_secret, is_locked, lock_after, matches, new_token, token_hash
from helpdesk.tables import Staff, StaffSession

SIGNED_IN_FOR = timedelta(hours=12)
"""The longest shift; afterwards one signs in again."""
MAX_PASSWORD = 200


def add_staff(
    session: Session,
    *,
    login: str,
    name: str,
    password: str,
    queues: Sequence[Queue],
    now: datetime,
    role: Role = Role.CONSULTANT,
) -> Staff:
    """Add somebody to the staff, or give an existing one this name, password, role and these specialities."""
    staff = session.scalar(select(Staff).where(Staff.login == login.casefold()))
    if staff is None:
        staff = Staff(login=login.casefold(), failures=0, active=True, created_at=now)
        session.add(staff)
    staff.name, staff.password_hash, staff.role = name, hash_secret(password), role
    staff.queues = " ".join(queue.value for queue in queues)
    session.flush()
    audit.record(session, f"staff:{staff.id}", "saved", now=now)
    return staff


def sign_in(session: Session, login: str, password: str, *, now: datetime) -> str:
    """Sign a consultant in and return the secret of the new session.

    The caller commits also when this raises, so that failures count.

    Raises:
        NotVerified: unknown login or wrong password, not told apart.
        Locked: too many failures.
    """
    wanted = select(Staff).where(Staff.login == login.strip().casefold(), Staff.active).with_for_update()
    staff = session.scalar(wanted)
    if staff is not None and is_locked(staff.locked_until, now):
        raise Locked
    if not matches(staff.password_hash if staff else None, password[:MAX_PASSWORD]) or staff is None:
        if staff is not None:
            staff.failures += 1
            lock = lock_after(staff.failures)
            staff.locked_until = now + lock if lock else None
        raise NotVerified
    staff.failures, staff.locked_until = 0, None
    token = new_token()
    session.add(
        StaffSession(
            token_hash=token_hash(token),
            staff=staff,
            csrf=new_token(),
            created_at=now,
            expires_at=now + SIGNED_IN_FOR,
        )
    )
    audit.record(session, f"staff:{staff.id}", "signed in", now=now, by=staff)
    return token


def find_session(session: Session, token: str, *, now: datetime) -> StaffSession | None:
    """Return the live session behind a browser's secret, or None."""
    found = session.scalar(select(StaffSession).where(StaffSession.token_hash == token_hash(token)))
    return found if found is not None and found.expires_at > now and found.staff.active else None


def sign_out(session: Session, token: str) -> None:
    """Forget a session."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash(token)))


def names(session: Session, staff_ids: Collection[int]) -> Mapping[int, str]:
    """Return the names that customers see of these consultants."""
    if not staff_ids:
        return {}
    found = select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids))
    return dict(session.execute(found).all())


def specialities(staff: Staff) -> frozenset[Queue]:
    """Return the queues somebody works on; none for a role that sees no cases."""
    if not may(staff, Permission.WORK_ON_CASES):
        return frozenset()
    if may(staff, Permission.SEE_EVERY_QUEUE):
        return frozenset(Queue)
    return frozenset(Queue(name) for name in staff.queues.split()) or frozenset(Queue)


def may_work_on(staff: Staff, queue: Queue, owner_id: int | None) -> bool:
    """Return whether somebody may see and work on a case: own speciality, or already theirs.

    Every page and every deed of the desk asks this one function.
    """
    own = owner_id == staff.id and may(staff, Permission.WORK_ON_CASES)
    return own or queue in specialities(staff)
