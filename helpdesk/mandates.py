"""Registered mandates: who may act for whom, in which queues, and until when."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.hours import WARSAW
from helpdesk.queues import Queue
from helpdesk.tables import Customer, Mandate


def register(
    session: Session,
    representative: Customer,
    principal: Customer,
    *,
    queues: Sequence[Queue] = (),
    valid_from: date,
    valid_until: date | None = None,
    now: datetime,
) -> Mandate:
    """Register a mandate; no queues means every matter, no last day means without an end.

    Raises:
        ValueError: nobody acts for themselves, and a mandate does not end before it begins.
    """
    session.flush()
    if representative.id == principal.id or (valid_until is not None and valid_until < valid_from):
        raise ValueError("not a mandate")
    mandate = Mandate(
        representative_id=representative.id,
        principal_id=principal.id,
        queues=" ".join(queue.value for queue in queues),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    session.add(mandate)
    session.flush()
    audit.record(session, f"mandate:{mandate.id}", "registered", now=now)
    return mandate


def revoke(session: Session, mandate: Mandate, *, now: datetime) -> None:
    """Take a mandate back: it holds no longer from this moment on, also where it is being used."""
    audit.record(session, f"mandate:{mandate.id}", "revoked", now=now)
    session.delete(mandate)


def principals(session: Session, representative_id: int, *, now: datetime) -> Sequence[Customer]:
    """Return whom a customer may act for today in Warsaw, by name; each once, however many mandates there are."""
    wanted = select(Customer).where(
        Customer.id.in_(_valid(representative_id, now).with_only_columns(Mandate.principal_id))
    )
    return session.scalars(wanted.order_by(Customer.name, Customer.id)).all()


def covered(session: Session, representative_id: int, principal_id: int, *, now: datetime) -> frozenset[Queue]:
    """Return the queues in which one may act for the other today; empty when in none."""
    wanted = _valid(representative_id, now).where(Mandate.principal_id == principal_id)
    mandates = session.scalars(wanted).all()
    return frozenset(queue for mandate in mandates for queue in queues_of(mandate))


def queues_of(mandate: Mandate) -> frozenset[Queue]:
    """Return the queues that a mandate covers."""
    return frozenset(Queue(name) for name in mandate.queues.split()) or frozenset(Queue)


def load_mandates(
    session: Session,
    representative: Customer,
    rows: Sequence[Mapping[str, object]],
    known: Mapping[str, Customer],
    *,
    now: datetime,
) -> None:
    """Register the mandates of a directory file (`for`, perhaps `queues` and `until`) that are not there yet."""
    for row in rows:
        principal = known[str(row["for"])]
        pair = Mandate.representative_id == representative.id, Mandate.principal_id == principal.id
        if session.scalar(select(Mandate.id).where(*pair)) is None:
            names = row.get("queues", ())
            until = row.get("until")
            register(
                session,
                representative,
                principal,
                queues=[Queue(name) for name in names] if isinstance(names, list) else (),
                valid_from=_today(now),
                valid_until=until if isinstance(until, date) else None,
                now=now,
            )


def _valid(representative_id: int, now: datetime) -> Select[Mandate]:
    today = _today(now)
    return select(Mandate).where(
        Mandate.representative_id == representative_id,
        Mandate.valid_from <= today,
        Mandate.valid_until.is_(None) | (Mandate.valid_until >= today),
    )


def _today(now: datetime) -> date:
    return now.astimezone(WARSAW).date()
