"""The guard of the last administrator: whoever changes the staff leaves at least one who may do so again."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.errors import LastAdministrator
from helpdesk.lifecycle import Role
from helpdesk.tables import Staff


def hold(session: Session) -> Collection[int]:
    """Return the ids of the active administrators, whom nobody else changes before this unit of work ends.

    Two administrators who demote each other at once wait here for each other: the second one sees what the first did.
    """
    wanted = select(Staff).where(Staff.role == Role.ADMINISTRATOR, Staff.active).order_by(Staff.id)
    held = session.scalars(wanted.with_for_update().execution_options(populate_existing=True))
    return {staff.id for staff in held}


def keep_one(session: Session, held: Collection[int]) -> None:
    """Raise LastAdministrator when a change, flushed but not committed, leaves none of those who were held.

    A house that had none before, as at its first start, may be changed.
    """
    left = select(Staff.id).where(Staff.role == Role.ADMINISTRATOR, Staff.active).limit(1)
    if held and session.scalar(left) is None:
        raise LastAdministrator
