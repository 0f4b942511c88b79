"""The gateway owns the conversation: it masks, stores, asks the bot or tells the desk, and stores the replies."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from helpdesk import chat_log, consents, conversations, pin_guard, sealed_values, tracing, turns, waiting
from helpdesk import staff as people
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
from web.lobby import Lobby
from web.payloads import CALLBACK, PERSON, command, consent_answer
from web.push import DESK, Push, conversation_topic, queue_topic, staff_topic
from web.texts import text
from web.told import Told, consultant_button
from web.turns import Lease, Turns
from web.views import State, consultant_view, principal_view, principal_views, reply_view

log = structlog.get_logger(__name__)

TOPICAL = frozenset({"answer", "form", "term", "verify", "handover"})
"""Kinds of replies whose article is what the conversation is about from then on."""
LED_BY_BOT = frozenset({Mode.BOT, Mode.CLOSED})
"""Modes in which the bot answers a message; one that is closed goes on with it."""
LOOK_AGAIN = 0.1
"""Seconds between two looks whether another node's turn has ended."""


@dataclass(frozen=True)
class Heard:
    """A message of a customer as it came in.

    Attributes:
        text: what was typed, or the title of the pressed button.
        payload: what the pressed button carries; None for typed text.
        profile: the group the customer belongs to, if the page knows it.
        client_id: the widget's own id of the message; the same id is never taken twice.
    """

    text: str
    payload: str | None = None
    profile: str | None = None
    client_id: str | None = None


