"""The clocks of tickets in the database: set after each change of a ticket, and recounted when the rules change."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import deadline_rules, deadlines, house_calendar
from helpdesk.database import Database
from helpdesk.tables import HouseSetting, Ticket

BASIS = "clock_basis"
"""The setting under which stands by which calendar and rules the deadlines in the database were counted."""
BATCH = 200
"""Tickets that are recounted in one transaction, so that nobody waits long for them."""


def refresh(session: Session, ticket: Ticket, now: datetime) -> None:
    """Bring a ticket's clock up to date by the house's calendar and rules; see `deadlines.refresh`."""
    deadlines.refresh(ticket, house_calendar.load(session), deadline_rules.load(session), now)


def answered(session: Session, ticket: Ticket, now: datetime) -> None:
    """Note that an answer of a person, or an automatic one, goes out now."""
    deadlines.mark_answered(ticket, now)
    refresh(session, ticket, now)


def recount_when_changed(database: Database, now: datetime) -> int:
    """Count every running deadline anew if calendar or rules are others than those it was counted by; returns how many.

    The first time, it starts the clocks of tickets that were open before there were deadlines. What fails halfway is
    done again; doing it twice, or on two nodes at once, comes to the same.
    """
    with database.reading() as session:
        basis = _basis(session)
        known = session.get(HouseSetting, BASIS)
        if known is not None and known.value == basis:
            return 0
    counted = last = 0
    while batch := _recount(database, last, now):
        last, counted = batch[-1], counted + len(batch)
    with database.session() as session:
        if _basis(session) == basis:
            session.merge(HouseSetting(name=BASIS, value=basis, changed_at=now))
            session.commit()
    return counted


def _recount(database: Database, after: int, now: datetime) -> list[int]:
    with database.session() as session:
        running = select(Ticket).where(Ticket.id > after, Ticket.status.in_(deadlines.RUNS))
        tickets = session.scalars(running.order_by(Ticket.id).limit(BATCH).with_for_update(of=Ticket)).all()
        for ticket in tickets:
            refresh(session, ticket, now)
        session.commit()
        return [ticket.id for ticket in tickets]


def _basis(session: Session) -> str:
    calendar, policy = house_calendar.load(session), deadline_rules.load(session)
    rules = sorted((queue.value, priority.value, rule) for (queue, priority), rule in policy.rules.items())
    written = [list(map(str, calendar.week)), sorted(calendar.others.items()), rules]
    return sha256(repr(written).encode()).hexdigest()
