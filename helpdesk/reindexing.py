"""Reading the words of every ticket anew, as after an upgrade that began to keep them."""

from collections.abc import Iterator

from sqlalchemy import select

from helpdesk import ticket_words
from helpdesk.database import Database
from helpdesk.tables import Ticket

BATCH = 200
"""Tickets of one transaction."""


def reindex(database: Database) -> Iterator[int]:
    """Read every ticket's words anew, a batch in a transaction; yields how many were read so far."""
    last = done = 0
    while True:
        with database.session() as session:
            wanted = select(Ticket.id).where(Ticket.id > last).order_by(Ticket.id).limit(BATCH)
            ids = session.scalars(wanted).all()
            if not ids:
                return
            ticket_words.rebuild(session, ids)
            session.commit()
        last, done = ids[-1], done + len(ids)
        yield done
