"""The cases behind score cards, and what stays of the cards when a case is deleted."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.lifecycle import Level
from helpdesk.queues import Queue
from helpdesk.samples import parted
from helpdesk.samples_pool import CHAT, TICKET
from helpdesk.tables import Appeal, ConsultantPart, Conversation, SampleItem, ScoreCard, Ticket


def find(session: Session, subject: str) -> Conversation | Ticket | None:
    """Return the chat or the ticket; None when it was deleted."""
    kind, number = parted(subject)
    return session.get(Conversation, number) if kind == CHAT else session.get(Ticket, number)


def level_of(case: Conversation | Ticket) -> Level:
    """Return how well the customer of a case is or was known: what was said under a confirmation stays confidential."""
    if isinstance(case, Conversation) and case.customer_id is not None:
        return Level.VERIFIED
    return case.level


def queue_of(session: Session, item: SampleItem) -> Queue | None:
    """Return in which queue the consultant worked on a case; None when it is gone."""
    kind, number = parted(item.subject)
    if kind == CHAT:
        theirs = ConsultantPart.conversation_id == number, ConsultantPart.staff_id == item.consultant_id
        part = session.scalar(select(ConsultantPart.queue).where(*theirs).order_by(ConsultantPart.id.desc()).limit(1))
        if part is not None:
            return part
    case = find(session, item.subject)
    return case.queue if case is not None else None


def blank_words_of_chats(session: Session, ids: Collection[int]) -> None:
    """Forget what was written about deleted chats; see `blank_words`."""
    blank_words(session, [f"{CHAT}:{number}" for number in ids])


def blank_words_of_tickets(session: Session, ids: Collection[int]) -> None:
    """Forget what was written about deleted tickets; see `blank_words`."""
    blank_words(session, [f"{TICKET}:{number}" for number in ids])


def blank_words(session: Session, subjects: Collection[str]) -> None:
    """Forget the words of score cards, appeals and decisions about deleted cases.

    They may tell of the customer. The points, which tell of the consultant's work alone, stay.
    """
    cards = select(ScoreCard.id).where(ScoreCard.subject.in_(subjects))
    emptied = (
        update(Appeal).where(Appeal.card_id.in_(cards)).values(text="", decision=""),
        update(ScoreCard).where(ScoreCard.subject.in_(subjects)).values(feedback=""),
    )
    for statement in emptied:
        session.execute(statement.execution_options(synchronize_session=False))
