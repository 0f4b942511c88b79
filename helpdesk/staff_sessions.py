"""Signed-in browsers of the staff: what is still missing before the desk opens, how long they last, and their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update
from sqlalchemy.orm import Session

from helpdesk import audit, house, second_factor
from helpdesk.house import House
from helpdesk.lifecycle import Presence
from helpdesk.presence import set_presence
from helpdesk.roles import Permission, may
from helpdesk.secrets import new_token, token_hash
from helpdesk.tables import Staff, StaffSession

ARRIVING = timedelta(minutes=15)
"""How long one may take for the steps between the password and the desk."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a browser was last used."""
MAX_BROWSER = 200


class Step(str, Enum):
    """What a browser must still show or do before the desk opens, in this order."""

    CODE = "code"
    """Show the second factor."""
    OWN = "password"
    """Choose a password of one's own instead of the one-time one."""
    FACTOR = "factor"
    """Set up a second factor, because the house asks everybody for one."""


@dataclass(frozen=True)
class Signed:
    """A browser that was given a new secret.

    Attributes:
        token: the secret for the cookie; only its hash is kept.
        session: what it opens.
        lasts: for how long.
    """

    token: str
    session: StaffSession
    lasts: timedelta


def next_step(known: StaffSession) -> Step | None:
    """Return what is asked for next, or None when the desk is open."""
    return Step(known.steps.split()[0]) if known.steps else None


def begin(session: Session, staff: Staff, steps: Sequence[Step], *, browser: str, now: datetime) -> Signed:
    """Give a browser a session; it opens nothing while steps are left (flushed, not committed).

    Args:
        session: the unit of work.
        staff: whose password or provider was right.
        steps: what is still missing.
        browser: what the browser calls itself.
        now: the instant.
    """
    known = StaffSession(staff=staff, browser=browser[:MAX_BROWSER], created_at=now, seen_at=now)
    known.steps = " ".join(step.value for step in steps)
    known.expires_at = now + ARRIVING
    session.add(known)
    return _go_on(session, known, now)


def take_step(session: Session, known: StaffSession, step: Step, *, now: datetime) -> Signed:
    """Note that a step was done; the browser gets a new secret, and the one before is void."""
    known.steps = " ".join(name for name in known.steps.split() if name != step.value)
    return _go_on(session, known, now)


def renew(session: Session, known: StaffSession) -> str:
    """Give a browser a new secret and return it; the one before opens nothing any more."""
    token = new_token()
    known.token_hash, known.csrf = token_hash(token), new_token()
    session.flush()
    return token


def _go_on(session: Session, known: StaffSession, now: datetime) -> Signed:
    token, step = renew(session, known), next_step(known)
    if step is Step.FACTOR:
        # Never a secret that somebody may have seen at an earlier sign-in.
        second_factor.prepare(known.staff)
    if step is not None:
        return Signed(token, known, ARRIVING)
    lasts = timedelta(hours=house.load(session).signed_in_hours)
    known.created_at, known.seen_at, known.expires_at = now, now, now + lasts
    if may(known.staff, Permission.WORK_ON_CASES):
        set_presence(known.staff, Presence.AVAILABLE, now=now)
    audit.record(session, f"staff:{known.staff.id}", "signed in", now=now, by=known.staff)
    session.flush()
    return Signed(token, known, lasts)


def live(settings: House, now: datetime) -> ColumnElement[bool]:
    """Return the condition of sessions that still open something; join `Staff` besides for whether one is active."""
    return and_(
        StaffSession.expires_at > now,
        StaffSession.created_at > now - timedelta(hours=settings.signed_in_hours),
        func.coalesce(StaffSession.seen_at, StaffSession.created_at) > now - timedelta(minutes=settings.idle_minutes),
    )


def at_the_desk(settings: House, now: datetime) -> ColumnElement[bool]:
    """Return the condition of staff who are signed in completely on some browser, for queries over `Staff`."""
    own = and_(StaffSession.staff_id == Staff.id, StaffSession.is_complete, live(settings, now))
    return and_(Staff.active, exists().where(own))


def find(session: Session, token: str, *, now: datetime) -> StaffSession | None:
    """Return the live session behind a browser's secret, steps missing or not; None when it opens nothing."""
    wanted = select(StaffSession).join(Staff, Staff.id == StaffSession.staff_id)
    return session.scalar(
        wanted.where(StaffSession.token_hash == token_hash(token), Staff.active, live(house.load(session), now))
    )


def is_seen_late(known: StaffSession, now: datetime) -> bool:
    """Return whether it is time to note again that a browser is in use."""
    return known.seen_at is None or now - known.seen_at >= SEEN_EVERY


def note_use(session: Session, session_id: int, *, now: datetime) -> None:
    """Note that a browser was used now, at most once a minute whichever requests come together."""
    late = (StaffSession.seen_at.is_(None)) | (StaffSession.seen_at <= now - SEEN_EVERY)
    session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, late)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def devices(session: Session, staff_id: int, *, now: datetime) -> Sequence[StaffSession]:
    """Return the browsers on which somebody is signed in now, the one used last first."""
    wanted = select(StaffSession).where(
        StaffSession.staff_id == staff_id, StaffSession.is_complete, live(house.load(session), now)
    )
    return session.scalars(wanted.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())).all()


def end(session: Session, known: StaffSession, *, now: datetime) -> None:
    """Sign a browser out; who is signed in nowhere else is away from then on."""
    session.execute(delete(StaffSession).where(StaffSession.id == known.id))
    _away_when_gone(session, known.staff_id, now)


def end_device(session: Session, staff_id: int, session_id: int, *, now: datetime) -> bool:
    """Sign out one of somebody's browsers; returns False when they have no such one."""
    own = delete(StaffSession).where(StaffSession.id == session_id, StaffSession.staff_id == staff_id)
    gone = session.execute(own.returning(StaffSession.id)).scalar() is not None
    if gone:
        _away_when_gone(session, staff_id, now)
    return gone


def end_all(session: Session, staff_id: int, *, now: datetime, but: int | None = None) -> int:
    """Sign out all of somebody's browsers, or all but one; returns how many."""
    own = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    if but is not None:
        own = own.where(StaffSession.id != but)
    gone = len(session.scalars(own.returning(StaffSession.id)).all())
    if gone:
        _away_when_gone(session, staff_id, now)
    return gone


def ask_everybody_for_a_factor(session: Session) -> None:
    """Send everybody who is signed in without a second factor to set one up before anything else opens."""
    without = select(Staff.id).where(Staff.totp_confirmed_at.is_(None))
    session.execute(
        update(StaffSession)
        .where(StaffSession.is_complete, StaffSession.staff_id.in_(without))
        .values(steps=Step.FACTOR.value)
        .execution_options(synchronize_session=False)
    )


def _away_when_gone(session: Session, staff_id: int, now: datetime) -> None:
    staff = session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)
    elsewhere = select(StaffSession.id).where(
        StaffSession.staff_id == staff_id, StaffSession.is_complete, live(house.load(session), now)
    )
    if session.scalar(elsewhere.limit(1)) is None:
        set_presence(staff, Presence.AWAY, now=now)
    session.flush()
