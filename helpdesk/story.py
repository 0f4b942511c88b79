"""A customer's whole story: chats, tickets, e-visits, callbacks and ratings of the same customer, newest first.

What belongs to the confirmed customer is one group; what only came from the same mail address is another and weaker
one, since anybody can write an address. Somebody of the staff sees what `may_work_on` allows; the rest is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from helpdesk.lifecycle import Level
from helpdesk.queues import Queue
from helpdesk.staff import may_work_on
from helpdesk.tables import Callback, Conversation, Rating, Staff, Ticket, Visit

FEW = 10
MOST = 200


class Thing(str, Enum):
    """What an event of the story is."""

    CHAT = "chat"
    TICKET = "ticket"
    VISIT = "visit"
    CALLBACK = "callback"
    RATING = "rating"


@dataclass(frozen=True)
class Event:
    """One thing that happened with a customer.

    Attributes:
        what: what it is.
        id: the record's.
        at: when it began, or when an appointment is.
        level: how well the customer was known; None for a rating.
        queue: whose work it was.
        title: a subject, a matter or a topic in words; may be empty.
        number: as the customer reads it; empty where there is none.
        state: the record's state, an enum with a name at the desk; None where there is none.
        helpful: of a rating.
    """

    what: Thing
    id: int
    at: datetime
    level: Level | None
    queue: Queue
    title: str = ""
    number: str = ""
    state: Enum | None = None
    helpful: bool | None = None


@dataclass(frozen=True)
class Group:
    """Events of one group.

    Attributes:
        events: what may be seen, newest first.
        hidden: how many more there are among the latest that somebody else works on.
        has_more: whether there are older ones.
    """

    events: Sequence[Event] = ()
    hidden: int = 0
    has_more: bool = False


@dataclass(frozen=True)
class Story:
    """The story around a ticket: of the confirmed customer, and of the same address only."""

    confirmed: Group
    same_address: Group


def story(session: Session, ticket: Ticket, staff: Staff, *, limit: int = FEW) -> Story:
    """Return what else is known of a ticket's customer, without the ticket itself.

    Args:
        session: reads.
        ticket: around which.
        staff: who looks.
        limit: how many of the latest events of each group are looked at.
    """
    limit = max(1, min(limit, MOST))
    known = ticket.customer_id if ticket.level.at_least(Level.VERIFIED) else None
    mine: Sequence[_Found] = []
    if known is not None:
        mine = _of_customer(session, known, limit + 1)
    seen = {(found.event.what, found.event.id) for found in mine} | {(Thing.TICKET, ticket.id)}
    same = _of_address(session, ticket.address, known, limit + 1) if ticket.address else []
    return Story(
        _group(
            [found for found in mine if (found.event.what, found.event.id) != (Thing.TICKET, ticket.id)], staff, limit
        ),
        _group([found for found in same if (found.event.what, found.event.id) not in seen], staff, limit),
    )


@dataclass(frozen=True)
class _Found:
    event: Event
    owner_id: int | None


def _group(found: Iterable[_Found], staff: Staff, limit: int) -> Group:
    newest = sorted(found, key=lambda one: (one.event.at, one.event.id), reverse=True)
    looked_at = newest[:limit]
    shown = [one.event for one in looked_at if may_work_on(staff, one.event.queue, one.owner_id)]
    return Group(shown, len(looked_at) - len(shown), len(newest) > limit)


def _of_customer(session: Session, customer_id: int, most: int) -> Sequence[_Found]:
    """Return the latest of each kind that was done with the confirmed identity of a customer."""
    verified = (Level.VERIFIED, Level.REPRESENTATIVE)
    tickets = Ticket.customer_id == customer_id, Ticket.level.in_(verified)
    chats = (Conversation.customer_id == customer_id,)
    return [
        *_tickets(session, tickets, most),
        *_chats(session, chats, most, level=Level.VERIFIED),
        *_visits(session, (Visit.customer_id == customer_id,), most),
        *_callbacks(session, (Callback.customer_id == customer_id,), most),
        *_ratings_of_chats(session, chats, most),
        *_ratings_of_tickets(session, tickets, most),
    ]


def _of_address(session: Session, address: str, known: int | None, most: int) -> Sequence[_Found]:
    """Return the latest of each kind that came from a mail address, or whose ticket did."""
    tickets: tuple[ColumnElement[bool], ...] = (Ticket.address == address,)
    theirs = select(Ticket.conversation_id).where(*tickets, Ticket.conversation_id.is_not(None))
    chats: list[ColumnElement[bool]] = [Conversation.id.in_(theirs)]
    if known is not None:
        chats.append(Conversation.customer_id.is_distinct_from(known))
    visits = (Visit.conversation_id.in_(theirs),)
    calls = (Callback.conversation_id.in_(theirs),)
    return [
        *_tickets(session, tickets, most),
        *_chats(session, chats, most),
        *_visits(session, visits, most),
        *_callbacks(session, calls, most),
        *_ratings_of_chats(session, chats, most),
        *_ratings_of_tickets(session, tickets, most),
    ]


def _tickets(session: Session, where: Iterable[ColumnElement[bool]], most: int) -> Iterable[_Found]:
    for one in session.scalars(select(Ticket).where(*where).order_by(Ticket.id.desc()).limit(most)):
        yield _Found(
            Event(Thing.TICKET, one.id, one.created_at, one.level, one.queue, one.subject, one.number, one.status),
            one.consultant_id,
        )


def _chats(
    session: Session, where: Iterable[ColumnElement[bool]], most: int, level: Level | None = None
) -> Iterable[_Found]:
    for one in session.scalars(select(Conversation).where(*where).order_by(Conversation.id.desc()).limit(most)):
        queue = one.queue or Queue.GENERAL
        event = Event(Thing.CHAT, one.id, one.created_at, level or one.level, queue, one.topic or "", "", one.mode)
        yield _Found(event, one.consultant_id)


def _visits(session: Session, where: Iterable[ColumnElement[bool]], most: int) -> Iterable[_Found]:
    for one in session.scalars(select(Visit).where(*where).order_by(Visit.starts_at.desc()).limit(most)):
        yield _Found(
            Event(Thing.VISIT, one.id, one.starts_at, one.level, one.queue, one.matter, one.number, one.status), None
        )


def _callbacks(session: Session, where: Iterable[ColumnElement[bool]], most: int) -> Iterable[_Found]:
    for one in session.scalars(select(Callback).where(*where).order_by(Callback.starts_at.desc()).limit(most)):
        level = Level.VERIFIED if one.customer_id is not None else Level.ANONYMOUS
        yield _Found(
            Event(Thing.CALLBACK, one.id, one.starts_at, level, one.queue, one.matter, one.number, one.status), None
        )


def _ratings_of_chats(session: Session, where: Iterable[ColumnElement[bool]], most: int) -> Iterable[_Found]:
    joined = select(Rating, Conversation.consultant_id).join(Conversation, Conversation.id == Rating.conversation_id)
    return _ratings(session, joined.where(*where), most)


def _ratings_of_tickets(session: Session, where: Iterable[ColumnElement[bool]], most: int) -> Iterable[_Found]:
    joined = select(Rating, Ticket.consultant_id).join(Ticket, Ticket.id == Rating.ticket_id)
    return _ratings(session, joined.where(*where), most)


def _ratings(session: Session, wanted: Any, most: int) -> Iterable[_Found]:
    for rating, owner_id in session.execute(wanted.order_by(Rating.id.desc()).limit(most)):
        queue = rating.queue or Queue.GENERAL
        event = Event(
            Thing.RATING, rating.id, rating.created_at, None, queue, rating.article or "", helpful=rating.helpful
        )
        yield _Found(event, owner_id)
