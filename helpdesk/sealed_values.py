"""The originals of masked personal data: kept sealed with their message, opened one at a time with a reason."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import NotFound, ReasonMissing
from helpdesk.tables import ChatMessage, SealedValue, Staff, TicketMessage
from polish.masking import Finding, mask

LEAST_REASON = 10
"""Characters of a reason that says something."""
MOST_REASON = 200

Message = ChatMessage | TicketMessage


def keep(session: Session, message: Message, found: Sequence[Finding], *, now: datetime) -> Mapping[str, Sequence[int]]:
    """Seal the originals of what was masked in a stored message (flushed, not committed).

    PINs and passwords have no original: they are kept nowhere.

    Returns:
        The ids of the sealed values by kind, each in the order of the text.
    """
    originals = [(finding.kind, finding.original) for finding in found if finding.original is not None]
    if not originals:
        return {}
    owner = "chat_message_id" if isinstance(message, ChatMessage) else "ticket_message_id"
    first = len(values_of(session, message))
    values = [
        SealedValue(kind=kind, place=place, value=original, created_at=now, **{owner: message.id})
        for place, (kind, original) in enumerate(originals, first)
    ]
    session.add_all(values)
    session.flush()
    return _by_kind(values)


def ids_of(session: Session, message: Message) -> Mapping[str, Sequence[int]]:
    """Return what `keep` returned for a message that is known already."""
    return _by_kind(values_of(session, message))


def _by_kind(values: Sequence[SealedValue]) -> Mapping[str, Sequence[int]]:
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for value in values:
        ids[value.kind].append(value.id)
    return dict(ids)


def values_of(session: Session, message: Message) -> Sequence[SealedValue]:
    """Return the sealed values of a message in the order of its text."""
    return values_of_messages(session, [message]).get(message.id, ())


def values_of_messages(session: Session, messages: Sequence[Message]) -> Mapping[int, Sequence[SealedValue]]:
    """Return the sealed values of messages of one kind, by the message's id, each in the order of the text."""
    chat = bool(messages) and isinstance(messages[0], ChatMessage)
    column = SealedValue.chat_message_id if chat else SealedValue.ticket_message_id
    wanted = select(SealedValue).where(column.in_([message.id for message in messages]))
    found: defaultdict[int, list[SealedValue]] = defaultdict(list)
    for value in session.scalars(wanted.order_by(SealedValue.place, SealedValue.id)):
        found[(value.chat_message_id if chat else value.ticket_message_id) or 0].append(value)
    return dict(found)


def open_value(session: Session, value_id: int, staff: Staff, reason: str, *, now: datetime) -> str:
    """Return one original, and write down who opened what kind of value and why (flushed, not committed).

    The caller has checked that the consultant may see the message it belongs to.

    Raises:
        NotFound: there is no such value.
        ReasonMissing: the reason says nothing; nothing was opened.
    """
    # A reason may quote what it is about; the audit holds no personal data.
    why = mask(" ".join(reason.split())).text
    if len(why) < LEAST_REASON:
        raise ReasonMissing
    value = session.get(SealedValue, value_id)
    if value is None:
        raise NotFound(f"sealed value {value_id}")
    audit.record(
        session,
        subject_of(session, value),
        f"opened {value.kind}",
        now=now,
        by=staff,
        reason=why[:MOST_REASON],
    )
    return value.value


def subject_of(session: Session, value: SealedValue) -> str:
    """Return whose value it is, as the audit names it: `conversation:7` or `ticket:12`."""
    if value.chat_message_id is not None:
        return f"conversation:{session.get_one(ChatMessage, value.chat_message_id).conversation_id}"
    return f"ticket:{session.get_one(TicketMessage, value.ticket_message_id).ticket_id}"
