"""The bot while Rasa is away: questions are answered from the knowledge, and everything else is told honestly."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool

from helpdesk.conversations import Utterance
from understanding.acts import Act
from understanding.answers import Answers
from understanding.decision import Kind
from understanding.hints import hints
from understanding.memory import Memory
from understanding.safety import danger
from understanding.said import Said, bare
from understanding.topics import Topics
from understanding.turn import Answer, Turn
from web import metrics
from web.engine import Bot
from web.errors import BotUnavailable
from web.texts import text
from web.told import consultant_button

FAILURES = 3
"""Failures in a row after which Rasa is taken to be away; one alone may lie in its message."""
LEFT_ALONE = 5.0
"""Seconds for which Rasa is not asked again then: nobody else waits for its silence meanwhile."""
_ARTICLE = re.compile(r'/choose_article\{"article": "([a-z0-9-]+)"\}')
_PERSON = "/request_consultant"
WORDS = {
    Kind.CHOICE: "without_bot_choice",
    Kind.VERIFY: "without_bot_account",
    Kind.HANDOVER: "without_bot_person",
}
"""What is said where the bot's own words lie with Rasa, by kind; of every other kind that it is not available."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class KnowledgeBot:
    """Answers from the knowledge alone. An open dialogue is kept as it is: it goes on when Rasa is back."""

    topics: Topics

    async def answer(self, sender: str, message: str, metadata: Mapping[str, Any]) -> Sequence[Utterance]:
        """Return the one reply to a message or a pressed button, as `RasaBot` would return its own."""
        return [await run_in_threadpool(self._reply, message, metadata)]

    def _reply(self, message: str, around: Mapping[str, Any]) -> Utterance:
        memory = Memory.from_json(around.get("memory"))
        turn = Turn("", Act.ASK_GENERAL, profile=around.get("profile"), topic=around.get("topic"), memory=memory)
        chosen = _ARTICLE.fullmatch(message)
        if chosen:
            return _worded(
                *_only(self._answers.article(Turn("", Act.CHOOSE_ARTICLE, article=chosen[1], memory=memory)))
            )
        if message == _PERSON:
            return _worded(_wish_for_person(), Answer([], memory))
        if message.startswith("/") or memory.dialogue is not None:
            return _worded(_unknown(), Answer([], memory))
        if danger(message):
            said = Said(bare(Kind.HANDOVER, Act.DISTRESS), text=text("without_bot_danger"), urgent=True)
            return _worded(said, Answer([said], memory))
        asked = Turn(message, turn.act, profile=turn.profile, topic=turn.topic, memory=turn.memory)
        return _worded(*_only(self._answers.to_question(asked)))

    @property
    def _answers(self) -> Answers:
        return Answers(self.topics)


@dataclass
class SteadyBot:
    """Asks one bot, and another one while the first cannot be reached.

    After `FAILURES` in a row the first is left alone for `LEFT_ALONE` seconds; then the next message tries it again.
    """

    first: Bot
    instead: Bot
    monotonic: Callable[[], float] = time.monotonic
    _failures: int = field(default=0, init=False)
    _again_at: float = field(default=float("-inf"), init=False)

    async def answer(self, sender: str, message: str, metadata: Mapping[str, Any]) -> Sequence[Utterance]:
        """Return the replies of whichever bot can give some; raises BotUnavailable when neither can."""
        if self.monotonic() >= self._again_at:
            try:
                said = await self.first.answer(sender, message, metadata)
            except BotUnavailable as problem:
                self._failures += 1
                if self._failures >= FAILURES:
                    self._again_at = self.monotonic() + LEFT_ALONE
                log.warning("bot.unavailable", problem=str(problem))
            else:
                self._failures = 0
                return said
        metrics.WITHOUT_RASA.inc()
        return await self.instead.answer(sender, message, metadata)


def _only(answer: Answer) -> tuple[Said, Answer]:
    return answer.said[0], answer


def _wish_for_person() -> Said:
    return Said(bare(Kind.HANDOVER, Act.REQUEST_CONSULTANT), person=True)


def _unknown() -> Said:
    return Said(bare(Kind.UNKNOWN, Act.FALLBACK))


def _worded(said: Said, answer: Answer) -> Utterance:
    words = said.text if said.text is not None else text(WORDS.get(said.decision.kind, "bot_unavailable"))
    buttons = [dict(button) for button in said.buttons]
    if not buttons and not said.person and not said.urgent:
        buttons = [dict(consultant_button())]
    details = {**hints(said, answer), **({"buttons": buttons} if buttons else {})}
    return Utterance(details.pop("kind"), words, details)
