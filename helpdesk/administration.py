"""What administrators do with the staff: adding, changing, resetting and signing out; each change is audited."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import administrators, audit, conversations, second_factor, staff_sessions
from helpdesk.credentials import locked
from helpdesk.errors import BadLogin, LoginTaken, NotFound
from helpdesk.lifecycle import Mode, Presence, Role
from helpdesk.presence import set_presence
from helpdesk.queues import Queue
from helpdesk.roles import Permission, may
from helpdesk.tables import Conversation, Staff

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
MOST_CHATS = 20


@dataclass(frozen=True)
class Described:
    """What administrators say of somebody.

    Attributes:
        name: the name that customers and colleagues see.
        role: what they do.
        queues: specialities; none means all queues.
        capacity: live chats at the same time; None for as many as the house allows.
        needs_approval: whether a second person approves their answers.
        active: whether they may sign in.
    """

    name: str
    role: Role
    queues: Sequence[Queue] = ()
    capacity: int | None = None
    needs_approval: bool = False
    active: bool = True


def description_of(staff: Staff) -> Described:
    """Return what is said of somebody now."""
    queues = tuple(Queue(name) for name in staff.queues.split())
    return Described(staff.name, staff.role, queues, staff.capacity, staff.needs_approval, staff.active)


def everybody(session: Session) -> Sequence[Staff]:
    """Return the whole staff by name, those who may sign in first."""
    return session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.name, Staff.id)).all()


def add(session: Session, login: str, who: Described, password_hash: str, *, by: Staff, now: datetime) -> Staff:
    """Add somebody with a one-time password (flushed, not committed).

    Args:
        session: the unit of work.
        login: the login name: letters a to z, digits, dots, hyphens.
        who: what is said of them.
        password_hash: the hash of a password that they must change when they sign in first.
        by: the administrator.
        now: the instant.

    Raises:
        NotFound: `by` is no administrator any more.
        BadLogin: the login holds something else, or is too short or too long.
        LoginTaken: somebody has it.
    """
    _still_administrator(session, by)
    plain = login.strip().casefold()
    if not LOGIN.fullmatch(plain):
        raise BadLogin
    staff = Staff(login=plain, password_hash=password_hash, must_change_password=True, created_at=now)
    _write(staff, who)
    session.add(staff)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise LoginTaken from None
    audit.record(session, f"staff:{staff.id}", "staff added", now=now, by=by, reason=f"role: {who.role.value}")
    return staff


def change(session: Session, staff_id: int, who: Described, *, by: Staff, now: datetime) -> None:
    """Change what is said of somebody, each difference audited.

    Who may not sign in any more is signed out, and their live chats wait again.

    Raises:
        NotFound: there is nobody with this id, or `by` is no administrator any more.
        LastAdministrator: nobody would be left who may change the staff.
    """
    held = _still_administrator(session, by)
    staff = existing(session, staff_id)
    before = description_of(staff)
    _write(staff, who)
    session.flush()
    administrators.keep_one(session, held)
    for field in fields(Described):
        old, new = getattr(before, field.name), getattr(who, field.name)
        if old != new:
            reason = f"{field.name}: {_plain(old)} -> {_plain(new)}"[:400]
            audit.record(session, f"staff:{staff.id}", "staff changed", now=now, by=by, reason=reason)
    if before.active and not who.active:
        staff_sessions.end_all(session, staff.id, now=now)
        _let_chats_wait(session, staff, now)
    if not may(staff, Permission.WORK_ON_CASES):
        set_presence(staff, Presence.AWAY, now=now)


def reset_password(session: Session, staff_id: int, password_hash: str, *, by: Staff, now: datetime) -> Staff:
    """Give somebody else a one-time password and sign them out; the lock after failures is taken away.

    Raises:
        NotFound: there is nobody else with this id, or `by` is no administrator any more.
    """
    _still_administrator(session, by)
    staff = _somebody_else(session, staff_id, by)
    staff.password_hash, staff.must_change_password = password_hash, True
    staff.failures, staff.locked_until = 0, None
    staff_sessions.end_all(session, staff.id, now=now)
    audit.record(session, f"staff:{staff.id}", "password reset", now=now, by=by)
    return staff


def reset_factor(session: Session, staff_id: int, *, by: Staff, now: datetime) -> None:
    """Take away somebody else's second factor and sign them out. Raises NotFound as `reset_password`."""
    _still_administrator(session, by)
    forget_factor(session, _somebody_else(session, staff_id, by), now=now, by=by)


def forget_factor(session: Session, staff: Staff, *, now: datetime, by: Staff | None = None) -> None:
    """Take away a second factor and the lock after failures, and sign the person out everywhere."""
    second_factor.forget(session, staff)
    staff.failures, staff.locked_until = 0, None
    staff_sessions.end_all(session, staff.id, now=now)
    audit.record(session, f"staff:{staff.id}", "second factor reset", now=now, by=by)


def link_subject(session: Session, staff_id: int, subject: str, *, by: Staff, now: datetime) -> None:
    """Link somebody with the one who they are at the provider; an empty subject takes the link away.

    Raises:
        NotFound: there is nobody with this id, or `by` is no administrator any more.
        LoginTaken: somebody else is linked with this subject.
    """
    _still_administrator(session, by)
    staff = existing(session, staff_id)
    wanted = subject.strip() or None
    if staff.oidc_subject == wanted:
        return
    staff.oidc_subject = wanted
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise LoginTaken from None
    deed = "oidc subject linked" if wanted else "oidc subject unlinked"
    audit.record(session, f"staff:{staff.id}", deed, now=now, by=by)


def sign_out(session: Session, staff_id: int, *, by: Staff, now: datetime) -> None:
    """Sign somebody out on every browser, audited; raises NotFound when there is nobody with this id."""
    staff = existing(session, staff_id)
    count = staff_sessions.end_all(session, staff.id, now=now)
    audit.record(session, f"staff:{staff.id}", "signed out by another", now=now, by=by, reason=f"browsers: {count}")


def existing(session: Session, staff_id: int) -> Staff:
    """Return somebody's row, held for a change; raises NotFound."""
    if session.get(Staff, staff_id) is None:
        raise NotFound("staff")
    return locked(session, staff_id)


def _let_chats_wait(session: Session, staff: Staff, now: datetime) -> None:
    """Let the live chats of somebody who may not sign in any more wait in their queues again."""
    own = select(Conversation).where(Conversation.mode == Mode.HUMAN, Conversation.consultant_id == staff.id)
    for chat in session.scalars(own).all():
        conversations.pass_on(session, chat.id, staff, chat.queue or Queue.GENERAL, now=now)


def _somebody_else(session: Session, staff_id: int, by: Staff) -> Staff:
    # One's own are changed with the password, at one's account: a browser left open must not be enough.
    if staff_id == by.id:
        raise NotFound("own account")
    return existing(session, staff_id)


def _still_administrator(session: Session, by: Staff) -> set[int]:
    held = set(administrators.hold(session))
    if by.id not in held:
        raise NotFound("administrator")
    return held


def _write(staff: Staff, who: Described) -> None:
    staff.name, staff.role, staff.active = who.name, who.role, who.active
    staff.queues = " ".join(queue.value for queue in who.queues)
    staff.capacity, staff.needs_approval = who.capacity, who.needs_approval


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(queue.value for queue in value) or "all"
    return value.value if isinstance(value, Role) else str(value)
