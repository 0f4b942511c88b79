"""The gateway owns the conversation: it masks, stores, asks the bot or tells the desk, and stores the replies."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from helpdesk import consents, conversations, pin_guard, sealed_values, tracing, turns
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.lifecycle import Mode
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.queues import Profile, Queue
from helpdesk.secrets import new_token
from helpdesk.standing import standing
from helpdesk.tables import Conversation
from polish.cleaning import clean
from polish.masking import Masked, mask
from understanding.memory import Memory
from web import metrics
from web.engine import Bot
from web.errors import BadMessage, BotUnavailable
from web.heard import Heard, Stored
from web.lobby import Lobby
from web.payloads import CALLBACK, PERSON, command, consent_answer
from web.push import DESK, Push, conversation_topic, queue_topic, staff_topic
from web.state import state_of
from web.texts import text
from web.told import Told, consultant_button
from web.turns import Lease, Turns
from web.views import State

log = structlog.get_logger(__name__)

TOPICAL = frozenset({"answer", "form", "term", "verify", "handover"})
"""Kinds of replies whose article is what the conversation is about from then on."""
LED_BY_BOT = frozenset({Mode.BOT, Mode.CLOSED})
"""Modes in which the bot answers a message; one that is closed goes on with it."""
LOOK_AGAIN = 0.1
"""Seconds between two looks whether another node's turn has ended."""


