"""The front of Rasa: while engines come and go, each message gets one answer."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from okienko.rasa.engine import Engine
from okienko.rasa.front import Front


class FakeProcess:
    returncode: int | None = None

    def terminate(self) -> None:
        self.returncode = 0

    async def wait(self) -> int:
        return 0


Answer = Callable[[httpx2.Request], Any]


def engine(name: str, answer: Answer | None = None) -> Engine:
    async def handle(request: httpx2.Request) -> httpx2.Response:
        found = answer(request) if answer else None
        if asyncio.iscoroutine(found):
            await found
        return httpx2.Response(
            200, json={"by": name, "heard": request.content.decode(), "query": request.url.query.decode()}
        )

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(handle), base_url="http://engine")
    return Engine(name, FakeProcess(), client)


def caller(front: Front) -> httpx2.AsyncClient:
    app = Starlette(routes=[Route("/{path:path}", front.hand_on, methods=["GET", "POST"])])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://rasa")


async def say(client: httpx2.AsyncClient, words: str = "dzień dobry") -> httpx2.Response:
    return await client.post("/webhooks/rest/webhook?token=t", json={"message": words})


def test_a_message_is_handed_on_as_it_is() -> None:
    async def story() -> None:
        front = Front()
        await front.put(engine("one"))
        answer = (await say(caller(front))).json()
        assert (answer["by"], answer["query"]) == ("one", "token=t")
        assert json.loads(answer["heard"]) == {"message": "dzień dobry"}

    asyncio.run(story())


def test_a_message_waits_for_an_engine_and_a_look_does_not() -> None:
    async def story() -> None:
        front = Front(patience=60)
        client = caller(front)
        waiting = asyncio.create_task(say(client))
        assert (await client.get("/version")).status_code == 503

        await front.put(engine("one"))

        assert (await waiting).json()["by"] == "one"

    asyncio.run(story())


def test_without_any_engine_a_message_is_refused_after_a_while() -> None:
    async def story() -> None:
        assert (await say(caller(Front(patience=0.01)))).status_code == 503

    asyncio.run(story())


def test_the_former_engine_answers_what_it_began_and_ends_only_then() -> None:
    async def story() -> None:
        front, begun, go_on = Front(), asyncio.Event(), asyncio.Event()

        async def slowly() -> None:
            begun.set()
            await go_on.wait()

        old = engine("old", lambda _request: slowly())
        await front.put(old)
        client = caller(front)
        under_way = asyncio.create_task(say(client))
        await begun.wait()
        assert await front.put(engine("new")) is old
        ending = asyncio.create_task(old.end(patience=60))

        assert (await say(client)).json()["by"] == "new"
        assert old.lives
        go_on.set()

        assert (await under_way).json()["by"] == "old"
        await ending
        assert not old.lives

    asyncio.run(story())


def test_a_message_that_an_engine_never_saw_goes_to_the_next_one() -> None:
    async def story() -> None:
        front = Front(patience=60)

        async def replaced() -> None:
            await front.put(engine("next"))
            raise httpx2.ConnectError("gone")

        await front.put(engine("dying", lambda _request: replaced()))

        assert (await say(caller(front))).json()["by"] == "next"

    asyncio.run(story())


def test_a_message_that_an_engine_may_have_worked_on_is_not_repeated() -> None:
    async def story() -> None:
        front, asked = Front(patience=60), list[str]()

        def broken(request: httpx2.Request) -> None:
            asked.append(request.url.path)
            raise httpx2.ReadError("gone")

        await front.put(engine("dying", broken))

        assert (await say(caller(front))).status_code == 503
        assert len(asked) == 1

    asyncio.run(story())


@pytest.mark.parametrize(("status", "refused"), [(409, True), (200, False)])
def test_an_engine_without_a_model_is_refused(status: int, refused: bool) -> None:
    from okienko.rasa.engine import ModelRefused

    async def story() -> None:
        transport = httpx2.MockTransport(lambda _request: httpx2.Response(status))
        client = httpx2.AsyncClient(transport=transport, base_url="http://engine")
        one = Engine("one", FakeProcess(), client)
        if refused:
            with pytest.raises(ModelRefused):
                await one.wait_ready(60)
        else:
            await one.wait_ready(60)

    asyncio.run(story())
