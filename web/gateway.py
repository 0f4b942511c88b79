"""The gateway owns the conversation: it masks, stores, asks the bot or tells the desk, and stores the replies."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from helpdesk import conversations, mandates
from helpdesk import staff as people
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.lifecycle import Mode
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.queues import Profile, Queue
from helpdesk.secrets import new_token
from helpdesk.standing import Standing, standing
from helpdesk.tables import Conversation
from polish.cleaning import clean
from polish.masking import Masked, mask
from web import metrics
from web.engine import Bot, escape
from web.errors import BadMessage, BotUnavailable
from web.lobby import Lobby
from web.push import DESK, Push, conversation_topic
from web.texts import text
from web.turns import Turns
from web.views import Principal, State, principal_view, reply_view

log = structlog.get_logger(__name__)

ARTICLE_PAYLOAD = re.compile(r"article:([a-z0-9-]{1,100})")
CONSULTANT_PAYLOAD = "consultant"
PERSON_PAYLOAD = "person"
VERIFY_PAYLOAD = "verify"
LEADS_TO_PERSON = frozenset({"verify", "handover"})
CHOICE = "choice"
OFFERS_PERSON = frozenset({"unknown", CHOICE, "language"})


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
    """A message as it was stored: where to look from, the mode (None for one known already), the topic before it."""

    after: int
    mode: Mode | None
    topic: str | None


@dataclass(frozen=True)
class Gateway:
    """Leads conversations. All instants come from `clock` (aware UTC)."""

    database: Database
    bot: Bot
    push: Push
    turns: Turns
    lobby: Lobby
    clock: Callable[[], datetime]
    max_chars: int
    oidc_label: str | None = None
    """What the button of the operator's sign-in says."""

    async def hear(self, token: str | None, heard: Heard) -> State:
        """Take one message and return the conversation with what is new after it.

        Raises:
            BadMessage: empty, too long, or for an unknown conversation; nothing was stored.
        """
        words = self._read(heard)
        entered, conversation_id = await run_in_threadpool(self._enter, token, heard.profile)
        async with self.turns.turn(conversation_id):
            with metrics.TURN_SECONDS.time():
                stored = await run_in_threadpool(self._store, conversation_id, words, heard)
                await self.push.publish(conversation_topic(conversation_id), DESK)
                if stored.mode is Mode.BOT:
                    await self._answer(conversation_id, words.text, heard, stored.topic)
                    await self.push.publish(conversation_topic(conversation_id), DESK)
        return await run_in_threadpool(self.look, entered, stored.after)

    def look(self, token: str, after: int = 0) -> State:
        """Return a conversation with its messages above an id.

        Raises:
            BadMessage: there is no conversation behind the token.
        """
        with self.database.reading() as session:
            conversation = _find(session, token)
            known = standing(session, conversation, self.clock())
            found = conversations.messages(session, conversation.id, after=after)
            names = people.names(session, {message.staff_id for message in found if message.staff_id})
            return State(
                conversation=token,
                mode=conversation.mode.value,
                auth_level=known.level.value,
                position=conversations.position(session, conversation),
                person_wanted=conversation.person_wanted and conversation.mode is Mode.BOT,
                principals=_principals(session, known, self.clock()),
                acting_for=principal_view(known.principal) if known.principal else None,
                oidc=self.oidc_label,
                replies=[reply_view(message, names.get(message.staff_id or 0, "")) for message in found],
            )

    def conversation_id(self, token: str) -> int:
        """Return the number behind a token, for subscribing; raises BadMessage."""
        with self.database.reading() as session:
            return _find(session, token).id

    def _read(self, heard: Heard) -> Masked:
        if len(heard.text) > self.max_chars:
            raise BadMessage(text("too_long", length=len(heard.text), limit=self.max_chars), 413)
        words = clean(heard.text)
        if not words:
            raise BadMessage(text("empty"))
        return mask(words)

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

    def _store(self, conversation_id: int, words: Masked, heard: Heard) -> _Stored:
        now = self.clock()
        with self.database.session() as session:
            conversation = session.get_one(Conversation, conversation_id)
            message, new = conversations.hear(session, conversation, words.text, client_id=heard.client_id, now=now)
            if new and words.found:
                kinds = sorted({text(f"kind_{finding.kind}") for finding in words.found})
                conversations.notify(session, conversation, text("masked", kinds=", ".join(kinds)), now=now)
            session.commit()
            metrics.MESSAGES.labels("customer").inc(new)
            return _Stored(message.id - 1, conversation.mode if new else None, conversation.topic)

    async def _answer(self, conversation_id: int, words: str, heard: Heard, topic: str | None) -> None:
        if heard.payload == PERSON_PAYLOAD:
            await run_in_threadpool(self.lobby.enter_by_id, conversation_id)
            return
        around = {"profile": heard.profile, "topic": topic}
        metadata = {name: value for name, value in around.items() if value}
        try:
            said = await self.bot.answer(f"conversation-{conversation_id}", _message(words, heard.payload), metadata)
        except BotUnavailable as problem:
            log.warning("bot.unavailable", conversation=conversation_id, problem=str(problem))
            said = [Utterance("unknown", text("bot_unavailable"))]
        await run_in_threadpool(self._say, conversation_id, said)

    def _say(self, conversation_id: int, said: Sequence[Utterance]) -> None:
        now = self.clock()
        with self.database.session() as session:
            conversation = session.get_one(Conversation, conversation_id)
            known = may_tell(standing(session, conversation, now).level, Matter.INDIVIDUAL, Channel.CHAT)
            stored = conversations.reply_as_bot(
                session, conversation_id, [_with_ways_on(utterance, known) for utterance in said], now=now
            )
            for utterance in said if stored else ():
                metrics.REPLIES.labels(utterance.kind).inc()
                article = utterance.details.get("article")
                if article and utterance.kind != CHOICE:
                    conversations.remember_topic(session, conversation_id, Queue(utterance.details["queue"]), article)
                if utterance.kind in LEADS_TO_PERSON:
                    conversations.offer_person(session, conversation_id)
            if stored and known and any(utterance.kind in LEADS_TO_PERSON for utterance in said):
                session.refresh(conversation)
                self.lobby.enter(session, conversation)
            session.commit()


