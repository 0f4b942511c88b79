"""Work that one process does at a time: a lock that the database gives up with the transaction."""

from enum import IntEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session


class Work(IntEnum):
    """What is locked, by its number in PostgreSQL."""

    GROUPING = 0x0FFF
    """Putting open questions into groups, and changing groups."""
    PUBLISHING = 0x1000
    """Counting publications: a process that looks for later ones must not miss any."""


def wait_for(session: Session, work: Work) -> None:
    """Wait until nobody else does this work, and keep others from it until the end of the transaction.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(work))))