@dataclass(frozen=True)
class Gateway:
    """Leads conversations. All instants come from `clock` (aware UTC)."""

    database: Database
    bot: Bot
    push: Push
    in_order: Turns
    lobby: Lobby
    clock: Callable[[], datetime]
    max_chars: int
    oidc_label: str | None = None
    """What the button of the operator's sign-in says."""

    def start(self, profile: str | None = None) -> State:
        """Start a conversation in which nothing was said yet, and return it."""
        token = new_token()
        with self.database.session() as session:
            self._begin(session, token, profile)
            session.commit()
        return self.look(token)

    async def hear(self, token: str | None, heard: Heard) -> State:
        """Take one message and return the conversation with what is new after it.

        Raises:
            BadMessage: empty, too long, or for an unknown conversation; nothing was stored.
        """
        self._check(heard)
        if heard.payload == CALLBACK and token is not None:
            await self._give_up_place(token)
        begins, token = token is None, token or new_token()
        async with self.in_order.turn(token):
            with metrics.TURN_SECONDS.time(), tracing.span("chat.turn"):
                while (stored := await run_in_threadpool(self._store, token, heard, begins=begins)) is None:
                    await asyncio.sleep(LOOK_AGAIN)
                topic = conversation_topic(stored.conversation_id)
                # The consultant is told wherever they are.
                led = (staff_topic(stored.consultant_id),) if stored.consultant_id is not None else ()
                await self.push.publish(topic, DESK, *led)
                if stored.lease is None:
                    return await run_in_threadpool(self.look, token, stored.before)
                try:
                    async with stored.lease.held():
                        return await self._answer(token, stored, stored.lease, heard)
                finally:
                    # Also when the token was renewed meanwhile: the replies are stored, and others see them.
                    await self.push.publish(topic, DESK)

    async def _give_up_place(self, token: str) -> None:
        """Who waits and would rather be called is with the bot again, which asks for the number."""
        number = await run_in_threadpool(self.conversation_id, token)
        left = await run_in_threadpool(self.lobby.choose_callback, number)
        if left is not None:
            await self.push.publish(queue_topic(left))

    def look(self, token: str, after: int = 0) -> State:
        """Return a conversation with its messages above an id.

        Raises:
            BadMessage: there is no conversation behind the token.
        """
        with self.database.reading() as session:
            return self._state(session, _find(session, token), token, after)

    def _state(self, session: Session, conversation: Conversation, token: str, after: int) -> State:
        state = state_of(session, conversation, token, after=after, hours=self.lobby.hours, now=self.clock())
        return state.model_copy(update={"oidc": self.oidc_label})

    def conversation_id(self, token: str) -> int:
        """Return the number behind a token, for subscribing; raises BadMessage."""
        with self.database.reading() as session:
            return _find(session, token).id

    def _check(self, heard: Heard) -> None:
        if len(heard.text) > self.max_chars:
            raise BadMessage(text("too_long", length=len(heard.text), limit=self.max_chars), 413)
        if not clean(heard.text):
            raise BadMessage(text("empty"))

    def _masked(self, session: Session, conversation: Conversation, typed: str) -> Masked:
        words = clean(typed)
        masked, lone = mask(words), mask(words, pin_expected=True)
        return lone if lone != masked and pin_guard.expects_pin(session, conversation) else masked

    def _begin(self, session: Session, token: str, profile: str | None) -> Conversation:
        conversation = conversations.start(session, token, now=self.clock())
        metrics.CONVERSATIONS.inc()
        _know_profile(conversation, profile)
        return conversation

    @tracing.span("chat.store")
    def _store(self, token: str, heard: Heard, *, begins: bool) -> Stored | None:
        """Store a message and begin the bot's turn where the bot leads; None while another turn of it runs."""
        now = self.clock()
        with self.database.session() as session:
            # Who leads is known for sure until the message is stored: nobody takes, passes on or gives back meanwhile.
            conversation = self._begin(session, token, heard.profile) if begins else _find(session, token, lock=True)
            turn = turns.begin(conversation, now=now) if conversation.mode in LED_BY_BOT else None
            if turn is None and conversation.mode in LED_BY_BOT:
                return None
            _know_profile(conversation, heard.profile)
            words = self._masked(session, conversation, heard.text)
            consent = consent_answer(heard.payload)
            said = words.text if consent is None else text("consent_yes" if consent[1] else "consent_no")
            message, new = conversations.hear(session, conversation, said, client_id=heard.client_id, now=now)
            if new and consent is not None:
                consents.answer(session, conversation.id, consent[0], granted=consent[1], now=now)
            if turn is not None and not new and not turns.is_unanswered(session, message):
                turn = conversation.turn_until = None
            if new:
                sealed = sealed_values.keep(session, message, words.found, now=now)
            else:
                sealed = sealed_values.ids_of(session, message)
            unasked = {finding.kind for finding in words.found} - _asked_for(conversation) if new else set()
            if unasked:
                kinds = sorted(text(f"kind_{kind}") for kind in unasked)
                conversations.notify(session, conversation, text("masked", kinds=", ".join(kinds)), now=now)
            session.commit()
            metrics.MESSAGES.labels("customer").inc(new)
            around = {**_around(conversation), "sealed": sealed}
            lease = None if turn is None else Lease(self.database, self.clock, conversation.id, turn)
            return Stored(conversation.id, message.id, lease, words.text, around, conversation.consultant_id)

    async def _answer(self, token: str, stored: Stored, lease: Lease, heard: Heard) -> State:
        if heard.payload == PERSON:
            await run_in_threadpool(self.lobby.enter_by_id, stored.conversation_id)
            await run_in_threadpool(lease.end)
            return await run_in_threadpool(self.look, token, stored.before)
        sender, words = f"conversation-{stored.conversation_id}", command(stored.words, heard.payload)
        try:
            said = await self.bot.answer(sender, words, stored.around)
        except BotUnavailable as problem:
            metrics.BOT_FAILURES.inc()
            log.warning("bot.unavailable", conversation=stored.conversation_id, problem=str(problem))
            said = [Utterance("unknown", text("bot_unavailable"), {"buttons": [consultant_button()]})]
        return await run_in_threadpool(self._say, token, stored, lease, said)

    @tracing.span("chat.say")
    def _say(self, token: str, stored: Stored, lease: Lease, said: Sequence[Utterance]) -> State:
        """Store the replies and return the conversation with what is new in it.

        Raises:
            BadMessage: the token was renewed meanwhile; the replies are stored.
        """
        now = self.clock()
        with self.database.session() as session:
            # What is read of it holds until the replies are stored.
            conversation = session.get_one(Conversation, lease.conversation_id, with_for_update={"key_share": True})
            known = may_tell(standing(session, conversation, now).level, Matter.INDIVIDUAL, Channel.CHAT)
            told = [Told.of(utterance, known=known) for utterance in said]
            words = [one.utterance for one in told]
            if conversations.reply_as_bot(
                session, conversation, words, now=now, turn=lease.turn, question_id=stored.message_id
            ):
                self._remember(conversation, told)
                self._lead_on(session, conversation, told, known)
            state = None
            if conversations.is_behind(conversation, token):
                state = self._state(session, conversation, token, stored.before)
            session.commit()
        if state is None:
            raise _unknown()
        return state

    def _remember(self, conversation: Conversation, told: Sequence[Told]) -> None:
        """Keep what the bot is to know at the next turn."""
        for one in told:
            metrics.REPLIES.labels(one.utterance.kind).inc()
            details = one.utterance.details
            if details.get("article") and one.utterance.kind in TOPICAL:
                conversation.queue, conversation.topic = Queue(details["queue"]), details["article"]
            elif details.get("individual") and details["queue"] != Queue.GENERAL:
                # Also without an article it is known whose work the question is.
                conversation.queue = Queue(details["queue"])
            conversation.memory = one.memory if one.memory is not None else conversation.memory
            conversation.profile = one.profile or conversation.profile
            conversation.language = details.get("lang") or conversation.language

    def _lead_on(self, session: Session, conversation: Conversation, told: Sequence[Told], known: bool) -> None:
        """Join the customer with a person, or end the conversation, where the bot's words lead there."""
        conversation.person_wanted = conversation.person_wanted or any(one.person for one in told)
        conversation.urgent = conversation.urgent or any(one.urgent for one in told)
        if any(one.urgent or (one.person and known) for one in told):
            self.lobby.enter(session, conversation)
        elif any(one.person for one in told):
            self.lobby.tell_if_nobody_is_there(session, conversation)
        elif any(one.end for one in told):
            conversations.close(session, conversation, now=self.clock())


def _around(conversation: Conversation) -> Mapping[str, Any]:
    """What the bot is told with a message of the conversation."""
    return {
        "conversation": conversation.id,
        "profile": conversation.profile,
        "topic": conversation.topic,
        "memory": conversation.memory,
    }


def _asked_for(conversation: Conversation) -> frozenset[str]:
    """The kinds of personal data that an open dialogue of the bot asks for: giving them is no mistake."""
    in_dialogue = conversation.mode is Mode.BOT and Memory.from_json(conversation.memory).dialogue is not None
    return frozenset({"phone", "email"}) if in_dialogue else frozenset()


def _know_profile(conversation: Conversation, profile: str | None) -> None:
    if profile in {member.value for member in Profile}:
        conversation.profile = profile


def _find(session: Session, token: str, *, lock: bool = False) -> Conversation:
    try:
        return conversations.find(session, token, for_update=lock)
    except NotFound:
        raise _unknown() from None


def _unknown() -> BadMessage:
    return BadMessage(text("unknown_conversation"), 404)