def _principals(session: Session, known: Standing, now: datetime) -> list[Principal]:
    customer = known.customer
    return [principal_view(one) for one in mandates.principals(session, customer.id, now=now)] if customer else []


def _find(session: Session, token: str) -> Conversation:
    try:
        return conversations.find(session, token)
    except NotFound:
        raise BadMessage(text("unknown_conversation"), 404) from None


def _message(words: str, payload: str | None) -> str:
    """Return what Rasa gets: the words, or the command of a pressed button (never one that was typed)."""
    chosen = ARTICLE_PAYLOAD.fullmatch(payload or "")
    if chosen:
        return f'/choose_article{{"article": "{chosen[1]}"}}'
    if payload == CONSULTANT_PAYLOAD:
        return "/request_consultant"
    return escape(words)


def _with_ways_on(utterance: Utterance, known: bool) -> Utterance:
    """Return a reply with the buttons that lead on from it."""
    ways: list[Mapping[str, str]] = list(utterance.details.get("buttons", []))
    if utterance.kind in LEADS_TO_PERSON and not known:
        ways.append({"title": text("verify_button"), "payload": VERIFY_PAYLOAD})
        ways.append({"title": text("person_button"), "payload": PERSON_PAYLOAD})
    elif utterance.kind in OFFERS_PERSON:
        ways.append({"title": text("talk_to_person"), "payload": CONSULTANT_PAYLOAD})
    return replace(utterance, details={**utterance.details, "buttons": ways})
