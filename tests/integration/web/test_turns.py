"""Turns of one conversation on several nodes: one at a time, in order, none lost with a node that dies."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from helpdesk import conversations, turns
from helpdesk.conversations import Utterance, renew_token
from helpdesk.database import Database
from helpdesk.hours import OfficeHours
from helpdesk.lifecycle import Author
from helpdesk.tables import ChatMessage, Conversation
from tests.integration.web.conftest import Clock
from web.errors import BadMessage
from web.gateway import Gateway
from web.heard import Heard
from web.lobby import Lobby
from web.push import DESK, LocalPush
from web.turns import Turns


@dataclass
class SlowBot:
    """Answers after a moment, notes how many it answers at once, and dies when told to."""

    running: int = 0
    most: int = 0
    dies: bool = False
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    async def answer(self, sender: str, message: str, metadata: Mapping[str, Any]) -> Sequence[Utterance]:
        self.asked.append((message, metadata))
        if self.dies:
            raise KeyboardInterrupt
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0.02)
        self.running -= 1
        return [Utterance("answer", f"na: {message}", {"act": "ask_general"})]


def node(database: Database, bot: SlowBot, clock: Clock) -> Gateway:
    lobby = Lobby(database, OfficeHours(), clock, "cot@zus.pl")
    return Gateway(database, bot, LocalPush(), Turns(), lobby, clock, max_chars=2000)


def said(database: Database) -> list[tuple[Author, str]]:
    with database.reading() as session:
        return [(one.author, one.text) for one in session.scalars(select(ChatMessage).order_by(ChatMessage.id))]


def heard(number: int) -> Heard:
    return Heard(f"pytanie {number}", client_id=f"c{number}")


def test_messages_of_one_conversation_at_two_nodes_are_answered_one_at_a_time(database: Database, clock: Clock) -> None:
    bot = SlowBot()
    nodes = [node(database, bot, clock) for _ in range(2)]
    token = nodes[0].start().conversation

    async def all_at_once() -> None:
        await asyncio.gather(*(nodes[number % 2].hear(token, heard(number)) for number in range(12)))

    asyncio.run(asyncio.wait_for(all_at_once(), 60))

    found = said(database)
    assert bot.most == 1
    assert len(found) == 24
    for (asker, question), (replier, reply) in zip(found[::2], found[1::2], strict=True):
        assert (asker, replier) == (Author.CUSTOMER, Author.BOT)
        assert reply == f"na: {question}"


def test_message_whose_node_died_is_answered_when_the_widget_sends_it_again(database: Database, clock: Clock) -> None:
    dying, living = SlowBot(dies=True), SlowBot()
    token = node(database, dying, clock).start().conversation
    again = Heard("mój PESEL to 44051401359", client_id="c1")
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(node(database, dying, clock).hear(token, again))

    state = asyncio.run(node(database, living, clock).hear(token, again))
    once_more = asyncio.run(node(database, living, clock).hear(token, again))

    assert len(living.asked) == 1
    assert living.asked[0][1]["sealed"] == dying.asked[0][1]["sealed"] != {}
    assert [reply.author for reply in state.replies] == ["customer", "system", "bot"]
    assert [reply.id for reply in once_more.replies] == [reply.id for reply in state.replies]


def test_killed_node_keeps_others_waiting_only_until_its_lease_runs_out(database: Database, clock: Clock) -> None:
    bot = SlowBot()
    gateway = node(database, bot, clock)
    token = gateway.start().conversation
    with database.session() as session:
        conversation = session.scalars(select(Conversation)).one()
        lost = turns.begin(conversation, now=clock())  # by a node that is killed before it answers
        session.commit()

    async def wait_and_hear() -> None:
        waiting = asyncio.create_task(gateway.hear(token, heard(1)))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        clock.advance(seconds=turns.LEASE.total_seconds() + 1)
        await waiting

    asyncio.run(asyncio.wait_for(wait_and_hear(), 30))

    assert [text for _, text in said(database)] == ["pytanie 1", "na: pytanie 1"]
    with database.session() as session:
        number = session.scalars(select(Conversation.id)).one()
        assert lost is not None
        assert not turns.renew(session, number, lost, now=clock())


def test_what_an_outlived_turn_says_is_not_stored(database: Database, clock: Clock) -> None:
    bot = SlowBot()
    gateway = node(database, bot, clock)
    token = gateway.start().conversation

    class StolenBot(SlowBot):
        async def answer(self, sender: str, message: str, metadata: Mapping[str, Any]) -> Sequence[Utterance]:
            clock.advance(seconds=turns.LEASE.total_seconds() + 1)
            await gateway.hear(token, heard(2))
            return [Utterance("answer", "za późno")]

    asyncio.run(node(database, StolenBot(), clock).hear(token, heard(1)))

    assert [text for _, text in said(database)] == ["pytanie 1", "pytanie 2", "na: pytanie 2"]


def test_renewed_turn_holds_longer(database: Database, clock: Clock) -> None:
    node(database, SlowBot(), clock).start()
    with database.session() as session:
        conversation = session.scalars(select(Conversation)).one()
        mine = turns.begin(conversation, now=clock())
        session.flush()
        clock.advance(seconds=8)
        assert mine is not None
        assert turns.renew(session, conversation.id, mine, now=clock())
        session.refresh(conversation)
        clock.advance(seconds=8)
        assert turns.begin(conversation, now=clock()) is None
        clock.at += timedelta(seconds=3)
        assert turns.begin(conversation, now=clock()) == mine + 1


def test_who_watches_is_told_of_the_reply_when_the_token_was_renewed_meanwhile(
    database: Database, clock: Clock
) -> None:
    gateway, told = node(database, SlowBot(), clock), list[int]()
    token = gateway.start().conversation

    class RenewingBot(SlowBot):
        async def answer(self, sender: str, message: str, metadata: Mapping[str, Any]) -> Sequence[Utterance]:
            with database.session() as session:
                renew_token(conversations.find(session, token))
                session.commit()
            return await super().answer(sender, message, metadata)

    class CountingPush(LocalPush):
        async def publish(self, *topics: str) -> None:
            if DESK in topics:
                told.append(len(said(database)))

    watched = replace(gateway, bot=RenewingBot(), push=CountingPush())
    with pytest.raises(BadMessage):
        asyncio.run(watched.hear(token, heard(1)))

    assert said(database) == [(Author.CUSTOMER, "pytanie 1"), (Author.BOT, "na: pytanie 1")]
    assert told == [1, 2]


def test_turn_is_two_units_of_work_with_nine_statements(database: Database, clock: Clock) -> None:
    gateway, done = node(database, SlowBot(), clock), list[str]()
    token = gateway.start().conversation

    def statement(_connection: Any, _cursor: Any, words: str, *_: Any) -> None:
        done.append(words.split()[0])

    def commit(_connection: Any) -> None:
        done.append("COMMIT")

    event.listen(database.engine, "before_cursor_execute", statement)
    event.listen(database.engine, "commit", commit)
    # With an id of its own, as the widget sends it: one statement looks whether the message is known.
    asyncio.run(gateway.hear(token, Heard("ile trwa zasiłek chorobowy", client_id="m1")))

    assert Counter(done) - Counter(BEGIN=2) == Counter(SELECT=4, INSERT=3, UPDATE=2, COMMIT=2)
