"""Two web nodes behind HAProxy are upgraded one after the other under load; customers notice no more than a pause."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from helpdesk.lifecycle import Author
from helpdesk.secrets import token_hash
from helpdesk.tables import ChatMessage, Conversation
from tests.integration.deploy.conftest import House
from tests.integration.deploy.customers import Talk, talk_over_http, talk_over_websocket
from tests.integration.deploy.newer import migrate, newer_version
from tests.servers.echo_bot import PREFIX
from tests.servers.ports import eventually
from tests.servers.web_node import WebNode

LINES, CALLERS = 6, 4
"""Customers with a WebSocket, and such whose network allows none."""


def stored(house: House, talk: Talk) -> list[tuple[Author, str]]:
    with house.database.reading() as session:
        wanted = select(ChatMessage.author, ChatMessage.text).join(Conversation)
        wanted = wanted.where(Conversation.token_hash == token_hash(talk.token)).order_by(ChatMessage.id)
        return [(author, text) for author, text in session.execute(wanted)]


async def under_load(house: House, deed: Callable[[], None]) -> Sequence[Talk]:
    """Let customers talk while something happens; it is awaited in a thread."""
    enough = asyncio.Event()
    lines, callers = [Talk(f"Linia{n}") for n in range(LINES)], [Talk(f"Osoba{n}") for n in range(CALLERS)]
    talking = [
        *(asyncio.create_task(talk_over_websocket(house.url, house.trust, talk, enough)) for talk in lines),
        *(asyncio.create_task(talk_over_http(house.url, house.trust, talk, enough)) for talk in callers),
    ]
    try:
        await asyncio.to_thread(deed)
    finally:
        enough.set()
    await asyncio.gather(*talking)
    return [*lines, *callers]


def renew(house: House, letter: str, node: WebNode) -> None:
    """End a node as a service manager does, and start it again."""
    node.process.tell_to_end()
    eventually(lambda: node.ready() == 503)
    eventually(lambda: house.proxy.state("whole", letter).startswith("DOWN"), 5)
    assert node.process.wait_ended() == 0
    node.process.start()
    node.process.wait()
    eventually(lambda: house.proxy.state("whole", letter) == "UP")


@pytest.mark.slow
def test_rolling_upgrade_with_a_migration_loses_and_doubles_no_message_and_no_request_fails(
    two_nodes: House, tmp_path: Path
) -> None:
    house, program = two_nodes, newer_version(tmp_path)
    first, second = house.nodes

    def upgrade_all() -> None:
        migrate(program, house.environment)
        first.process.folder = second.process.folder = program
        renew(house, "a", first)
        renew(house, "b", second)

    talks = asyncio.run(under_load(house, upgrade_all))

    for talk in talks:
        assert stored(house, talk) == [
            said for words in talk.said for said in ((Author.CUSTOMER, words), (Author.BOT, PREFIX + words))
        ]
        assert talk.answered == talk.said
        assert set(talk.statuses) == {200}
        assert set(talk.closings) <= {1012}
    assert all(talk.closings for talk in talks[:LINES])
    silence = max(talk.silence for talk in talks)
    print(f"{sum(len(talk.said) for talk in talks)} messages, none lost, longest silence {silence:.1f} s")  # noqa: T201  # the measured figure


def test_customer_goes_on_at_another_node(two_nodes: House) -> None:
    first, second = two_nodes.nodes

    token = say(first, text="Dzień dobry")["conversation"]
    said = say(second, text="Mam pytanie", conversation=token)["replies"]

    assert [reply["text"] for reply in said] == [f"{PREFIX}Mam pytanie"]


def say(node: WebNode, **message: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx2.post(f"{node.url}/api/chat", json=message, timeout=30, trust_env=False).json()
    return answer
