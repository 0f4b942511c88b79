"""Whom a ticket may be given to."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.queues import Queue
from helpdesk.staff import specialities
from helpdesk.tables import Staff


def may_own(owner: Staff, queue: Queue) -> bool:
    """Return whether somebody may be given tickets of a queue: they are still there, and it is their speciality."""
    return owner.active and queue in specialities(owner)


def colleagues(session: Session, queue: Queue | None = None) -> Sequence[Staff]:
    """Return who may be given tickets, of one queue or of any, by name."""
    everybody = session.scalars(select(Staff).where(Staff.active).order_by(Staff.name, Staff.id))
    return [one for one in everybody if (may_own(one, queue) if queue else specialities(one))]
