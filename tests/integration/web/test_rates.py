"""How often one address and one conversation may ask: with memory, with a real Redis, and over HTTP and WebSocket."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from starlette.requests import HTTPConnection

from helpdesk import conversations
from helpdesk.sealing import Sealer, new_key
from tests.conftest import NOON
from tests.integration.web.conftest import House
from tests.servers.ports import free_port
from web.app import build_app
from web.errors import BadMessage
from web.rates import HOUSE_HEADER, Limits, Rates, address_of, house_pass

SEALER = Sealer([new_key()])
FEW = Limits(messages=3, conversation_messages=2, conversations=2, verifications=2)


def visitor(host: str = "192.0.2.1", headers: Mapping[str, str] | None = None) -> HTTPConnection:
    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    return HTTPConnection({"type": "http", "client": (host, 1), "headers": raw})


def allowed(rates: Rates, who: HTTPConnection, *talks: str | None) -> list[bool]:
    async def is_taken(talk: str | None) -> bool:
        try:
            await rates.message(who, talk)
        except BadMessage as refusal:
            return refusal.status != 429 or not 1 <= (refusal.retry_after or 0) <= 3600
        return True

    async def send() -> list[bool]:
        return [await is_taken(talk) for talk in talks]

    return asyncio.run(send())


@pytest.fixture(params=["memory", "redis"])
def redis_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("redis")) if request.param == "redis" else ""


def test_address_has_so_many_messages_whatever_the_conversations(redis_url: str) -> None:
    who = visitor("192.0.2.10")

    assert allowed(Rates(FEW, redis_url=redis_url), who, "one", "two", "three", "four") == [True, True, True, False]


def test_conversation_has_so_many_messages_whatever_the_addresses(redis_url: str) -> None:
    rates = Rates(FEW, redis_url=redis_url)

    taken = [allowed(rates, visitor(f"192.0.2.2{number}"), "talk-of-three") for number in range(3)]

    assert taken == [[True], [True], [False]]


def test_address_begins_so_many_conversations(redis_url: str) -> None:
    rates = Rates(replace(FEW, messages=0), redis_url=redis_url)

    assert allowed(rates, visitor("192.0.2.30"), None, None, None) == [True, True, False]


def test_addresses_do_not_count_for_each_other(redis_url: str) -> None:
    rates = Rates(FEW, redis_url=redis_url)
    allowed(rates, visitor("192.0.2.40"), None, None, None)

    assert allowed(rates, visitor("192.0.2.41"), None) == [True]


def test_two_nodes_count_together_through_redis(redis: str) -> None:
    one, other = Rates(FEW, redis_url=redis), Rates(FEW, redis_url=redis)
    who = visitor("192.0.2.50")

    assert [*allowed(one, who, None, None), *allowed(other, who, None)] == [True, True, False]


def test_node_counts_for_itself_while_redis_is_away() -> None:
    rates = Rates(FEW, redis_url=f"redis://127.0.0.1:{free_port()}/0")

    assert allowed(rates, visitor(), None, None, None) == [True, True, False]


def test_zero_means_no_limit() -> None:
    assert all(allowed(Rates(Limits()), visitor(), *[None] * 100))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
def test_addresses_are_counted_by_subscriber(one: str, other: str, same: bool) -> None:
    assert (address_of(visitor(one)) == address_of(visitor(other))) is same


@pytest.mark.parametrize(
    ("shown", "let_through"),
    [
        (house_pass(SEALER, datetime.now(UTC)), True),
        (house_pass(SEALER, datetime.now(UTC) - timedelta(days=1)), False),
        (house_pass(SEALER, datetime.now(UTC) + timedelta(days=1)), False),
        (house_pass(Sealer([new_key()]), datetime.now(UTC)), False),
        (SEALER.seal("48123456789"), False),
        ("nonsense", False),
    ],
    ids=["fresh", "of yesterday", "of tomorrow", "of another house", "of something else", "none"],
)
def test_only_a_fresh_seal_of_the_house_is_not_limited(shown: str, let_through: bool) -> None:
    who = visitor(headers={HOUSE_HEADER: shown})

    assert all(allowed(Rates(FEW, sealer=SEALER), who, *[None] * 5)) is let_through


@pytest.fixture
def busy(house: House) -> House:
    """The house with few of everything allowed."""
    return replace(house, app=build_app(replace(house.app.state.parts, rates=Rates(FEW))))


def test_too_many_messages_are_refused_kindly_and_not_stored(busy: House) -> None:
    client = busy.customer()
    for _ in range(3):
        busy.will_say()
    token = client.post("/api/chat", json={"text": "raz"}).json()["conversation"]
    for text in ("dwa", "trzy"):
        client.post("/api/chat", json={"text": text, "conversation": token})

    refused = client.post("/api/chat", json={"text": "cztery", "conversation": token})

    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "chwilę zaczekać" in refused.json()["detail"]
    assert "cztery" not in client.get(f"/api/chat/{token}").text


def test_conversations_begun_without_a_message_count_like_others(busy: House) -> None:
    client = busy.customer()

    begun = [client.post("/api/chat/start", json={}).status_code for _ in range(3)]

    assert begun == [200, 200, 429]


def test_refusal_over_a_websocket_is_an_error_frame_of_its_message(busy: House) -> None:
    busy.will_say()
    busy.will_say()
    with busy.customer().websocket_connect("/api/chat/ws") as socket:
        for number in range(4):
            socket.send_json({"type": "message", "text": "hej", "client_id": f"m{number}"})
        frames = [socket.receive_json()]
        while frames[-1]["type"] != "error":
            frames.append(socket.receive_json())

    assert (frames[-1]["status"], frames[-1]["client_id"]) == (429, "m3")
    assert 1 <= frames[-1]["retry_after"] <= 60


def test_too_many_confirmations_of_one_address_are_refused_also_with_the_right_pin(busy: House) -> None:
    client: TestClient = busy.customer()
    with busy.database.session() as session:
        for number in range(3):
            conversations.start(session, f"token-{number}", now=NOON)
        session.commit()
    typed = {"pue_id": "demo.anna", "pin": "0000"}

    answers = [client.post(f"/api/chat/token-{number}/verify", json=typed) for number in range(2)]
    right = client.post("/api/chat/token-2/verify", json={**typed, "pin": "4821"})

    assert [answer.status_code for answer in answers] == [403, 403]
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 60
