"""The words of each ticket for the full-text search, kept in the transaction of every change.

`Database` lets `keep` look at each flush, so that no way of changing a ticket can forget it. Only what deletes or
moves rows past the session calls `rebuild` itself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, cast

from sqlalchemy import Table, delete, insert, inspect, select, update
from sqlalchemy.orm import Session

from helpdesk.tables import Ticket, TicketMessage, TicketTag, TicketWords

MOST_CHARS = 20_000
"""Characters of one message that can be found."""
MOST_WORDS = 5_000
"""Different words of one ticket that can be found."""

# Statements go to the table itself: the session is in the midst of a flush.
_KEPT = cast("Table", TicketWords.__table__)


class _Changes:
    """What a flush changed: new words of tickets, and tickets of which words may have gone."""

    def __init__(self) -> None:
        self.fresh: dict[int, list[str]] = defaultdict(list)
        self.stale: set[int] = set()


def keep(session: Session, _context: object) -> None:
    """Bring the words up to date with what a session has just flushed (SQLAlchemy's `after_flush`)."""
    changes = _Changes()
    for one in session.new:
        _note_new(one, changes)
    for one in session.dirty:
        _note_changed(one, changes)
    for one in session.deleted:
        if isinstance(one, TicketMessage | TicketTag):
            changes.stale.add(one.ticket_id)
    rebuild(session, changes.stale)
    for ticket_id in sorted(changes.fresh.keys() - changes.stale):
        _add(session, ticket_id, changes.fresh[ticket_id])


def _note_new(one: object, changes: _Changes) -> None:
    if isinstance(one, Ticket):
        changes.fresh[one.id] += [one.subject, one.number]
    elif isinstance(one, TicketMessage):
        changes.fresh[one.ticket_id].append(one.text)
    elif isinstance(one, TicketTag):
        changes.fresh[one.ticket_id].append(one.tag)


def _note_changed(one: object, changes: _Changes) -> None:
    if isinstance(one, Ticket) and (_before(one, "subject") or _before(one, "number")):
        changes.stale.add(one.id)
    elif isinstance(one, TicketMessage) and (_before(one, "text") or _before(one, "ticket_id")):
        changes.stale |= {one.ticket_id, *_before(one, "ticket_id")}


def _before(one: object, name: str) -> Collection[Any]:
    history = inspect(one, raiseerr=True).attrs[name].history
    return history.deleted or () if history.has_changes() else ()


def _add(session: Session, ticket_id: int, texts: Iterable[str]) -> None:
    mine = _KEPT.c.ticket_id == ticket_id
    stored = session.scalar(select(_KEPT.c.words).where(mine).with_for_update())
    known = set((stored or "").split())
    words = known | _words(texts)
    if stored is None:
        session.execute(insert(_KEPT).values(ticket_id=ticket_id, words=_joined(words)))
    elif words != known and len(known) < MOST_WORDS:
        session.execute(update(_KEPT).where(mine).values(words=_joined(words)))


def rebuild(session: Session, ticket_ids: Collection[int]) -> None:
    """Read the words of tickets anew from all that is written in them (flushed, not committed)."""
    if not ticket_ids:
        return
    texts: dict[int, list[str]] = defaultdict(list)
    for ticket_id, subject, number in session.execute(
        select(Ticket.id, Ticket.subject, Ticket.number).where(Ticket.id.in_(ticket_ids))
    ):
        texts[ticket_id] += [subject, number]
    for table, column in ((TicketMessage, TicketMessage.text), (TicketTag, TicketTag.tag)):
        for ticket_id, text in session.execute(select(table.ticket_id, column).where(table.ticket_id.in_(ticket_ids))):
            texts[ticket_id].append(text)
    forget(session, ticket_ids)
    rows = [{"ticket_id": ticket_id, "words": _joined(_words(found))} for ticket_id, found in sorted(texts.items())]
    if rows:
        session.execute(insert(_KEPT), rows)


def forget(session: Session, ticket_ids: Collection[int]) -> None:
    """Delete the words of tickets, which nothing finds any more."""
    session.execute(delete(_KEPT).where(_KEPT.c.ticket_id.in_(ticket_ids)))


def _words(texts: Iterable[str]) -> frozenset[str]:
    # The dictionary takes a second to load, and most commands write no ticket.
    from helpdesk.search_words import words_of

    return frozenset().union(*(words_of(text[:MOST_CHARS]) for text in texts))


def _joined(words: Collection[str]) -> str:
    return " ".join(sorted(words)[:MOST_WORDS])
