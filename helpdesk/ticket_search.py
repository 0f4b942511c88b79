"""Full-text search over the tickets somebody may see: an exact number or address first, then words.

The newest `MOST` tickets with all words are ranked: a database that ranks every ticket with a frequent word takes
longer the more tickets there are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, literal, literal_column, select, text
from sqlalchemy.orm import Session

from helpdesk.case_numbers import CaseKind, read_case_number
from helpdesk.search_words import Piece, Query, excerpt, marked, query_of, terms_in
from helpdesk.tables import Ticket, TicketMessage, TicketTag, TicketWords
from helpdesk.tables.full_text import VECTOR
from helpdesk.ticket_filters import Seer, Wanted, conditions, narrowing, visible
from helpdesk.ticket_lists import TicketRow, rows_of

MOST = 200
"""Tickets that are ranked."""
PAGE = 20
"""Results on one page."""
READ = 4_000
"""Characters of a message that are looked through for a snippet."""
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_MESSAGES = 6
"""The latest messages of a ticket that are looked through for a snippet."""


@dataclass(frozen=True)
class Hit:
    """A ticket that was found: its subject and the part of it that shows why, in pieces."""

    row: TicketRow
    subject: Sequence[Piece]
    snippet: Sequence[Piece]


@dataclass(frozen=True)
class Found:
    """One page of results."""

    hits: Sequence[Hit]
    total: int
    """Results that can be looked through."""
    more: bool
    """Whether there are older ones beside them."""
    exact: bool = False
    """Whether a number or an address was asked for, and not words."""


def find(session: Session, typed: str, wanted: Wanted | None, seer: Seer, *, now: datetime, page: int = 0) -> Found:
    """Return a page of the results of what somebody typed; page 0 is the best.

    Args:
        session: where.
        typed: a ticket's number, a customer's mail address, or words.
        wanted: filters; None for all tickets, also those that are over.
        seer: who asks, and so what exists for them.
        now: the instant.
        page: which page.
    """
    narrowed = select(Ticket.id).where(visible(seer), *_filters(wanted, seer, now))
    exact = _exactly(typed)
    query = query_of(typed)
    if exact is not None:
        ids = _newest(session, narrowed.where(exact))
        ranked = ids[:MOST]
    elif query.terms:
        ids = _newest(session, _with_words(narrowed, query, session.get_bind().dialect.name))
        ranked = _ranked(session, ids[:MOST], query)
    else:
        return Found((), 0, more=False)
    shown = ranked[page * PAGE : (page + 1) * PAGE]
    hits = _hits(session, shown, query, seer)
    return Found(hits, len(ranked), more=len(ids) > MOST, exact=exact is not None)


def _exactly(typed: str) -> Any:
    number = read_case_number(typed)
    if number is not None and number[0] is CaseKind.TICKET:
        return Ticket.number == number[1]
    address = typed.strip().lower()
    return Ticket.address == address if _ADDRESS.fullmatch(address) else None


def _filters(wanted: Wanted | None, seer: Seer, now: datetime) -> Sequence[Any]:
    if wanted is None:
        return ()
    # Without a wish for a status, tickets that are over are found too.
    standing = () if wanted.status is None else conditions(Wanted(status=wanted.status), now=now)
    own = [] if wanted.queue is None else [Ticket.queue == wanted.queue]
    owner = [] if wanted.owner_id is None else [Ticket.consultant_id == wanted.owner_id]
    return [*own, *owner, *standing, *narrowing(wanted)]


def _newest(session: Session, query: Select[Any]) -> list[int]:
    return list(session.scalars(query.order_by(Ticket.id.desc()).limit(MOST + 1)))


def _with_words(tickets: Select[Any], query: Query, dialect: str) -> Select[Any]:
    if dialect == "sqlite":
        asked = " AND ".join("(" + " OR ".join(f'"{form}"' for form in sorted(term)) + ")" for term in query.terms)
        rows = text("SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH :asked").bindparams(asked=asked)
        return tickets.where(Ticket.id.in_(rows))
    asked = " & ".join("(" + " | ".join(f"'{form}'" for form in sorted(term)) + ")" for term in query.terms)
    simple: ColumnElement[str] = literal_column("'simple'")
    kept: ColumnElement[Any] = literal_column(f"{TicketWords.__tablename__}.{VECTOR}")
    matches = kept.op("@@")(func.to_tsquery(simple, literal(asked, String)))
    return tickets.join(TicketWords, TicketWords.ticket_id == Ticket.id).where(matches)


def _ranked(session: Session, ids: Sequence[int], query: Query) -> list[int]:
    """Order tickets by where the words stand: in the subject or a tag before the messages; then the newest."""
    told: dict[int, str] = dict(session.execute(select(Ticket.id, Ticket.subject).where(Ticket.id.in_(ids))).all())
    for number, tag in session.execute(select(TicketTag.ticket_id, TicketTag.tag).where(TicketTag.ticket_id.in_(ids))):
        told[number] = f"{told.get(number, '')} {tag}"
    weights = {number: terms_in(words, query) for number, words in told.items()}
    return sorted(weights, key=lambda number: (-weights[number], -number))


def _hits(session: Session, ids: Sequence[int], query: Query, seer: Seer) -> Sequence[Hit]:
    texts = _texts(session, ids)
    return [
        Hit(row, marked(row.subject, query), _snippet(texts.get(row.id, ()), query))
        for row in rows_of(session, ids, seer)
    ]


def _texts(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    place = func.row_number().over(partition_by=TicketMessage.ticket_id, order_by=TicketMessage.id.desc())
    cut = func.substr(TicketMessage.text, 1, READ)
    latest = (
        select(TicketMessage.ticket_id, cut.label("text"), place.label("place"))
        .where(TicketMessage.ticket_id.in_(ids))
        .subquery()
    )
    found: dict[int, list[str]] = {number: [] for number in ids}
    wanted = select(latest.c.ticket_id, latest.c.text).where(latest.c.place <= _MESSAGES)
    for number, written in session.execute(wanted.order_by(latest.c.place)):
        found[number].append(written)
    return found


def _snippet(texts: Sequence[str], query: Query) -> Sequence[Piece]:
    for written in texts:
        found = excerpt(" ".join(written.split()), query)
        if found is not None:
            return found
    first = " ".join(texts[-1].split())[:160] if texts else ""
    return [Piece(first)]
