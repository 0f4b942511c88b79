"""What somebody of the staff changes about their own sign-in: the password, the second factor, the recovery codes.

Each change of what one signs in with signs out every other browser and gives this one a new secret.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import audit, house, second_factor, staff_sessions
from helpdesk.credentials import check_password, forgive, locked
from helpdesk.database import Database
from helpdesk.errors import BadPassword, NotVerified
from helpdesk.passwords import problem_of
from helpdesk.secrets import hash_secret
from helpdesk.staff_sessions import Signed, Step
from helpdesk.tables import Staff, StaffSession


@dataclass(frozen=True)
class OwnAccount:
    """The use cases of one's own account; each has units of work of its own, and none while argon2 works.

    All that ask for the password raise NotVerified when it is wrong, when there were too many failures, and when the
    browser was signed out meanwhile.
    """

    database: Database

    def change_password(self, known: StaffSession, old: str, new: str, again: str, *, now: datetime) -> Signed:
        """Choose a new password, also instead of a one-time one.

        Raises:
            BadPassword: the new one is not good enough.
            NotVerified: see the class.
        """
        problem = problem_of(new, login=known.staff.login, old=old, again=again)
        if problem is not None:
            raise BadPassword(problem.value)
        attempt = check_password(self.database, Staff.id == known.staff_id, old, now=now)
        hashed = hash_secret(new)
        with self.database.session() as session:
            staff = forgive(session, attempt, altogether=True)
            staff.password_hash, staff.must_change_password = hashed, False
            audit.record(session, f"staff:{staff.id}", "password changed", now=now, by=staff)
            signed = _renewed(session, known, Step.OWN, now=now)
            session.commit()
            return signed

    def prepare_factor(self, known: StaffSession, password: str, *, now: datetime) -> None:
        """Make a secret for a second factor; it counts from its first right code on. Raises NotVerified."""
        attempt = check_password(self.database, Staff.id == known.staff_id, password, now=now)
        with self.database.session() as session:
            second_factor.prepare(forgive(session, attempt, altogether=True))
            session.commit()

    def confirm_factor(self, known: StaffSession, typed: str, *, now: datetime) -> tuple[Signed, Sequence[str]]:
        """Switch a prepared second factor on; returns the recovery codes too, to be shown once.

        Raises:
            NotVerified: the code is wrong; it can be typed again.
        """
        with self.database.session() as session:
            staff = locked(session, known.staff_id)
            codes = second_factor.confirm(session, staff, typed, now=now)
            if codes is None:
                raise NotVerified
            audit.record(session, f"staff:{staff.id}", "second factor on", now=now, by=staff)
            signed = _renewed(session, known, Step.FACTOR, now=now)
            session.commit()
            return signed, codes

    def switch_factor_off(self, known: StaffSession, password: str, *, now: datetime) -> Signed:
        """Ask for no second factor any more; raises NotVerified, also where the house asks everybody for one."""
        attempt = check_password(self.database, Staff.id == known.staff_id, password, now=now)
        with self.database.session() as session:
            staff = forgive(session, attempt, altogether=True)
            if house.load(session).second_factor:
                session.commit()
                raise NotVerified
            second_factor.forget(session, staff)
            audit.record(session, f"staff:{staff.id}", "second factor off", now=now, by=staff)
            signed = _renewed(session, known, Step.FACTOR, now=now)
            session.commit()
            return signed

    def new_recovery_codes(self, known: StaffSession, password: str, *, now: datetime) -> Sequence[str]:
        """Return fresh recovery codes, to be shown once; those before are void. Raises NotVerified."""
        attempt = check_password(self.database, Staff.id == known.staff_id, password, now=now)
        with self.database.session() as session:
            staff = forgive(session, attempt, altogether=True)
            codes = second_factor.new_recovery_codes(session, staff) if staff.totp_confirmed_at else None
            if codes is not None:
                audit.record(session, f"staff:{staff.id}", "recovery codes made", now=now, by=staff)
            session.commit()
        if codes is None:
            raise NotVerified
        return codes


def _renewed(session: Session, known: StaffSession, step: Step, *, now: datetime) -> Signed:
    """Sign out the other browsers and give this one a new secret; a step that it stood at is done."""
    mine = session.get(StaffSession, known.id)
    if mine is None or (mine.steps and staff_sessions.next_step(mine) is not step):
        raise NotVerified
    staff_sessions.end_all(session, mine.staff_id, now=now, but=mine.id)
    if mine.steps:
        return staff_sessions.take_step(session, mine, step, now=now)
    return Signed(staff_sessions.renew(session, mine), mine, mine.expires_at - now)
