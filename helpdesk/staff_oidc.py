"""Sign-ins of the staff at the operator's OIDC provider on their way: each is used once, within ten minutes.

The state goes to the provider and comes back once; the browser's secret is a cookie, so that the answer counts only
where the question was asked.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.credentials import with_login
from helpdesk.errors import NotFound, NotVerified
from helpdesk.oidc_logins import LASTS, MAX_SUBJECT, Leaving
from helpdesk.secrets import new_token, token_hash
from helpdesk.tables import Staff, StaffOidcLogin


def begin(session: Session, *, now: datetime) -> Leaving:
    """Begin a sign-in; old ones that never came back are cleared away (flushed, not committed)."""
    session.execute(delete(StaffOidcLogin).where(StaffOidcLogin.expires_at <= now))
    leaving = Leaving(new_token(), new_token(), new_token(), new_token() + new_token())
    session.add(
        StaffOidcLogin(
            state_hash=token_hash(leaving.state),
            browser_hash=token_hash(leaving.browser),
            nonce=leaving.nonce,
            code_verifier=leaving.code_verifier,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    return leaving


def come_back(session: Session, state: str, browser: str, *, now: datetime) -> tuple[str, str]:
    """Return nonce and code verifier of a sign-in that comes back; it is gone afterwards, whatever comes of it.

    Raises:
        NotFound: an unknown or used state, an old one, or another browser (for which it stays).
    """
    wanted = delete(StaffOidcLogin).where(
        StaffOidcLogin.state_hash == token_hash(state),
        StaffOidcLogin.browser_hash == token_hash(browser),
        StaffOidcLogin.expires_at > now,
    )
    found = session.execute(wanted.returning(StaffOidcLogin.nonce, StaffOidcLogin.code_verifier)).one_or_none()
    if found is None:
        raise NotFound("state of this browser")
    return found[0], found[1]


def staff_of(session: Session, subject: str, login: str | None, *, now: datetime) -> Staff:
    """Return who the provider's subject is; the first time they are found by the login the provider names, and kept.

    The caller commits also when this raises, so that the refusal is in the audit.

    Args:
        session: the unit of work.
        subject: who it is at the provider (`sub`), never given to anybody else.
        login: what the provider's claim says the login is; None where administrators link accounts themselves.
        now: the instant.

    Raises:
        NotVerified: nobody active belongs to the subject, or the login's person belongs to another subject.
    """
    if not 0 < len(subject) <= MAX_SUBJECT or "\0" in subject:
        raise NotVerified
    staff = session.scalar(select(Staff).where(Staff.oidc_subject == subject, Staff.active))
    taken = select(Staff.id).where(Staff.oidc_subject == subject)
    if staff is None and login and session.scalar(taken) is None:
        named = select(Staff).where(with_login(login), Staff.oidc_subject.is_(None))
        staff = session.scalar(named.with_for_update())
        if staff is not None:
            staff.oidc_subject = subject
            audit.record(session, f"staff:{staff.id}", "oidc subject kept", now=now)
    if staff is None:
        audit.record(session, "staff:unknown", "oidc refused", now=now)
        raise NotVerified
    return staff
