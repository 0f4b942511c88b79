"""Letting somebody of the staff in again from the command line, such as a locked-out last administrator."""

from datetime import datetime

from sqlalchemy import select

from helpdesk import administration, audit, staff_sessions
from helpdesk.credentials import with_login
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.tables import Staff


def let_in_again(database: Database, login: str, *, second_factor: bool, now: datetime) -> None:
    """Sign somebody out everywhere and take away the lock after failures; raises NotFound.

    Args:
        database: where the staff is kept.
        login: whose.
        second_factor: whether the second factor is taken away too.
        now: the instant.
    """
    with database.session() as session:
        staff = session.scalar(select(Staff).where(with_login(login)).with_for_update())
        if staff is None:
            raise NotFound("staff")
        if second_factor:
            administration.forget_factor(session, staff, now=now)
        else:
            staff.failures, staff.locked_until = 0, None
            staff_sessions.end_all(session, staff.id, now=now)
            audit.record(session, f"staff:{staff.id}", "lock taken away", now=now)
        session.commit()
