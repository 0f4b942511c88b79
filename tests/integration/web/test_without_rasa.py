"""While Rasa is away the chat answers from the knowledge, and tells the rest honestly."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from helpdesk.conversations import Utterance
from knowledge.base import KnowledgeBase
from knowledge.decision import Thresholds
from tests.conftest import NOON
from tests.fakes import FakeBot
from understanding.topics import Topics
from web.without_rasa import FAILURES, LEFT_ALONE, KnowledgeBot, SteadyBot


@pytest.fixture
def bot(base: KnowledgeBase) -> KnowledgeBot:
    return KnowledgeBot(Topics(lambda: base, Thresholds(0.75, 0.3, 0.25), NOON.date))


def said(bot: KnowledgeBot, message: str, **around: Any) -> Utterance:
    (reply,) = asyncio.run(bot.answer("conversation-1", message, around))
    return reply


def test_question_is_answered_with_its_article_and_ways_on(bot: KnowledgeBot) -> None:
    reply = said(bot, "ile wynosi zasilek macierzynski")

    assert (reply.kind, reply.details["article"], reply.details["queue"]) == (
        "answer", "zasilek-macierzynski", "zasilki",
    )  # fmt: skip
    assert "Stan na:" in reply.text
    assert "consultant" in {button["payload"] for button in reply.details["buttons"]}


def test_pressed_article_is_shown(bot: KnowledgeBot) -> None:
    reply = said(bot, '/choose_article{"article": "zasilek-chorobowy"}')

    assert (reply.kind, reply.details["article"]) == ("answer", "zasilek-chorobowy")


def test_own_account_and_the_wish_for_a_person_lead_to_one(bot: KnowledgeBot) -> None:
    wish = said(bot, "/request_consultant")

    assert (wish.kind, wish.details["person"]) == ("handover", True)
    assert "konsultantowi" in wish.text


def test_danger_calls_a_person_at_once(bot: KnowledgeBot) -> None:
    reply = said(bot, "nie chcę już żyć")

    assert reply.details["urgent"] is True
    assert "112" in reply.text


def test_open_dialogue_and_unknown_buttons_are_told_to_wait_and_nothing_is_forgotten(bot: KnowledgeBot) -> None:
    memory = {"dialogues": [{"name": "visit", "key": "k", "values": {"postal_code": "00-950"}, "asked": "day"}]}

    for message in ("jutro o 10", '/inform{"option": "visit.day"}'):
        reply = said(bot, message, memory=memory)
        assert reply.kind == "unknown"
        assert "chwilowo niedostępny" in reply.text
        assert reply.details["memory"]["dialogues"][0]["values"] == {"postal_code": "00-950"}


@dataclass
class Counting:
    """A bot that is always there."""

    asked: list[str] = field(default_factory=list)

    async def answer(self, sender: str, message: str, metadata: Mapping[str, Any]) -> Sequence[Utterance]:
        self.asked.append(message)
        return [Utterance("answer", message)]


def test_bot_that_fails_again_and_again_is_left_alone_for_a_while_and_then_tried_again() -> None:
    first, instead, now = FakeBot(), Counting(), [100.0]
    steady = SteadyBot(first, instead, lambda: now[0])

    def ask(words: str) -> Utterance:
        (reply,) = asyncio.run(steady.answer("c", words, {}))
        return reply

    for _ in range(FAILURES):
        ask("pierwsze")
    first.answers.append([Utterance("answer", "od Rasy")])
    now[0] += LEFT_ALONE - 0.1
    ask("drugie")
    now[0] += 0.2
    reply = ask("trzecie")

    assert instead.asked == [*["pierwsze"] * FAILURES, "drugie"]
    assert reply.text == "od Rasy"
    assert [message for _, message, _ in first.given] == [*["pierwsze"] * FAILURES, "trzecie"]


def test_single_failures_do_not_keep_others_from_the_bot() -> None:
    first, instead = FakeBot(), Counting()
    steady = SteadyBot(first, instead, lambda: 100.0)

    for number in range(2 * FAILURES):
        if number % 2:
            first.answers.append([Utterance("answer", "od Rasy")])
        asyncio.run(steady.answer("c", str(number), {}))

    assert len(first.given) == 2 * FAILURES
    assert instead.asked == [str(number) for number in range(0, 2 * FAILURES, 2)]
