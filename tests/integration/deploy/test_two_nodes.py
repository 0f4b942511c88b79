"""Two web nodes behind HAProxy: either may be told to end under load, and no customer notices more than a pause."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from helpdesk.lifecycle import Author
from helpdesk.secrets import token_hash
from helpdesk.tables import ChatMessage, Conversation
from tests.integration.deploy.conftest import House
from tests.integration.deploy.customers import Talk, talk_over_http, talk_over_websocket
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
    node.tell_to_end()
    eventually(lambda: node.ready() == 503)
    eventually(lambda: house.proxy.state("whole", letter).startswith("DOWN"), 5)
    assert node.wait_ended() == 0
    node.start()
    node.wait()
    eventually(lambda: house.proxy.state("whole", letter) == "UP")


def test_nodes_are_renewed_one_after_the_other_and_no_message_fails_is_lost_or_doubled(two_nodes: House) -> None:
    house = two_nodes

    def renew_both() -> None:
        for letter, node in zip("ab", house.nodes, strict=True):
            renew(house, letter, node)

    talks = asyncio.run(under_load(house, renew_both))

    for talk in talks:
        assert stored(house, talk) == [
            said for words in talk.said for said in ((Author.CUSTOMER, words), (Author.BOT, PREFIX + words))
        ]
        assert talk.answered == talk.said
        assert set(talk.statuses) == {200}
        assert set(talk.closings) <= {1012}
    assert all(talk.closings for talk in talks[:LINES])
    print(  # noqa: T201  # what an operator wants to know
        f"{sum(len(talk.said) for talk in talks)} messages, longest silence {max(t.silence for t in talks):.1f} s"
    )


def test_customer_goes_on_at_another_node(two_nodes: House) -> None:
    first, second = two_nodes.nodes

    token = say(first, text="Dzień dobry")["conversation"]
    said = say(second, text="Mam pytanie", conversation=token)["replies"]

    assert [reply["text"] for reply in said] == [f"{PREFIX}Mam pytanie"]


def say(node: WebNode, **message: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx2.post(f"{node.url}/api/chat", json=message, timeout=30, trust_env=False).json()
    return answer


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/healthz"])
def test_signs_of_life_stay_in_the_house(two_nodes: House, path: str) -> None:
    assert httpx2.get(two_nodes.url + path, verify=two_nodes.trust, trust_env=False).status_code == 404


def test_plain_http_is_sent_on_to_https(two_nodes: House) -> None:
    response = httpx2.get(f"http://127.0.0.1:{two_nodes.proxy.plain}/wiedza", trust_env=False)

    assert response.status_code == 301
    assert response.headers["Location"].startswith("https://")
