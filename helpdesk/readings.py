"""Reading a confirmed customer's case is written down: once a person, case and hour."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.lifecycle import Level
from helpdesk.tables import AuditEntry, Staff

READ = "read"


def note(session: Session, subject: str, staff: Staff, level: Level, *, now: datetime) -> bool:
    """Write down that somebody reads a case, unless its customer is not confirmed or it stands there for this hour.

    Args:
        session: the unit of work (flushed, not committed).
        subject: `ticket:12` or `conversation:7`.
        staff: who reads.
        level: how well the customer of the case is known.
        now: the instant.

    Returns:
        Whether it was written down now.
    """
    if not level.at_least(Level.VERIFIED) or is_noted(session, subject, staff, now=now):
        return False
    audit.record(session, subject, READ, now=now, by=staff)
    return True


def is_noted(session: Session, subject: str, staff: Staff, *, now: datetime) -> bool:
    """Return whether it is written down for this hour that somebody reads a case."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    before = select(AuditEntry.id).where(
        AuditEntry.subject == subject,
        AuditEntry.action == READ,
        AuditEntry.staff_id == staff.id,
        AuditEntry.at >= hour,
    )
    return session.scalar(before.limit(1)) is not None
