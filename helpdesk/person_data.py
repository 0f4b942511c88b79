"""One person's data on request: everything that is held of a mail address or an account, to be given out or deleted."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from helpdesk import audit, blobs, deletion
from helpdesk.errors import NotFound
from helpdesk.tables import (
    Account,
    Attachment,
    Base,
    Callback,
    CallbackTry,
    ChatMessage,
    Conversation,
    Customer,
    LetterLink,
    Mandate,
    OutboxAttachment,
    OutboxMail,
    OutboxSms,
    ProposedAnswer,
    Rating,
    RawMail,
    SealedValue,
    Ticket,
    TicketMessage,
    TicketTag,
    Visit,
    Wait,
)

SECRETS = frozenset({"token", "token_hash", "pin_hash", "memory", "request_key", "link"})
"""Columns that tell nothing of a person and would open something."""


@dataclass(frozen=True)
class Person:
    """Whose data it is: the customers of a mail address, or the customer of an account."""

    customers: frozenset[int]
    address: str | None = None


@dataclass(frozen=True)
class Held:
    """Everything that is held of a person: rows by table, and files by the name they get in the export."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    files: Mapping[str, bytes]


def find_person(session: Session, *, address: str | None = None, pue_id: str | None = None) -> Person:
    """Return whose data is asked for; raises NotFound when nothing is known of them."""
    if pue_id is not None:
        account = session.scalar(select(Account).where(Account.pue_id == pue_id.strip().casefold()))
        if account is None:
            raise NotFound("account")
        known = session.get_one(Customer, account.customer_id)
        return Person(frozenset({known.id}), known.address)
    wanted = (address or "").strip().lower()
    person = Person(frozenset(session.scalars(select(Customer.id).where(Customer.address == wanted))), wanted)
    if not wanted or not any(_ids(session, person).values()):
        raise NotFound("address")
    return person


def collect(session: Session, person: Person) -> Held:
    """Return everything that is held of a person, sealed values opened."""
    ids = _ids(session, person)
    messages = session.scalars(select(ChatMessage.id).where(ChatMessage.conversation_id.in_(ids[Conversation]))).all()
    written = session.scalars(select(TicketMessage.id).where(TicketMessage.ticket_id.in_(ids[Ticket]))).all()
    wanted: Sequence[tuple[type[Base], Any]] = (
        (Customer, Customer.id.in_(person.customers)),
        (Account, Account.customer_id.in_(person.customers)),
        (Mandate, or_(Mandate.representative_id.in_(person.customers), Mandate.principal_id.in_(person.customers))),
        (Conversation, Conversation.id.in_(ids[Conversation])),
        (ChatMessage, ChatMessage.id.in_(messages)),
        (Rating, or_(Rating.conversation_id.in_(ids[Conversation]), Rating.ticket_id.in_(ids[Ticket]))),
        (Wait, Wait.conversation_id.in_(ids[Conversation])),
        (Ticket, Ticket.id.in_(ids[Ticket])),
        (TicketMessage, TicketMessage.id.in_(written)),
        (TicketTag, TicketTag.ticket_id.in_(ids[Ticket])),
        (SealedValue, or_(SealedValue.chat_message_id.in_(messages), SealedValue.ticket_message_id.in_(written))),
        (LetterLink, LetterLink.ticket_id.in_(ids[Ticket])),
        (Attachment, Attachment.message_id.in_(written)),
        (OutboxMail, OutboxMail.id.in_(ids[OutboxMail])),
        (OutboxAttachment, OutboxAttachment.outbox_mail_id.in_(ids[OutboxMail])),
        (ProposedAnswer, ProposedAnswer.ticket_id.in_(ids[Ticket])),
        (Visit, Visit.id.in_(ids[Visit])),
        (OutboxSms, OutboxSms.visit_id.in_(ids[Visit])),
        (Callback, Callback.id.in_(ids[Callback])),
        (CallbackTry, CallbackTry.callback_id.in_(ids[Callback])),
    )
    rows = {
        table.__tablename__: [_as_values(row) for row in session.scalars(select(table).where(condition))]
        for table, condition in wanted
    }
    return Held(rows, _files(session, written))


