"""Conversations of the chat: hearing the customer, storing replies, and the hand-over between bot and people."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk import audit, consents, facts, offers, waiting
from helpdesk.errors import AlreadyTaken, NotFound
from helpdesk.lifecycle import Author, Level, Mode, WaitOutcome, check_conversation_move
from helpdesk.ownership import UNLED, change_owned, changed, was_busy
from helpdesk.policy import VERIFIED_FOR, current_level
from helpdesk.queues import Queue
from helpdesk.secrets import new_token, token_hash
from helpdesk.tables import ChatMessage, Conversation, Staff


@dataclass(frozen=True)
class Utterance:
    """Something to be said in a conversation by the bot, the system or a consultant."""

    kind: str
    text: str
    details: Mapping[str, Any] = field(default_factory=dict)


def start(session: Session, token: str, *, now: datetime) -> Conversation:
    """Start a conversation known by a secret token; only the token's hash is kept."""
    conversation = Conversation(
        token_hash=token_hash(token),
        mode=Mode.BOT,
        level=Level.ANONYMOUS,
        person_wanted=False,
        created_at=now,
        updated_at=now,
    )
    session.add(conversation)
    session.flush()
    return conversation


def find(session: Session, token: str, *, for_update: bool = False) -> Conversation:
    """Return the conversation behind a token, locked for a change if wanted; raises NotFound."""
    wanted = select(Conversation).where(Conversation.token_hash == token_hash(token))
    found = session.scalar(wanted.with_for_update(key_share=True) if for_update else wanted)
    if found is None:
        raise NotFound("conversation")
    return found


def is_behind(conversation: Conversation, token: str) -> bool:
    """Return whether a conversation is still the one behind a token."""
    return hmac.compare_digest(conversation.token_hash, token_hash(token))


def renew_token(conversation: Conversation) -> str:
    """Give a conversation a new secret token and return it; whoever holds the one before has nothing any more."""
    token = new_token()
    conversation.token_hash = token_hash(token)
    return token


def hear(
    session: Session, conversation: Conversation, text: str, *, client_id: str | None, now: datetime
) -> tuple[ChatMessage, bool]:
    """Store a customer's (masked) message; returns it and whether it is new.

    A message that the widget sends again under the same id is not stored twice. A closed conversation goes on
    with the bot. Activity prolongs a confirmed identity that still holds.
    """
    if client_id is not None:
        same = ChatMessage.conversation_id == conversation.id, ChatMessage.client_id == client_id
        # What changed in the conversation so far is written together with what changes below.
        with session.no_autoflush:
            known = session.scalar(select(ChatMessage).where(*same))
        if known is not None:
            return known, False
    if conversation.mode is Mode.CLOSED:
        conversation.mode = Mode.BOT
    conversation.level = current_level(conversation.level, conversation.verified_until, now)
    if conversation.level.at_least(Level.VERIFIED):
        conversation.verified_until = now + VERIFIED_FOR
    else:
        conversation.acting_for_id = None
    conversation.updated_at = conversation.customer_seen_at = now
    # Whoever writes is neither silent nor gone.
    conversation.warned_at = None
    return _say(session, conversation.id, Author.CUSTOMER, Utterance("text", text), now, client_id), True


def reply_as_bot(
    session: Session,
    conversation: Conversation,
    utterances: Sequence[Utterance],
    *,
    now: datetime,
    turn: int | None = None,
    question_id: int | None = None,
) -> Sequence[ChatMessage]:
    """Store what the bot says, and end its turn. The conversation is as of this moment, locked for a change.

    `question_id` is the message that it answers; None stands for the customer's last one. Nothing is stored or returned
    when a person has taken over meanwhile, or when `turn` (None: whichever) is no longer the present one.
    """
    if turn is not None and conversation.turn != turn:
        return []
    conversation.turn_until = None
    if conversation.mode is not Mode.BOT:
        return []
    conversation.updated_at = now
    said = [_say(session, conversation.id, Author.BOT, utterance, now) for utterance in utterances]
    facts.keep_turn(session, conversation, said, question_id=question_id, now=now)
    return said


def notify(
    session: Session,
    conversation: Conversation,
    text: str,
    *,
    now: datetime,
    buttons: Sequence[Mapping[str, str]] = (),
    about: str | None = None,
) -> ChatMessage:
    """Store a notice of the system, seen by both sides.

    Args:
        session: the unit of work.
        conversation: where it is told.
        text: the words.
        now: the instant.
        buttons: what the customer can press, each with `title` and `payload`.
        about: what it tells, for `was_told`.
    """
    details: dict[str, Any] = {"buttons": [dict(button) for button in buttons]} if buttons else {}
    if about is not None:
        details["about"] = about
    return _say(session, conversation.id, Author.SYSTEM, Utterance("notice", text, details), now)


def wait_for_person(session: Session, conversation: Conversation, *, now: datetime) -> bool:
    """Put a conversation into the queue of its topic; returns whether it began to wait now.

    Waiting already, it keeps its place. Of several requests at once, one begins.

    Raises:
        IllegalMove: the conversation is closed.
    """
    if conversation.mode in {Mode.WAITING, Mode.HUMAN}:
        return False
    check_conversation_move(conversation.mode, Mode.WAITING)
    session.flush()
    queue = conversation.queue or Queue.GENERAL
    values = {
        **UNLED,
        "mode": Mode.WAITING,
        "waiting_since": now,
        "queue": queue,
        "person_wanted": False,
        "customer_seen_at": now,
        "updated_at": now,
    }
    move = update(Conversation).where(Conversation.id == conversation.id, Conversation.mode == Mode.BOT)
    began = changed(session, move.values(**values)) == 1
    session.refresh(conversation)
    if began:
        waiting.begin(session, conversation, now=now)
        facts.mark_handed_over(session, conversation.id)
        audit.record(session, f"conversation:{conversation.id}", "waiting", now=now, reason=queue.value)
    return began


