"""Retention: how long each class of records is kept, what of it is due, and its deletion with a proof."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from helpdesk import blobs, deletion
from helpdesk.database import Database
from helpdesk.lifecycle import CallbackStatus, Mode, OutboxStatus, RawMailState, TicketStatus
from helpdesk.tables import (
    AuditEntry,
    Callback,
    Conversation,
    OutboxMail,
    OutboxSms,
    RawMail,
    RetentionRun,
    SealedValue,
    Ticket,
    Visit,
)

BATCH = 200
"""Rows deleted in one transaction, so that nobody waits long for the database."""
Erase = Callable[[Session, Sequence[int]], Counter[str]]


@dataclass(frozen=True)
class Periods:
    """For how many days each class is kept after its last change."""

    anonymous_chats: int = 90
    verified_chats: int = 1825
    tickets: int = 1825
    visits: int = 365
    callbacks: int = 365
    audit: int = 3650
    raw_mail: int = 365
    outbox: int = 365
    text_messages: int = 365
    sealed_values: int = 180


@dataclass(frozen=True)
class Outcome:
    """What became of one class.

    Attributes:
        days: how long it is kept.
        before: instant before which its records were due, in ISO 8601.
        due: how many were due.
        deleted: how many rows of which table went, copies included.
        found_afterwards: how many were still due after the deletion; a proof has 0.
    """

    days: int
    before: str
    due: int
    deleted: Mapping[str, int]
    found_afterwards: int


def due(kind: str, cutoff: datetime) -> Select[int]:
    """Return the query for the ids of a class's records that were last changed before an instant, the oldest first.

    What is still under way is never due: an open ticket, a waiting customer, a mail that is not processed or sent.
    """
    wanted: Mapping[str, Select[int]] = {
        "anonymous_chats": _over(Conversation.customer_id.is_(None), cutoff),
        "verified_chats": _over(Conversation.customer_id.is_not(None), cutoff),
        "tickets": select(Ticket.id).where(
            Ticket.status.in_((TicketStatus.SOLVED, TicketStatus.CLOSED)), Ticket.updated_at < cutoff
        ),
        "visits": select(Visit.id).where(Visit.starts_at < cutoff),
        "callbacks": select(Callback.id).where(
            Callback.starts_at < cutoff, Callback.status != CallbackStatus.REQUESTED
        ),
        "audit": select(AuditEntry.id).where(AuditEntry.at < cutoff),
        "raw_mail": select(RawMail.id).where(
            RawMail.stored_at < cutoff, RawMail.size > 0, RawMail.state != RawMailState.STORED
        ),
        "outbox": select(OutboxMail.id).where(OutboxMail.created_at < cutoff, OutboxMail.status != OutboxStatus.QUEUED),
        "text_messages": select(OutboxSms.id).where(
            OutboxSms.created_at < cutoff, OutboxSms.status != OutboxStatus.QUEUED
        ),
        "sealed_values": select(SealedValue.id).where(SealedValue.created_at < cutoff),
    }
    return wanted[kind]


def _over(whose: Any, cutoff: datetime) -> Select[int]:
    led_by_nobody = Conversation.mode.in_((Mode.BOT, Mode.CLOSED))
    return select(Conversation.id).where(whose, led_by_nobody, Conversation.updated_at < cutoff)


def _erase_audit(session: Session, ids: Sequence[int]) -> Counter[str]:
    session.execute(delete(AuditEntry).where(AuditEntry.id.in_(ids)).execution_options(synchronize_session=False))
    return Counter({"audit_entry": len(ids)})


ERASERS: Mapping[str, Erase] = {
    # Tickets and appointments before chats: they tell where they came from.
    "tickets": deletion.erase_tickets,
    "visits": deletion.erase_visits,
    "callbacks": deletion.erase_callbacks,
    "anonymous_chats": deletion.erase_conversations,
    "verified_chats": deletion.erase_conversations,
    "raw_mail": deletion.empty_mails,
    "outbox": deletion.erase_letters,
    "text_messages": deletion.erase_text_messages,
    "sealed_values": deletion.erase_sealed_values,
    "audit": _erase_audit,
}


def due_now(session: Session, periods: Periods, *, now: datetime, most: int) -> Mapping[str, int]:
    """Return how many records of each class are due; counting ends at `most` each."""
    counts = {}
    for kind in ERASERS:
        wanted = due(kind, now - timedelta(days=getattr(periods, kind))).limit(most).subquery()
        counts[kind] = session.scalar(select(func.count()).select_from(wanted)) or 0
    return counts


def latest_runs(session: Session, most: int) -> Sequence[RetentionRun]:
    """Return the last runs with their proofs, the newest first."""
    return session.scalars(select(RetentionRun).order_by(RetentionRun.id.desc()).limit(most)).all()


def run(database: Database, periods: Periods, *, now: datetime, dry: bool = False) -> Mapping[str, Outcome]:
    """Delete what is due, in every copy, and count again afterwards.

    Args:
        database: where.
        periods: how long each class is kept.
        now: the instant.
        dry: only count what is due.
    """
    outcomes = {kind: _run_class(database, kind, getattr(periods, kind), now, dry) for kind in ERASERS}
    if not dry:
        with database.session() as session:
            orphans = deletion.erase_orphans(session)
            session.commit()
        outcomes["orphans"] = Outcome(0, now.isoformat(), sum(orphans.values()), dict(orphans), 0)
        with database.reading() as session:
            blobs.sweep(session)
        database.forget_deleted()
    return outcomes


def _run_class(database: Database, kind: str, days: int, now: datetime, dry: bool) -> Outcome:
    cutoff = now - timedelta(days=days)
    before = _count(database, kind, cutoff)
    deleted: Counter[str] = Counter()
    while not dry:
        with database.session() as session:
            ids = session.scalars(due(kind, cutoff).limit(BATCH)).all()
            if not ids:
                break
            gone = ERASERS[kind](session, ids)
            session.commit()
        deleted += gone
        if not any(gone.values()):
            break  # shared with something that stays; the count afterwards says so
    return Outcome(days, cutoff.isoformat(), before, dict(deleted), _count(database, kind, cutoff))


def _count(database: Database, kind: str, cutoff: datetime) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(due(kind, cutoff).subquery())) or 0


def period_names() -> Sequence[str]:
    """Return the names of the classes."""
    return [field.name for field in fields(Periods)]
