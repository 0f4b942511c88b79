"""A talk with the assistant over a real database, without Rasa: the test says which act each message is."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from helpdesk import conversations
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.hours import OfficeHours
from helpdesk.secrets import new_token
from helpdesk.tables import Conversation, SealedValue
from helpdesk.visit_letters import VisitLetters
from knowledge.base import KnowledgeBase
from knowledge.decision import Thresholds
from knowledge.offices import Offices, load_offices
from polish.masking import mask
from understanding.acts import Act
from understanding.assistant import Assistant
from understanding.dialogues.model import Settings
from understanding.memory import Memory
from understanding.said import Said
from understanding.topics import Topics
from understanding.turn import Turn

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
"""Ten o'clock in Warsaw, a working day."""


@dataclass
class Talk:
    """A conversation with the assistant, remembering as the gateway does."""

    assistant: Assistant
    database: Database
    conversation: int
    now: datetime = MONDAY
    memory: Memory = field(default_factory=Memory)
    said: list[Said] = field(default_factory=list)

    def say(self, text: str, act: Act = Act.INFORM, confidence: float = 0.9) -> str:
        """Say something; returns the names of the responses and articles that it got, in their order."""
        masked = mask(text)
        with self.database.session() as session:
            conversation = session.get_one(Conversation, self.conversation)
            client_id = new_token()
            message, _ = conversations.hear(session, conversation, masked.text, client_id=client_id, now=self.now)
            sealed: dict[str, list[int]] = {}
            for place, finding in enumerate(masked.found):
                value = SealedValue(
                    chat_message_id=message.id,
                    kind=finding.kind,
                    place=place,
                    value=text[finding.start : finding.end],
                    created_at=self.now,
                )
                session.add(value)
                session.flush()
                sealed.setdefault(finding.kind, []).append(value.id)
            session.commit()
            topic = conversation.topic
        turn = Turn(masked.text, act, confidence, self.conversation, topic=topic, memory=self.memory, sealed=sealed)
        return self._take(turn)

    def press(self, payload: str) -> str:
        """Press a button by its payload."""
        kind, _, value = payload.partition(":")
        turn = Turn("", Act.INFORM, 1.0, self.conversation, memory=self.memory)
        if kind == "option":
            return self._take(replace(turn, option=value))
        if kind == "article":
            return self._take(replace(turn, act=Act.CHOOSE_ARTICLE, article=value))
        return self._take(replace(turn, act=Act.named(value)))

    def press_first(self) -> str:
        """Press the first button of the last reply."""
        return self.press(self.said[-1].buttons[0]["payload"])

    def _take(self, turn: Turn) -> str:
        answer = self.assistant.answer(turn)
        # What is remembered goes through JSON, as it does in the conversation's record.
        self.memory, self.said = Memory.from_json(answer.memory.as_json()), list(answer.said)
        with self.database.session() as session:
            utterances = [Utterance(one.decision.kind.value, one.text or one.response or "") for one in answer.said]
            conversations.reply_as_bot(
                session, session.get_one(Conversation, self.conversation), utterances, now=self.now
            )
            session.commit()
        return " ".join(one.response or f"article:{one.decision.article}" for one in answer.said)


@dataclass
class Clock:
    """Time that only a test moves."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def assistant(database: Database, base: KnowledgeBase, clock: Clock) -> Assistant:
    keys = count(1)
    return Assistant(
        topics=Topics(lambda: base, Thresholds(0.75, 0.3, 0.25), lambda: clock().date()),
        database=database,
        hours=OfficeHours(),
        clock=clock,
        offices=Offices(load_offices()),
        settings=Settings(
            VisitLetters("cot@zus.pl", "https://example.test/e-wizyta"), "cot@zus.pl", officials=2, calls_per_hour=4
        ),
        new_key=lambda: f"key-{next(keys)}-{new_token()[:8]}",
    )


@pytest.fixture
def new_talk(assistant: Assistant, database: Database) -> Callable[[], Talk]:
    def begin() -> Talk:
        with database.session() as session:
            conversation = conversations.start(session, new_token(), now=MONDAY)
            session.commit()
            return Talk(assistant, database, conversation.id)

    return begin


@pytest.fixture
def talk(new_talk: Callable[[], Talk]) -> Talk:
    return new_talk()
