"""What several web nodes share through a real Redis: hints and turns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from web.push import RedisPush
from web.turns import RedisTurns


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


def test_turns_of_one_conversation_never_overlap_across_nodes(redis: str) -> None:
    running: list[int] = []
    most: list[int] = []

    async def turn(client: Redis, number: int) -> None:
        async with RedisTurns(client).turn(7):
            running.append(number)
            most.append(len(running))
            await asyncio.sleep(0)
            running.remove(number)

    async def all_turns() -> None:
        first, second = Redis.from_url(redis), Redis.from_url(redis)
        await asyncio.gather(*(turn(client, n) for n, client in enumerate([first, second] * 10)))
        await first.aclose()
        await second.aclose()

    asyncio.run(all_turns())

    assert max(most) == 1
    assert len(most) == 20
