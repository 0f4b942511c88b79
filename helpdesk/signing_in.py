"""Signing in at the desk: by password or by the operator's provider, and the code after either."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import house, staff_sessions
from helpdesk.credentials import check_code, check_password, forgive, locked, with_login
from helpdesk.database import Database
from helpdesk.errors import NotVerified
from helpdesk.staff_sessions import Signed, Step
from helpdesk.tables import Staff, StaffSession


@dataclass(frozen=True)
class SigningIn:
    """The ways in; each has units of work of its own, and none while argon2 works."""

    database: Database

    def by_password(self, login: str, password: str, *, browser: str, now: datetime) -> Signed:
        """Take the first step with login and password.

        Raises:
            NotVerified: unknown login, wrong password, or locked; not told apart, nor by the time taken.
        """
        attempt = check_password(self.database, with_login(login), password, now=now)
        with self.database.session() as session:
            staff = locked(session, attempt.staff_id)
            steps = [
                *([Step.CODE] if staff.totp_confirmed_at else []),
                *([Step.OWN] if staff.must_change_password else []),
                *_wanted(session, staff),
            ]
            forgive(session, attempt, altogether=Step.CODE not in steps)
            signed = staff_sessions.begin(session, staff, steps, browser=browser, now=now)
            session.commit()
            return signed

    def by_code(self, known: StaffSession, typed: str, *, now: datetime) -> Signed:
        """Take the step of the second factor.

        Raises:
            Locked: too many failures.
            NotVerified: the code is wrong, too old, or was used; or no code is asked for.
        """
        with self.database.session() as session:
            mine = session.get(StaffSession, known.id)
            if mine is None or staff_sessions.next_step(mine) is not Step.CODE:
                raise NotVerified
            try:
                check_code(session, mine.staff_id, typed, now=now)
                return staff_sessions.take_step(session, mine, Step.CODE, now=now)
            finally:
                session.commit()  # failures count


def by_provider(session: Session, staff: Staff, *, trusted: bool, browser: str, now: datetime) -> Signed:
    """Take the first step for somebody whom the operator's provider vouches for (flushed, not committed).

    Args:
        session: the unit of work.
        staff: whom the provider named.
        trusted: whether the provider asks for a second factor itself, so that ours is not asked for.
        browser: what the browser calls itself.
        now: the instant.
    """
    steps = [Step.CODE] if staff.totp_confirmed_at else _wanted(session, staff)
    return staff_sessions.begin(session, staff, [] if trusted else steps, browser=browser, now=now)


def _wanted(session: Session, staff: Staff) -> list[Step]:
    """Return the step of setting up a second factor for who has none, where the house asks everybody for one."""
    return [Step.FACTOR] if house.load(session).second_factor and staff.totp_confirmed_at is None else []
