"""The outbox: mails to be sent, committed together with the change that caused them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from helpdesk.letters import Letter
from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import OutboxMail

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
MOST_ATTEMPTS = 12
"""With the growing delay about a day and a half; what is not taken by then is shown at the desk."""
DAY = timedelta(days=1)
LONGEST_ERROR = 1_000


def enqueue(
    session: Session,
    *,
    kind: str,
    recipient: str,
    letter: Letter,
    ticket_id: int | None,
    automatic: bool,
    now: datetime,
    domain: str,
    in_reply_to: str = "",
    references: str = "",
) -> OutboxMail:
    """Put a letter into the outbox (flushed, not committed).

    Args:
        session: the unit of work of the change that causes the letter.
        kind: the letter's name, such as `acknowledgement`.
        recipient: the address it goes to.
        letter: its subject and body.
        ticket_id: the ticket that it belongs to.
        automatic: whether no person wrote it (RFC 3834; marked so in its headers).
        now: the instant.
        domain: the domain in which its Message-ID is made.
        in_reply_to: the Message-ID that it answers.
        references: earlier Message-IDs of the thread, separated by blanks, the oldest first.
    """
    mail = OutboxMail(
        kind=kind,
        recipient=recipient.strip().lower()[:320],
        subject=letter.subject,
        body=letter.body,
        message_id=f"<{uuid4().hex}@{domain}>",
        in_reply_to=in_reply_to if len(in_reply_to) <= 500 else "",
        references=references,
        automatic=automatic,
        ticket_id=ticket_id,
        status=OutboxStatus.QUEUED,
        attempts=0,
        due_at=now,
        created_at=now,
    )
    session.add(mail)
    session.flush()
    return mail


def claim_due(session: Session, *, now: datetime, limit: int, lease: timedelta) -> Sequence[OutboxMail]:
    """Claim mails that are due, for this sender alone until the lease ends; the oldest first.

    Commit before sending. A sender that dies leaves its mails to the others when the lease ends.
    """
    free = or_(OutboxMail.claimed_until.is_(None), OutboxMail.claimed_until <= now)
    # PostgreSQL lets several senders choose at once; SQLite has one writer, and ignores the clause.
    due = (
        select(OutboxMail.id)
        .where(OutboxMail.status == OutboxStatus.QUEUED, OutboxMail.due_at <= now, free)
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claim = (
        update(OutboxMail)
        .where(OutboxMail.id.in_(select(due.c.id)))
        .values(claimed_until=now + lease, attempts=OutboxMail.attempts + 1)
        .returning(OutboxMail)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    claimed = session.scalars(claim).all()
    return sorted(claimed, key=lambda mail: (mail.due_at, mail.id))


def mark_sent(session: Session, mail_id: int, *, now: datetime) -> None:
    """Note that the server took a mail."""
    mail = session.get_one(OutboxMail, mail_id)
    mail.status, mail.sent_at, mail.claimed_until, mail.error = OutboxStatus.SENT, now, None, ""


def mark_failed(session: Session, mail_id: int, error: str, *, permanent: bool, now: datetime) -> None:
    """Note that the server did not take a mail: it is tried again later, or given up.

    Args:
        session: the unit of work.
        mail_id: the mail.
        error: what the server said.
        permanent: whether trying again is pointless.
        now: the instant.
    """
    mail = session.get_one(OutboxMail, mail_id)
    mail.error, mail.claimed_until = error[:LONGEST_ERROR], None
    if permanent or mail.attempts >= MOST_ATTEMPTS:
        mail.status = OutboxStatus.DEAD
    else:
        mail.due_at = now + delay_after(mail.attempts)


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, up to a limit."""
    return min(FIRST_DELAY * 2.0 ** min(max(attempts - 1, 0), 30), LONGEST_DELAY)


def release(session: Session, mail_ids: Sequence[int]) -> None:
    """Give back mails that were claimed and not tried; they stay due, and it counts as no attempt."""
    session.execute(
        update(OutboxMail)
        .where(OutboxMail.id.in_(mail_ids), OutboxMail.status == OutboxStatus.QUEUED)
        .values(claimed_until=None, attempts=OutboxMail.attempts - 1)
        .execution_options(synchronize_session=False)
    )


def retry_dead(session: Session, mail_id: int, *, now: datetime) -> None:
    """Let a mail that was given up be tried again from the beginning; others stay as they are."""
    mail = session.get(OutboxMail, mail_id, with_for_update=True)
    if mail is not None and mail.status is OutboxStatus.DEAD:
        mail.status, mail.attempts, mail.due_at, mail.claimed_until = OutboxStatus.QUEUED, 0, now, None


def automatic_answers(session: Session, address: str, *, now: datetime) -> int:
    """Return how many automatic letters an address was sent in the last day."""
    counted = select(func.count()).where(
        OutboxMail.recipient == address.strip().lower(), OutboxMail.automatic, OutboxMail.created_at > now - DAY
    )
    return session.scalar(counted) or 0


def is_ours(session: Session, message_id: str) -> bool:
    """Whether a Message-ID is that of a mail of the outbox."""
    return session.scalar(select(OutboxMail.id).where(OutboxMail.message_id == message_id).limit(1)) is not None