def stop_waiting(
    session: Session, conversation_id: int, *, now: datetime, outcome: WaitOutcome = WaitOutcome.LEFT
) -> bool:
    """Return a waiting customer to the bot; False when somebody took the conversation first.

    `outcome` says what the customer does instead of waiting.
    """
    move = update(Conversation).where(Conversation.id == conversation_id, Conversation.mode == Mode.WAITING)
    values = {**UNLED, "mode": Mode.BOT, "waiting_since": None, "updated_at": now}
    gone = changed(session, move.values(**values)) == 1
    if gone:
        offers.settle(session, conversation_id, taken_by=None, now=now)
        waiting.end(session, conversation_id, outcome, now=now)
        audit.record(session, f"conversation:{conversation_id}", "stopped waiting", now=now, reason=outcome.value)
    return gone


def close(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """End a conversation that the bot leads; the customer's next message opens it again."""
    check_conversation_move(conversation.mode, Mode.CLOSED)
    conversation.mode, conversation.updated_at = Mode.CLOSED, now
    audit.record(session, f"conversation:{conversation.id}", "closed", now=now)


def claim(session: Session, conversation_id: int, staff: Staff, *, now: datetime) -> Conversation:
    """Give a waiting conversation to one consultant, offered or not, in one atomic step.

    Raises:
        AlreadyTaken: it no longer waits.
    """
    free = update(Conversation).where(Conversation.id == conversation_id, Conversation.mode == Mode.WAITING)
    values = {
        **UNLED,
        "mode": Mode.HUMAN,
        "consultant_id": staff.id,
        "waiting_since": None,
        "end_reason": None,
        "ended_at": None,
        "updated_at": now,
    }
    if changed(session, free.values(**values)) != 1:
        raise AlreadyTaken
    offers.settle(session, conversation_id, taken_by=staff, now=now)
    waiting.end(session, conversation_id, WaitOutcome.TAKEN, now=now)
    was_busy(session, staff.id, now)
    audit.record(session, f"conversation:{conversation_id}", "taken", now=now, by=staff)
    taken = session.get_one(Conversation, conversation_id, populate_existing=True)
    facts.begin_part(session, taken, staff.id, now=now)
    return taken


def say_as_consultant(session: Session, conversation_id: int, staff: Staff, text: str, *, now: datetime) -> ChatMessage:
    """Store a consultant's words; raises NotFound unless the conversation is theirs at this moment."""
    change_owned(session, conversation_id, staff, updated_at=now, warned_at=None)
    message = _say(session, conversation_id, Author.CONSULTANT, Utterance("text", text), now)
    message.staff_id = staff.id
    return message


def give_back(session: Session, conversation_id: int, staff: Staff, *, now: datetime) -> None:
    """Let the customer go on with the bot. Raises NotFound unless the conversation is theirs."""
    change_owned(session, conversation_id, staff, **UNLED, mode=Mode.BOT, urgent=False, updated_at=now)
    was_busy(session, staff.id, now)
    facts.end_part(session, conversation_id, facts.Ending.GIVEN_BACK, now=now)
    consents.lapse(session, conversation_id, now=now)
    audit.record(session, f"conversation:{conversation_id}", "given back", now=now, by=staff)


def pass_on(
    session: Session,
    conversation_id: int,
    staff: Staff,
    queue: Queue,
    *,
    now: datetime,
    person: Staff | None = None,
) -> None:
    """Let a conversation wait in a queue, for a certain person first if wanted. Raises NotFound unless it is theirs."""
    values = {
        **UNLED,
        "mode": Mode.WAITING,
        "queue": queue,
        "wanted_staff_id": person.id if person else None,
        "waiting_since": now,
        "updated_at": now,
    }
    change_owned(session, conversation_id, staff, **values)
    was_busy(session, staff.id, now)
    facts.end_part(session, conversation_id, facts.Ending.PASSED_ON, now=now)
    consents.lapse(session, conversation_id, now=now)
    passed = session.get_one(Conversation, conversation_id, populate_existing=True)
    waiting.begin(session, passed, now=now)
    reason = f"{queue.value}, staff:{person.id}" if person else queue.value
    audit.record(session, f"conversation:{conversation_id}", "passed on", now=now, by=staff, reason=reason)


def _say(
    session: Session,
    conversation_id: int,
    author: Author,
    said: Utterance,
    now: datetime,
    client_id: str | None = None,
) -> ChatMessage:
    conversation = session.get_one(Conversation, conversation_id)
    level = current_level(conversation.level, conversation.verified_until, now)
    # What was said to a confirmed customer may tell of the account: who passes it on later asks the policy.
    known = {"level": level.value} if level.at_least(Level.VERIFIED) else {}
    message = ChatMessage(
        conversation_id=conversation_id,
        author=author,
        kind=said.kind,
        text=said.text,
        details={**said.details, **known},
        client_id=client_id,
        created_at=now,
    )
    session.add(message)
    session.flush()
    return message
