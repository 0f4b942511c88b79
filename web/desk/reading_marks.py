"""What opening a case leaves behind: a note in the audit for a confirmed customer's, and who has a ticket open."""

from helpdesk import readings, viewers
from helpdesk.lifecycle import Level
from helpdesk.tables import StaffSession, Ticket
from web.parts import Parts


def note_reading(parts: Parts, me: StaffSession, subject: str, level: Level) -> None:
    """Write down that a confirmed customer's case was read; once a person, case and hour."""
    if not level.at_least(Level.VERIFIED):
        return
    # A chat's page looks again and again: what is written down already needs no lock of a writer.
    with parts.database.reading() as session:
        if readings.is_noted(session, subject, me.staff, now=parts.clock()):
            return
    with parts.database.session() as session:
        if readings.note(session, subject, me.staff, level, now=parts.clock()):
            session.commit()


def note_looking(parts: Parts, me: StaffSession, ticket: Ticket, *, writing: bool = False) -> None:
    """Note that somebody has a ticket open."""
    with parts.database.session() as session:
        viewers.look(session, ticket.id, me.staff, writing=writing, now=parts.clock())
        session.commit()
