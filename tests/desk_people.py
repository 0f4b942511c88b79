"""People of the desk for tests: signed in without a browser."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import staff_sessions
from helpdesk.tables import Staff


def signed_in(session: Session, login: str, *, now: datetime) -> str:
    """Sign somebody in completely and return the secret of the browser (flushed, not committed)."""
    staff = session.scalars(select(Staff).where(Staff.login == login)).one()
    return staff_sessions.begin(session, staff, [], browser="Firefox", now=now).token


def signed_out(session: Session, token: str, *, now: datetime) -> None:
    """Sign the browser with a secret out (flushed, not committed)."""
    known = staff_sessions.find(session, token, now=now)
    assert known is not None
    staff_sessions.end(session, known, now=now)
