"""What waits to be sent, mail or text message: claiming it, noting what became of it, withdrawing it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import OutboxMail, OutboxSms

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
MOST_ATTEMPTS = 12
"""With the growing delay about a day and a half; what is not taken by then is shown at the desk."""
LONGEST_ERROR = 1_000
TOO_LATE = "too late to be sent"

Row = TypeVar("Row", OutboxMail, OutboxSms)


def claim_due(session: Session, table: type[Row], *, now: datetime, limit: int, lease: timedelta) -> Sequence[Row]:
    """Claim rows that are due, for this sender alone until the lease ends; the oldest first.

    Commit before sending. A sender that dies leaves its rows to the others when the lease ends. What was
    withdrawn is never claimed; what has expired is given up instead.
    """
    free = or_(table.claimed_until.is_(None), table.claimed_until <= now)
    expired = update(table).where(table.status == OutboxStatus.QUEUED, table.expires_at <= now, free)
    session.execute(
        expired.values(status=OutboxStatus.DEAD, error=TOO_LATE).execution_options(synchronize_session=False)
    )
    # PostgreSQL lets several senders choose at once; SQLite has one writer, and ignores the clause.
    due = (
        select(table.id)
        .where(table.status == OutboxStatus.QUEUED, table.due_at <= now, free)
        .order_by(table.due_at, table.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claim = (
        update(table)
        .where(table.id.in_(select(due.c.id)))
        .values(claimed_until=now + lease, attempts=table.attempts + 1)
        .returning(table)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    claimed = session.scalars(claim).all()
    return sorted(claimed, key=lambda row: (row.due_at, row.id))


def keep_claim(session: Session, table: type[Row], row: Row, *, until: datetime) -> bool:
    """Prolong the claim of a row just before it is sent (flushed, not committed).

    Returns:
        Whether it is still to be sent, and by us: it may have been withdrawn since, or the lease may have ended while
        the rows before it were sent, and another sender has it now.
    """
    kept = session.execute(
        update(table)
        .where(table.id == row.id, table.status == OutboxStatus.QUEUED, table.claimed_until == row.claimed_until)
        .values(claimed_until=until)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    )
    return kept.first() is not None


def mark_sent(session: Session, table: type[Row], row_id: int, *, now: datetime) -> None:
    """Note that the server took it; also of one withdrawn in the meantime, since that is what happened."""
    row = session.get_one(table, row_id, with_for_update=True)
    row.status, row.sent_at, row.claimed_until, row.error = OutboxStatus.SENT, now, None, ""


def mark_failed(session: Session, table: type[Row], row_id: int, error: str, *, permanent: bool, now: datetime) -> None:
    """Note that the server did not take it: it is tried again later, or given up. Withdrawn, it stays so.

    Args:
        session: the unit of work.
        table: mails or text messages.
        row_id: which.
        error: what the server said.
        permanent: whether trying again is pointless.
        now: the instant.
    """
    row = session.get_one(table, row_id, with_for_update=True)
    row.error, row.claimed_until = error[:LONGEST_ERROR], None
    if row.status is not OutboxStatus.QUEUED:
        return
    if permanent or row.attempts >= MOST_ATTEMPTS:
        row.status = OutboxStatus.DEAD
    else:
        row.due_at = now + delay_after(row.attempts)


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling, up to a limit."""
    return min(FIRST_DELAY * 2.0 ** min(max(attempts - 1, 0), 30), LONGEST_DELAY)


def retry_dead(session: Session, table: type[Row], row_id: int, *, now: datetime) -> None:
    """Let one that was given up be tried again from the beginning; others stay as they are."""
    row = session.get(table, row_id, with_for_update=True)
    if row is not None and row.status is OutboxStatus.DEAD:
        row.status, row.attempts, row.due_at, row.claimed_until = OutboxStatus.QUEUED, 0, now, None


def withdraw_for_visit(session: Session, visit_id: int) -> None:
    """Withdraw every mail and text message about an e-visit that was not sent yet."""
    _withdraw(session, OutboxMail, visit_id)
    _withdraw(session, OutboxSms, visit_id)


def _withdraw(session: Session, table: type[Row], visit_id: int) -> None:
    # One that was given up is withdrawn too, lest somebody at the desk lets it be sent again.
    unsent = table.status.in_([OutboxStatus.QUEUED, OutboxStatus.DEAD])
    session.execute(
        update(table)
        .where(table.visit_id == visit_id, unsent)
        .values(status=OutboxStatus.WITHDRAWN, claimed_until=None)
    )