def erase(session: Session, person: Person, *, reason: str, now: datetime) -> Mapping[str, int]:
    """Delete everything that is held of a person, and write down that and why (flushed, not committed).

    Audit entries stay, as the law requires: they name records by number, and no personal data. An account of the
    embedded directory and registered mandates go too; where the operator's own directory knows the person, that is
    the operator's to change.

    Returns:
        How many rows of each table went.
    """
    ids = _ids(session, person)
    gone: Counter[str] = Counter()
    erasers: Sequence[tuple[type[Base], Callable[[Session, Sequence[int]], Counter[str]]]] = (
        (Ticket, deletion.erase_tickets),
        (Visit, deletion.erase_visits),
        (Callback, deletion.erase_callbacks),
        (Conversation, deletion.erase_conversations),
        (OutboxMail, deletion.erase_letters),
    )
    for table, eraser in erasers:
        gone += eraser(session, ids[table])
    parties = or_(Mandate.representative_id.in_(person.customers), Mandate.principal_id.in_(person.customers))
    session.execute(delete(Mandate).where(parties))
    # An answer that was for this person in somebody else's ticket stays there, and nobody may read it any more.
    for owner in (TicketMessage, ProposedAnswer):
        theirs = update(owner).where(owner.reader_id.in_(person.customers)).values(reader_id=None)
        session.execute(theirs.execution_options(synchronize_session=False))
    session.execute(delete(Account).where(Account.customer_id.in_(person.customers)))
    gone += deletion.erase_orphans(session)
    audit.record(session, "person", "person deleted", now=now, reason=reason)
    return {table: count for table, count in gone.items() if count}


def remaining(session: Session, person: Person) -> int:
    """Return how many records of a person there are; 0 proves a deletion."""
    customers = session.scalars(select(Customer.id).where(Customer.id.in_(person.customers))).all()
    return len(customers) + sum(len(found) for found in _ids(session, person).values())


def _ids(session: Session, person: Person) -> Mapping[type[Base], Sequence[int]]:
    """Return the ids of a person's records, those first from which the others follow."""
    known, address = person.customers, person.address
    mine = Ticket.customer_id.in_(known)
    letters = OutboxMail.recipient == address if address else OutboxMail.id.is_(None)
    return {
        Conversation: session.scalars(
            select(Conversation.id).where(
                or_(Conversation.customer_id.in_(known), Conversation.acting_for_id.in_(known))
            )
        ).all(),
        Ticket: session.scalars(
            select(Ticket.id).where(or_(mine, Ticket.address == address) if address else mine)
        ).all(),
        Visit: _appointments(session, Visit, known, address),
        Callback: session.scalars(select(Callback.id).where(Callback.customer_id.in_(known))).all(),
        OutboxMail: session.scalars(select(OutboxMail.id).where(letters)).all(),
    }


def _appointments(session: Session, table: type[Visit], known: frozenset[int], address: str | None) -> Sequence[int]:
    mine = set(session.scalars(select(table.id).where(table.customer_id.in_(known))))
    if address:
        # These addresses are sealed so that nobody can look for them: each is opened. They are few, and this is rare.
        every = session.execute(select(table.id, table.email)).all()
        mine |= {number for number, email in every if email.strip().lower() == address}
    return sorted(mine)


def _files(session: Session, written: Sequence[int]) -> Mapping[str, bytes]:
    files = {
        f"attachment-{file.id}.bin": blobs.get(session, file.sha256)
        for file in session.scalars(select(Attachment).where(Attachment.message_id.in_(written)))
    }
    mails = select(RawMail).join(TicketMessage, TicketMessage.raw_mail_id == RawMail.id)
    for mail in session.scalars(mails.where(TicketMessage.id.in_(written), RawMail.size > 0)):
        files[f"mail-{mail.id}.eml"] = blobs.get(session, mail.sha256)
    return files


def _as_values(row: Base) -> Mapping[str, Any]:
    columns = row.__table__.columns
    return {column.name: _plain(getattr(row, column.key)) for column in columns if column.name not in SECRETS}


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
