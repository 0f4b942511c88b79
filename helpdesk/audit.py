"""Writing down who did what."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.tables import AuditEntry, Staff


def record(
    session: Session, subject: str, action: str, *, now: datetime, by: Staff | None = None, reason: str = ""
) -> None:
    """Add one entry to the audit; committed together with the deed itself.

    Args:
        session: the unit of work of the deed.
        subject: what it was done to, such as `ticket:12`.
        action: the deed in the past tense, such as `taken`.
        now: the instant.
        by: the consultant, or None for the system and for customers.
        reason: why, in a few words without personal data.
    """
    session.add(AuditEntry(subject=subject, action=action, reason=reason, staff_id=by.id if by else None, at=now))
