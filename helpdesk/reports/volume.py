"""How much there is: chats, mails, callbacks and e-visits by the hour of Warsaw in which they came."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from helpdesk.lifecycle import Direction
from helpdesk.queues import Queue
from helpdesk.reports.measures import Rows, hour_of, in_warsaw
from helpdesk.reports.outcomes import asked
from helpdesk.reports.scope import Channel, Scope
from helpdesk.tables import Callback, ChatFact, Conversation, Ticket, TicketMessage, Visit


class Contact(str, Enum):
    """Ways in which customers come."""

    CHAT = "chat"
    MAIL = "mail"
    CALLBACK = "callback"
    VISIT = "visit"


@dataclass(frozen=True)
class Hour:
    """What came in one way for one queue within one hour.

    Attributes:
        contact: the way.
        queue: the queue; None when the bot found none.
        begin: when the hour begins, in Warsaw time.
        number: how many came.
    """

    contact: Contact
    queue: Queue | None
    begin: datetime
    number: int


def hours(session: Session, scope: Scope) -> Sequence[Hour]:
    """Return what came, by way, queue and hour; hours in which nothing came are left out."""
    found = []
    for contact, query in _wanted(scope).items():
        rows = query.subquery()
        hour = hour_of(rows.c.at).label("hour")
        counted = select(rows.c.queue, hour, func.count()).group_by(rows.c.queue, hour)
        found += [Hour(contact, queue, in_warsaw(text), number) for queue, text, number in session.execute(counted)]
    return found


def _wanted(scope: Scope) -> Mapping[Contact, Rows]:
    queries = {}
    if scope.takes(Channel.CHAT):
        queries[Contact.CHAT] = _chats(scope)
    if scope.takes(Channel.MAIL):
        queries[Contact.MAIL] = _mails(scope)
    if scope.takes(None):
        for contact, table in ((Contact.CALLBACK, Callback), (Contact.VISIT, Visit)):
            queries[contact] = select(table.queue.label("queue"), table.created_at.label("at")).where(
                scope.within(table.created_at), scope.of_queue(table.queue)
            )
    return queries


def _chats(scope: Scope) -> Rows:
    live = select(Conversation.queue.label("queue"), Conversation.created_at.label("at")).where(
        scope.within(Conversation.created_at), scope.of_queue(Conversation.queue), asked()
    )
    gone = select(ChatFact.queue.label("queue"), ChatFact.created_at.label("at")).where(
        scope.within(ChatFact.created_at), scope.of_queue(ChatFact.queue)
    )
    both = union_all(live, gone).subquery()
    return select(both.c.queue, both.c.at)


def _mails(scope: Scope) -> Rows:
    joined = select(Ticket.queue.label("queue"), TicketMessage.created_at.label("at")).join(
        Ticket, Ticket.id == TicketMessage.ticket_id
    )
    return joined.where(
        scope.within(TicketMessage.created_at),
        scope.of_queue(Ticket.queue),
        TicketMessage.direction == Direction.IN,
        TicketMessage.raw_mail_id.is_not(None),
    )


def by_contact(found: Sequence[Hour]) -> Mapping[Contact, int]:
    """Return how many came in each way, ways without any included."""
    total: Counter[Contact] = Counter()
    for hour in found:
        total[hour.contact] += hour.number
    return {contact: total[contact] for contact in Contact}


def by_queue(found: Sequence[Hour]) -> Mapping[Queue | None, Mapping[Contact, int]]:
    """Return how many came for each queue and in each way; None for what has no queue, when there is any."""
    total: Counter[tuple[Queue | None, Contact]] = Counter()
    for hour in found:
        total[hour.queue, hour.contact] += hour.number
    without = [None] if any(queue is None for queue, _ in total) else []
    return {queue: {way: total[queue, way] for way in Contact} for queue in (*Queue, *without)}


def by_day(found: Sequence[Hour], days: Sequence[date]) -> Mapping[date, Mapping[Contact, int]]:
    """Return how many came on each of these days (Warsaw) and in each way."""
    total: Counter[tuple[date, Contact]] = Counter()
    for hour in found:
        total[hour.begin.date(), hour.contact] += hour.number
    return {day: {way: total[day, way] for way in Contact} for day in days}


def by_weekday(found: Sequence[Hour]) -> Sequence[Sequence[int]]:
    """Return how many came in each hour of the day (0 to 23) on each weekday (Monday to Sunday): 24 rows of 7.

    When the clocks go back, both hours that they show as 2 count as hour 2; when they go forward, there is none.
    """
    total: Counter[tuple[int, int]] = Counter()
    for hour in found:
        total[hour.begin.hour, hour.begin.weekday()] += hour.number
    return [[total[hour, weekday] for weekday in range(7)] for hour in range(24)]
