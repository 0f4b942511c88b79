"""The chats that are silent or abandoned, read from the database; `helpdesk.silence` judges them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from helpdesk.house import House
from helpdesk.lifecycle import Author, Mode, WaitOutcome
from helpdesk.silence import Quiet, Step, next_step
from helpdesk.tables import ChatMessage, Conversation, Wait

SIGN_EVERY = timedelta(seconds=15)
"""How often the sign of an open window is written at most."""


def is_sign_due(session: Session, conversation_id: int, *, now: datetime) -> bool:
    """Return whether the sign of an open window is to be written: a person is wanted, and the last sign is old."""
    return session.scalar(select(Conversation.id).where(_sign_due(conversation_id, now))) is not None


def seen(session: Session, conversation_id: int, *, now: datetime) -> None:
    """Note that the customer's window is open, while a person is waited for or leads; at most each `SIGN_EVERY`."""
    signed = update(Conversation).where(_sign_due(conversation_id, now)).values(customer_seen_at=now)
    session.execute(signed.execution_options(synchronize_session=False))


def _sign_due(conversation_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(
        Conversation.id == conversation_id,
        Conversation.mode.in_((Mode.WAITING, Mode.HUMAN)),
        Conversation.customer_seen_at.is_(None) | (Conversation.customer_seen_at <= now - SIGN_EVERY),
    )


def due(session: Session, house: House, *, now: datetime) -> Sequence[int]:
    """Return the conversations about which something is to be done, by their ids; only reads."""
    wanted = select(Conversation).where(Conversation.mode.in_((Mode.WAITING, Mode.HUMAN)))
    chats = session.scalars(wanted.order_by(Conversation.id)).all()
    known = _quiet(session, chats)
    return [chat.id for chat in chats if next_step(known[chat.id], house, now) is not Step.NOTHING]


def claim_step(session: Session, conversation_id: int, house: House, *, now: datetime) -> tuple[Conversation, Step]:
    """Lock a conversation that is due and judge it again; NOTHING when another node has done it meanwhile."""
    wanted = select(Conversation).where(Conversation.id == conversation_id)
    locked = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    chat = session.scalars(locked).one()
    if chat.mode not in {Mode.WAITING, Mode.HUMAN}:
        return chat, Step.NOTHING
    return chat, next_step(_quiet(session, [chat])[chat.id], house, now)


def _quiet(session: Session, chats: Collection[Conversation]) -> Mapping[int, Quiet]:
    ids = [chat.id for chat in chats]
    columns = (
        ChatMessage.conversation_id,
        ChatMessage.author,
        func.max(ChatMessage.id),
        func.max(ChatMessage.created_at),
    )
    words = select(*columns).where(
        ChatMessage.conversation_id.in_(ids), ChatMessage.author.in_((Author.CUSTOMER, Author.CONSULTANT))
    )
    grouped = session.execute(words.group_by(ChatMessage.conversation_id, ChatMessage.author)).all()
    last = {(number, author): message for number, author, message, _ in grouped}
    spoken = {number: at for number, author, _, at in grouped if author is Author.CONSULTANT}
    waits = select(Wait.conversation_id, func.max(Wait.ended_at)).where(
        Wait.conversation_id.in_(ids), Wait.outcome == WaitOutcome.TAKEN
    )
    taken = dict(session.execute(waits.group_by(Wait.conversation_id)).all())
    return {
        chat.id: Quiet(
            waits=chat.mode is Mode.WAITING,
            since=chat.waiting_since or taken.get(chat.id) or chat.created_at,
            is_owed=last.get((chat.id, Author.CUSTOMER), 0) >= last.get((chat.id, Author.CONSULTANT), 0),
            consultant_at=spoken.get(chat.id),
            seen_at=chat.customer_seen_at,
            warned_at=chat.warned_at,
        )
        for chat in chats
    }
