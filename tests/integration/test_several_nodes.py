"""What several web nodes share through a real Redis: hints."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from web.push import RedisPush


@asynccontextmanager
async def node(url: str) -> AsyncIterator[RedisPush]:
    redis = Redis.from_url(url)
    push = RedisPush(redis)
    listening = asyncio.create_task(push.listen())
    try:
        yield push
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await redis.aclose()


def test_hint_of_one_node_wakes_a_reader_on_another(redis: str) -> None:
    async def hint() -> None:
        async with node(redis) as here, node(redis) as there, there.subscribe("conversation:7") as woken:
            while not woken.is_set():  # the subscription of a node takes a moment to reach Redis
                await here.publish("conversation:7")
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(hint(), 20))


def test_hint_on_another_topic_wakes_nobody(redis: str) -> None:
    async def hint() -> bool:
        async with node(redis) as here, here.subscribe("conversation:7") as mine, here.subscribe("desk") as desk:
            await here.publish("desk")
            return desk.is_set() and not mine.is_set()

    assert asyncio.run(hint())
