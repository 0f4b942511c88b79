"""The desk's lists of tickets: one page found by keys, and counts that stop where nobody needs them exactly."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from helpdesk.keysets import Cursor
from helpdesk.lifecycle import Level, Priority, TicketClass, TicketStatus
from helpdesk.queues import Queue
from helpdesk.tables import Staff, Ticket, TicketTag, TicketWatcher
from helpdesk.tables.base import UtcDateTime
from helpdesk.ticket_filters import SORTINGS, Seer, Sorting, Wanted, conditions, lanes

PAGE = 50
"""Tickets on one page of a list."""
MOST_COUNTED = 1_000
"""Where counting stops."""


@dataclass(frozen=True)
class TicketRow:
    """A ticket of a list; instants are aware UTC."""

    id: int
    number: str
    subject: str
    queue: Queue
    status: TicketStatus
    level: Level
    address: str
    owner: str
    updated_at: datetime
    created_at: datetime
    kind: TicketClass
    answer_by: datetime | None
    due_at: datetime | None
    priority: Priority
    channel: str
    language: str
    tags: Sequence[str] = ()
    has_news: bool = False
    """Whether the looking one watches it and it changed since they looked."""


@dataclass(frozen=True)
class Page:
    """One page of a list; the cursors are None where there is nothing more."""

    rows: Sequence[TicketRow]
    before: Cursor | None
    after: Cursor | None


@dataclass(frozen=True)
class Count:
    """How many there are, or that there are `more` than that."""

    number: int
    more: bool = False


def page_of(
    session: Session, wanted: Wanted, seer: Seer, *, now: datetime, cursor: Cursor | None = None, size: int = PAGE
) -> Page:
    """Return a page of a list: its beginning, or what lies before or after a cursor."""
    sorting = SORTINGS[wanted.order]
    backwards = cursor is not None and cursor.backwards
    found = _keys(session, wanted, seer, sorting, cursor, now, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    rows = rows_of(session, [keys[-1] for keys in found], seer)
    has_before = more if backwards else cursor is not None
    has_after = more if not backwards else cursor is not None
    name = wanted.order.value
    return Page(
        rows,
        Cursor(name, found[0], backwards=True) if found and has_before else None,
        Cursor(name, found[-1]) if found and has_after else None,
    )


def _keys(
    session: Session, wanted: Wanted, seer: Seer, sorting: Sorting, cursor: Cursor | None, now: datetime, limit: int
) -> list[tuple[Any, ...]]:
    descending = sorting.descending != (cursor is not None and cursor.backwards)
    where = list(conditions(wanted, now=now))
    if cursor is not None:
        values = (
            literal(key, UtcDateTime if kind is datetime else Integer)
            for key, kind in zip(cursor.keys, sorting.kinds, strict=True)
        )
        place, own = tuple_(*values), tuple_(*sorting.columns)
        where.append(own < place if descending else own > place)
    parts = [
        _ordered(select(*sorting.columns).where(*lane, *where), sorting.columns, descending).limit(limit).subquery()
        for lane in lanes(wanted, seer)
    ]
    if not parts:
        return []
    merged = union_all(*map(select, parts)).subquery()
    ordered = _ordered(select(merged), merged.c, descending).limit(limit)
    return [tuple(row) for row in session.execute(ordered)]


def _ordered(query: Select[Any], columns: Any, descending: bool) -> Select[Any]:
    return query.order_by(*(column.desc() if descending else column for column in columns))


def rows_of(session: Session, ids: Sequence[int], seer: Seer) -> Sequence[TicketRow]:
    """Return the rows of tickets in the given order; what is gone meanwhile is left out."""
    owner = aliased(Staff)
    query = (
        select(Ticket, owner.name, TicketWatcher.seen_at < Ticket.updated_at)
        .outerjoin(owner, owner.id == Ticket.consultant_id)
        .outerjoin(TicketWatcher, (TicketWatcher.ticket_id == Ticket.id) & (TicketWatcher.staff_id == seer.staff_id))
        .where(Ticket.id.in_(ids))
    )
    tags = tags_of(session, ids)
    found = {t.id: _row(t, name, tags[t.id], news) for t, name, news in session.execute(query)}
    return [found[number] for number in ids if number in found]


def _row(t: Ticket, owner: str | None, tags: Sequence[str], news: bool | None) -> TicketRow:
    return TicketRow(
        id=t.id,
        number=t.number,
        subject=t.subject,
        queue=t.queue,
        status=t.status,
        level=t.level,
        address=t.address,
        owner=owner or "",
        updated_at=t.updated_at,
        created_at=t.created_at,
        kind=t.kind,
        answer_by=t.answer_by,
        due_at=t.due_at,
        priority=t.priority,
        channel=t.channel,
        language=t.language,
        tags=tags,
        has_news=bool(news),
    )


def tags_of(session: Session, ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """Return the tags of tickets, in the order of the alphabet."""
    found: dict[int, list[str]] = defaultdict(list)
    wanted = select(TicketTag.ticket_id, TicketTag.tag).where(TicketTag.ticket_id.in_(ids))
    for number, tag in session.execute(wanted.order_by(TicketTag.tag)):
        found[number].append(tag)
    return found


def count(session: Session, wanted: Wanted, seer: Seer, *, now: datetime) -> Count:
    """Return how many tickets a list has; beyond `MOST_COUNTED` only that there are more."""
    where = conditions(wanted, now=now)
    parts = [select(Ticket.id).where(*lane, *where).limit(MOST_COUNTED + 1).subquery() for lane in lanes(wanted, seer)]
    if not parts:
        return Count(0)
    merged = union_all(*map(select, parts)).subquery()
    return _as_count(session.scalar(select(func.count()).select_from(merged)) or 0)


def count_by_queue(session: Session, seer: Seer, *, now: datetime) -> Mapping[Queue, Count]:
    """Return how many tickets that are not over each of somebody's queues has."""
    return {queue: count(session, Wanted(queue=queue), seer, now=now) for queue in Queue if queue in seer.queues}


def _as_count(number: int) -> Count:
    return Count(min(number, MOST_COUNTED), number > MOST_COUNTED)
