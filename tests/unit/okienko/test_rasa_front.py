"""The front of Rasa: while engines come and go, each message gets one answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from starlette.applications import Starlette
from starlette.routing import Route

from okienko.rasa.engine import Engine, ModelRefused, open_line
from okienko.rasa.front import Front
from tests.servers.ports import free_port


class FakeProcess:
    returncode: int | None = None

    def terminate(self) -> None:
        self.returncode = 0

    async def wait(self) -> int:
        return 0


Answer = Callable[[web.Request], Awaitable[None]]
Maker = Callable[..., Awaitable[Engine]]


@asynccontextmanager
async def engines() -> AsyncIterator[Maker]:
    """Give what makes engines, each with a real server on loopback."""
    async with AsyncExitStack() as stack:

        async def engine(name: str, answer: Answer | None = None, status: int = 200) -> Engine:
            async def handle(request: web.Request) -> web.Response:
                if answer:
                    await answer(request)
                heard = await request.text()
                return web.json_response({"by": name, "heard": heard, "query": request.query_string}, status=status)

            app = web.Application()
            app.router.add_route("*", "/{path:.*}", handle)
            server = await stack.enter_async_context(TestServer(app))
            line = await stack.enter_async_context(open_line(f"http://127.0.0.1:{server.port}"))
            return Engine(name, FakeProcess(), line)

        yield engine


def caller(front: Front) -> httpx2.AsyncClient:
    app = Starlette(routes=[Route("/{path:path}", front.hand_on, methods=["GET", "POST"])])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://rasa")


async def say(client: httpx2.AsyncClient, words: str = "dzień dobry") -> httpx2.Response:
    return await client.post("/webhooks/rest/webhook?token=t", json={"message": words})


def test_a_message_is_handed_on_as_it_is() -> None:
    async def story() -> None:
        front = Front()
        async with engines() as engine:
            await front.put(await engine("one"))
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

        async with engines() as engine:
            await front.put(await engine("one"))
            assert (await waiting).json()["by"] == "one"

    asyncio.run(story())


def test_without_any_engine_a_message_is_refused_after_a_while() -> None:
    async def story() -> None:
        assert (await say(caller(Front(patience=0.01)))).status_code == 503

    asyncio.run(story())


def test_the_former_engine_answers_what_it_began_and_ends_only_then() -> None:
    async def story() -> None:
        front, begun, go_on = Front(), asyncio.Event(), asyncio.Event()

        async def slowly(_request: web.Request) -> None:
            begun.set()
            await go_on.wait()

        async with engines() as engine:
            old = await engine("old", slowly)
            await front.put(old)
            client = caller(front)
            under_way = asyncio.create_task(say(client))
            await begun.wait()
            assert await front.put(await engine("new")) is old
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
        async with engines() as engine, open_line(f"http://127.0.0.1:{free_port()}") as nobody:
            await front.put(Engine("dead", FakeProcess(), nobody))
            asking = asyncio.create_task(say(caller(front)))
            while not front.engine or not front.engine.busy:
                await asyncio.sleep(0)
            await front.put(await engine("next"))

            assert (await asking).json()["by"] == "next"

    asyncio.run(story())


def test_a_message_that_an_engine_may_have_worked_on_is_not_repeated() -> None:
    async def story() -> None:
        front, asked = Front(patience=60), list[str]()

        async def broken(request: web.Request) -> None:
            asked.append(request.path)
            assert request.transport
            request.transport.abort()

        async with engines() as engine:
            await front.put(await engine("dying", broken))

            assert (await say(caller(front))).status_code == 503
            assert len(asked) == 1

    asyncio.run(story())


@pytest.mark.parametrize(("status", "refused"), [(409, True), (200, False)])
def test_an_engine_without_a_model_is_refused(status: int, refused: bool) -> None:
    async def story() -> None:
        async with engines() as engine:
            one = await engine("one", status=status)
            if refused:
                with pytest.raises(ModelRefused):
                    await one.wait_ready(60)
            else:
                await one.wait_ready(60)

    asyncio.run(story())
