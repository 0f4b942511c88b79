"""What pages of quality show of a case: its name, its words, and where it opens; all masked as everywhere."""

from collections.abc import Collection, Mapping
from types import SimpleNamespace

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import chat_log, scoring_cases, sealed_values
from helpdesk import staff as people
from helpdesk.lifecycle import Direction
from helpdesk.queues import Queue
from helpdesk.samples import parted
from helpdesk.samples_pool import CHAT, TICKET
from helpdesk.tables import Conversation, Staff, Ticket, TicketMessage
from helpdesk.verified_answers import VERIFIED

MOST_MESSAGES = 1_000


def names(session: Session, subjects: Collection[str]) -> Mapping[str, tuple[str, str]]:
    """Return the kind of each case and its number as people know it; an empty number for a case that was deleted."""
    found = {subject: parted(subject) for subject in subjects}
    tickets = [number for kind, number in found.values() if kind == TICKET]
    chats = [number for kind, number in found.values() if kind == CHAT]
    numbers = dict(session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(tickets))).all())
    there = set(session.scalars(select(Conversation.id).where(Conversation.id.in_(chats))))
    return {
        subject: (kind, numbers.get(number, "") if kind == TICKET else str(number) if number in there else "")
        for subject, (kind, number) in found.items()
    }


def subject_of(session: Session, typed: str) -> str | None:
    """Return the case that somebody named by the number of a ticket or of a chat; None for none."""
    wanted = typed.strip().upper()
    ticket = session.scalar(select(Ticket.id).where(Ticket.number == wanted))
    if ticket is not None:
        return f"{TICKET}:{ticket}"
    if wanted.isascii() and wanted.isdigit() and len(wanted) <= len("999999999"):
        chat = session.get(Conversation, int(wanted))
        return f"{CHAT}:{chat.id}" if chat is not None else None
    return None


def link_to(session: Session, subject: str, staff: Staff) -> str:
    """Return where a case opens; empty when it is gone, or not for this person to see any more."""
    case = scoring_cases.find(session, subject)
    if case is None or not people.may_work_on(staff, case.queue or Queue.GENERAL, case.consultant_id):
        return ""
    return f"/desk/tickets/{case.id}" if isinstance(case, Ticket) else f"/desk/story/chats/{case.id}"


def words_of(session: Session, case: Conversation | Ticket) -> Mapping[str, object]:
    """Return what the templates of a case's words need: those of a past chat, or those of a ticket to be read only."""
    if isinstance(case, Conversation):
        said = chat_log.messages(session, case.id)
        staff = {message.staff_id for message in said if message.staff_id}
        return {"chat": case, "messages": said, "names": people.names(session, staff)}
    wanted = select(TicketMessage).where(TicketMessage.ticket_id == case.id).order_by(TicketMessage.id)
    written = session.scalars(wanted.limit(MOST_MESSAGES)).all()
    return {
        "ticket": case,
        "messages": written,
        "sealed": sealed_values.values_of_messages(session, written),
        "older_messages": 0,
        # Nothing is done to the ticket from here: neither splitting nor downloading.
        "facts": SimpleNamespace(mails={}, can_split=False),
        "is_merged": True,
        "incoming": Direction.IN,
        "verified": VERIFIED,
    }
