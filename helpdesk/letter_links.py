"""Links in our letters: whoever has the letter may follow one until it expires or, where it works once, was used."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.errors import LinkExpired, LinkUsed, NotFound
from helpdesk.lifecycle import LinkPurpose
from helpdesk.secrets import new_token, token_hash
from helpdesk.tables import LetterLink

ONCE = frozenset({LinkPurpose.CONTINUE})
"""Purposes whose links work once; a rating may be changed until its link expires."""


def issue(
    session: Session,
    ticket_id: int,
    purpose: LinkPurpose,
    *,
    lasts: timedelta,
    now: datetime,
    article: str | None = None,
    article_changed: str = "",
    staff_id: int | None = None,
) -> str:
    """Make a link and return its secret, of which only the hash is kept (flushed, not committed).

    Args:
        session: the unit of work of the letter.
        ticket_id: the ticket that the letter belongs to.
        purpose: what the link is for.
        lasts: how long it works.
        now: the instant.
        article: the article that is rated.
        article_changed: the date of its last change (`YYYY-MM-DD`).
        staff_id: the consultant whose answer is rated; None for an automatic one.
    """
    secret = new_token()
    session.add(
        LetterLink(
            token_hash=token_hash(secret),
            purpose=purpose,
            ticket_id=ticket_id,
            article=article,
            article_changed=article_changed,
            staff_id=staff_id,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return secret


def find(session: Session, secret: str, *, now: datetime) -> LetterLink:
    """Return a link that works now; looking at it uses nothing up, since mail programs open links by themselves.

    Raises:
        NotFound: there is no such link.
        LinkExpired: its time is over.
        LinkUsed: it worked once, and did.
    """
    link = session.scalar(select(LetterLink).where(LetterLink.token_hash == token_hash(secret)))
    if link is None:
        raise NotFound("letter link")
    if link.purpose in ONCE and link.used_at is not None:
        raise LinkUsed
    if link.expires_at <= now:
        raise LinkExpired
    return link


def use(session: Session, secret: str, *, now: datetime) -> LetterLink:
    """Use a link: of several who use one that works once, one gets it. Raises what `find` raises."""
    link = find(session, secret, now=now)
    mine = update(LetterLink).where(LetterLink.id == link.id)
    if link.purpose in ONCE:
        mine = mine.where(LetterLink.used_at.is_(None))
    taken = session.execute(
        mine.values(used_at=now).returning(LetterLink.id).execution_options(synchronize_session=False)
    )
    if taken.first() is None:
        raise LinkUsed
    session.refresh(link)
    return link
