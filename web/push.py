"""Hints that something changed. The database is the record; a hint only says where to look, so none can lose a word."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from helpdesk.lifecycle import Author
from helpdesk.queues import Queue

DESK = "desk"
"""The topic of everything that changes a list at the desk."""
LEADERS = "leaders"
"""The topic of what supervisors are to notice."""
CHANNEL = "okienko:push"

log = structlog.get_logger(__name__)


def conversation_topic(conversation_id: int) -> str:
    """Return the topic of one conversation."""
    return f"conversation:{conversation_id}"


def queue_topic(queue: Queue) -> str:
    """Return the topic of those who wait in a queue: somebody before them left it."""
    return f"queue:{queue.value}"


def staff_topic(staff_id: int) -> str:
    """Return the topic of one consultant's notices: offers, and what is new in their chats."""
    return f"staff:{staff_id}"


def typing_topic(conversation_id: int, who: Author) -> str:
    """Return the topic on which it is told that somebody types in a conversation; what they type goes nowhere."""
    return f"typing:{conversation_id}:{who.value}"


class Push(Protocol):
    """Carries hints to whoever waits for them."""

    async def publish(self, *topics: str) -> None:
        """Wake everybody who waits for one of the topics."""

    def subscribe(self, topic: str) -> contextlib.AbstractAsyncContextManager[asyncio.Event]:
        """Give an event that is set by each hint on the topic; whoever wakes clears it."""


class LocalPush:
    """Hints within one process."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    async def publish(self, *topics: str) -> None:
        """Wake everybody who waits for one of the topics."""
        for topic in topics:
            for event in self._waiting.get(topic, ()):
                event.set()

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[asyncio.Event]:
        """Give an event that is set by each hint on the topic."""
        event = asyncio.Event()
        self._waiting[topic].add(event)
        try:
            yield event
        finally:
            self._waiting[topic].discard(event)
            if not self._waiting[topic]:
                del self._waiting[topic]


class RedisPush:
    """Hints between several web nodes through Redis; each node has one subscription."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._local = LocalPush()

    async def publish(self, *topics: str) -> None:
        """Wake everybody, on this node at once and on the others through Redis."""
        await self._local.publish(*topics)
        try:
            for topic in topics:
                await self._redis.publish(CHANNEL, topic)
        except RedisError as problem:
            # Readers on other nodes also look by themselves every few seconds.
            log.warning("push.redis_unavailable", problem=type(problem).__name__)

    def subscribe(self, topic: str) -> contextlib.AbstractAsyncContextManager[asyncio.Event]:
        """Give an event that is set by each hint on the topic."""
        return self._local.subscribe(topic)

    async def listen(self) -> None:
        """Bring the other nodes' hints to this one until cancelled; survives a restart of Redis."""
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            await self._local.publish(message["data"].decode())
            except RedisError as problem:
                log.warning("push.redis_unavailable", problem=type(problem).__name__)
                await asyncio.sleep(1)
