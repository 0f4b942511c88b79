"""The staff: adding somebody, their names, and what they may work on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Session

from helpdesk import administrators, audit
from helpdesk.lifecycle import Role
from helpdesk.queues import Queue
from helpdesk.roles import Permission, may, roles_with
from helpdesk.secrets import hash_secret
from helpdesk.tables import Staff


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
    """Add somebody to the staff, or give an existing one this name, password, role and these specialities.

    Raises:
        LastAdministrator: the existing one is the last active administrator, and would be none any more.
    """
    held = administrators.hold(session)
    staff = session.scalar(select(Staff).where(Staff.login == login.casefold()))
    if staff is None:
        staff = Staff(login=login.casefold(), failures=0, active=True, created_at=now)
        session.add(staff)
    staff.name, staff.password_hash, staff.role = name, hash_secret(password), role
    staff.queues = " ".join(queue.value for queue in queues)
    session.flush()
    administrators.keep_one(session, held)
    audit.record(session, f"staff:{staff.id}", "saved", now=now)
    return staff


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


def works_on(queue: Queue) -> ColumnElement[bool]:
    """Return the condition of staff who work on a queue, for queries over `Staff`; says what `specialities` says."""
    special = (literal(" ") + Staff.queues + " ").contains(f" {queue.value} ", autoescape=True) | (Staff.queues == "")
    everywhere = Staff.role.in_(roles_with(Permission.SEE_EVERY_QUEUE))
    return Staff.role.in_(roles_with(Permission.WORK_ON_CASES)) & (everywhere | special)


def may_work_on(staff: Staff, queue: Queue, owner_id: int | None) -> bool:
    """Return whether somebody may see and work on a case: own speciality, or already theirs.

    Every page and every deed of the desk asks this one function.
    """
    own = owner_id == staff.id and may(staff, Permission.WORK_ON_CASES)
    return own or queue in specialities(staff)
