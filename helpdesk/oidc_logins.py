"""Sign-ins at the operator's OIDC provider on their way: begun in the chat, each used once and within ten minutes.

What keeps a stranger out: the ticket is known only to who began it in the chat; the code is shown in the chat and typed
on our page, so that a link sent to a victim is of no use; the state goes to the provider and comes back once; the
browser's secret is a cookie, so that the answer counts only where the question was asked.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import NotFound, NotVerified
from helpdesk.secrets import new_token, token_hash
from helpdesk.tables import Account, OidcLogin

LASTS = timedelta(minutes=10)
MOST_TRIES = 3
"""Codes that may be typed for one ticket."""
CODE_DIGITS = 4
MAX_SUBJECT = 255


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun: the ticket for the browser, the code for the eyes of who sees the chat."""

    ticket: str
    code: str


@dataclass(frozen=True)
class Leaving:
    """A sign-in on its way to the provider, with the secrets of both sides."""

    state: str
    browser: str
    nonce: str
    code_verifier: str


@dataclass(frozen=True)
class Returned:
    """A sign-in that came back from the provider."""

    conversation_id: int
    nonce: str
    code_verifier: str


def begin(session: Session, conversation_id: int, *, now: datetime) -> Begun:
    """Begin a sign-in for a conversation; one that was begun before is void, and old ones are cleared away."""
    session.execute(
        delete(OidcLogin).where((OidcLogin.conversation_id == conversation_id) | (OidcLogin.expires_at <= now))
    )
    ticket, code = new_token(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    session.add(
        OidcLogin(
            conversation_id=conversation_id,
            ticket_hash=token_hash(ticket),
            code=code,
            tries=0,
            nonce=new_token(),
            code_verifier=new_token() + new_token(),
            expires_at=now + LASTS,
        )
    )
    audit.record(session, f"conversation:{conversation_id}", "oidc begun", now=now)
    return Begun(ticket, code)


def leave(session: Session, ticket: str, code: str, *, now: datetime) -> Leaving:
    """Let who brings ticket and code leave for the provider, once. The caller commits also when this raises.

    Raises:
        NotFound: no such ticket, an old one, one that was used, or one with too many wrong codes.
        NotVerified: the code is wrong; it can be typed again.
    """
    wanted = select(OidcLogin).where(OidcLogin.ticket_hash == token_hash(ticket), OidcLogin.expires_at > now)
    login = session.scalar(wanted.with_for_update())
    if login is None or login.state_hash is not None or login.tries >= MOST_TRIES:
        raise NotFound("ticket")
    login.tries += 1
    if not compare_digest(login.code.encode(), code.strip().encode()):
        raise NotVerified
    leaving = Leaving(new_token(), new_token(), login.nonce, login.code_verifier)
    login.state_hash, login.browser_hash = token_hash(leaving.state), token_hash(leaving.browser)
    return leaving


def come_back(session: Session, state: str, browser: str, *, now: datetime) -> Returned:
    """Take a sign-in that comes back from the provider; it is gone afterwards, whatever comes of it.

    Raises:
        NotFound: an unknown or used state, an old one, or another browser (for which it stays).
    """
    login = session.scalar(select(OidcLogin).where(OidcLogin.state_hash == token_hash(state)).with_for_update())
    if login is None or login.browser_hash is None or login.expires_at <= now:
        raise NotFound("state")
    if not compare_digest(login.browser_hash, token_hash(browser)):
        raise NotFound("state of this browser")
    session.delete(login)
    return Returned(login.conversation_id, login.nonce, login.code_verifier)


def customer_of(session: Session, subject: str, pue_id: str | None, *, now: datetime) -> int:
    """Return the customer whom the provider's subject is; the first time it is told by the PUE identifier, and kept.

    The caller commits also when this raises, so that the refusal is in the audit.

    Raises:
        NotVerified: no account belongs to the subject, or the identifier's account belongs to another subject.
    """
    if not 0 < len(subject) <= MAX_SUBJECT or "\0" in subject + (pue_id or ""):
        raise NotVerified
    account = session.scalar(select(Account).where(Account.oidc_subject == subject))
    if account is None and pue_id:
        named = select(Account).where(Account.pue_id == pue_id.strip().casefold(), Account.oidc_subject.is_(None))
        account = session.scalar(named.with_for_update())
        if account is not None:
            account.oidc_subject = subject
            audit.record(session, f"account:{account.id}", "oidc subject kept", now=now)
    if account is None:
        audit.record(session, "account:unknown", "oidc refused", now=now)
        raise NotVerified
    return account.customer_id