@dataclass(frozen=True)
class _Stored:
    """A message as stored: where to look from, the bot's turn (None where it has none), what is known around it."""

    after: int
    lease: Lease | None
    around: Mapping[str, Any]
    consultant_id: int | None = None


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
        token, _ = self._enter(None, profile)
        return self.look(token)

    async def hear(self, token: str | None, heard: Heard) -> State:
        """Take one message and return the conversation with what is new after it.

        Raises:
            BadMessage: empty, too long, or for an unknown conversation; nothing was stored.
        """
        words = await run_in_threadpool(self._read, token, heard)
        entered, conversation_id = await run_in_threadpool(self._enter, token, heard.profile)
        if heard.payload == CALLBACK:
            await self._give_up_place(conversation_id)
        async with self.in_order.turn(conversation_id):
            with metrics.TURN_SECONDS.time(), tracing.span("chat.turn"):
                while (stored := await run_in_threadpool(self._store, conversation_id, words, heard)) is None:
                    await asyncio.sleep(LOOK_AGAIN)
                await self._tell(conversation_id, stored.consultant_id)
                if stored.lease is not None:
                    async with stored.lease.held():
                        await self._answer(stored.lease, words.text, heard, stored.around)
                    await self.push.publish(conversation_topic(conversation_id), DESK)
        return await run_in_threadpool(self.look, entered, stored.after)

    async def _tell(self, conversation_id: int, consultant_id: int | None) -> None:
        """Hint at a new message: to those who show the conversation, and to the consultant wherever they are."""
        led = (staff_topic(consultant_id),) if consultant_id is not None else ()
        await self.push.publish(conversation_topic(conversation_id), DESK, *led)

    async def _give_up_place(self, conversation_id: int) -> None:
        """Who waits and would rather be called is with the bot again, which asks for the number."""
        left = await run_in_threadpool(self.lobby.choose_callback, conversation_id)
        if left is not None:
            await self.push.publish(queue_topic(left))

    def look(self, token: str, after: int = 0) -> State:
        """Return a conversation with its messages above an id.

        Raises:
            BadMessage: there is no conversation behind the token.
        """
        with self.database.reading() as session:
            conversation = _find(session, token)
            known = standing(session, conversation, self.clock())
            found = chat_log.messages(session, conversation.id, after=after)
            names = people.names(session, {message.staff_id for message in found if message.staff_id})
            outlook = waiting.outlook(session, conversation, hours=self.lobby.hours, now=self.clock())
            return State(
                conversation=token,
                mode=conversation.mode.value,
                auth_level=known.level.value,
                queue=conversation.queue.value if outlook.position and conversation.queue else None,
                position=outlook.position,
                wait_minutes=outlook.minutes,
                ways=[way.value for way in outlook.ways],
                person_wanted=conversation.person_wanted and conversation.mode is Mode.BOT,
                principals=principal_views(session, known, now=self.clock()),
                acting_for=principal_view(known.principal) if known.principal else None,
                oidc=self.oidc_label,
                **consultant_view(session, conversation),
                replies=[reply_view(message, names.get(message.staff_id or 0, "")) for message in found],
            )

    def conversation_id(self, token: str) -> int:
        """Return the number behind a token, for subscribing; raises BadMessage."""
        with self.database.reading() as session:
            return _find(session, token).id

    def _read(self, token: str | None, heard: Heard) -> Masked:
        if len(heard.text) > self.max_chars:
            raise BadMessage(text("too_long", length=len(heard.text), limit=self.max_chars), 413)
        words = clean(heard.text)
        if not words:
            raise BadMessage(text("empty"))
        masked, lone = mask(words), mask(words, pin_expected=True)
        return lone if token and lone != masked and self._expects_pin(token) else masked

    def _expects_pin(self, token: str) -> bool:
        with self.database.reading() as session:
            return pin_guard.expects_pin(session, _find(session, token))

    def _enter(self, token: str | None, profile: str | None) -> tuple[str, int]:
        with self.database.session() as session:
            if token is None:
                token = new_token()
                conversation = conversations.start(session, token, now=self.clock())
                metrics.CONVERSATIONS.inc()
            else:
                conversation = _find(session, token)
            if profile in {member.value for member in Profile}:
                conversation.profile = profile
            session.commit()
            return token, conversation.id

    @tracing.span("chat.store")
    def _store(self, conversation_id: int, words: Masked, heard: Heard) -> _Stored | None:
        """Store a message and begin the bot's turn where the bot leads; None while another turn of it runs."""
        now = self.clock()
        with self.database.session() as session:
            # Who leads is known for sure until the message is stored: nobody takes, passes on or gives back meanwhile.
            conversation = session.get_one(Conversation, conversation_id, with_for_update={"key_share": True})
            turn = turns.begin(conversation, now=now) if conversation.mode in LED_BY_BOT else None
            if turn is None and conversation.mode in LED_BY_BOT:
                return None
            consent = consent_answer(heard.payload)
            said = words.text if consent is None else text("consent_yes" if consent[1] else "consent_no")
            message, new = conversations.hear(session, conversation, said, client_id=heard.client_id, now=now)
            if new and consent is not None:
                consents.answer(session, conversation_id, consent[0], granted=consent[1], now=now)
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
            lease = None if turn is None else Lease(self.database, self.clock, conversation_id, turn)
            return _Stored(message.id - 1, lease, around, conversation.consultant_id)

    async def _answer(self, lease: Lease, words: str, heard: Heard, around: Mapping[str, Any]) -> None:
        conversation_id = lease.conversation_id
        if heard.payload == PERSON:
            await run_in_threadpool(self.lobby.enter_by_id, conversation_id)
            await run_in_threadpool(lease.end)
            return
        try:
            said = await self.bot.answer(f"conversation-{conversation_id}", command(words, heard.payload), around)
        except BotUnavailable as problem:
            metrics.BOT_FAILURES.inc()
            log.warning("bot.unavailable", conversation=conversation_id, problem=str(problem))
            said = [Utterance("unknown", text("bot_unavailable"), {"buttons": [consultant_button()]})]
        await run_in_threadpool(self._say, lease, said)

    @tracing.span("chat.say")
    def _say(self, lease: Lease, said: Sequence[Utterance]) -> None:
        now, conversation_id = self.clock(), lease.conversation_id
        with self.database.session() as session:
            # What is read of it holds until the replies are stored.
            conversation = session.get_one(Conversation, conversation_id, with_for_update={"key_share": True})
            known = may_tell(standing(session, conversation, now).level, Matter.INDIVIDUAL, Channel.CHAT)
            told = [Told.of(utterance, known=known) for utterance in said]
            words = [one.utterance for one in told]
            stored = conversations.reply_as_bot(session, conversation_id, words, now=now, turn=lease.turn)
            if stored:
                self._remember(conversation, told)
                self._lead_on(session, conversation, told, known)
            session.commit()

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


def _find(session: Session, token: str) -> Conversation:
    try:
        return conversations.find(session, token)
    except NotFound:
        raise BadMessage(text("unknown_conversation"), 404) from None
