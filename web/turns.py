"""One turn at a time: the messages of one conversation are worked on in their order."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from weakref import WeakValueDictionary

from redis.asyncio import Redis

LONGEST_TURN = 60.0
"""Seconds after which a turn's lock in Redis is given up, should its node have died."""


class Turns(Protocol):
    """Serialises the turns of a conversation."""

    def turn(self, conversation_id: int) -> AbstractAsyncContextManager[object]:
        """Give a context in which no other turn of the conversation runs."""


class LocalTurns:
    """Turns within one process."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def turn(self, conversation_id: int) -> AbstractAsyncContextManager[object]:
        """Give the conversation's lock; it is forgotten when nobody holds or awaits it."""
        return self._locks.setdefault(conversation_id, asyncio.Lock())


class RedisTurns:
    """Turns across several web nodes."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def turn(self, conversation_id: int) -> AbstractAsyncContextManager[object]:
        """Give the conversation's lock in Redis."""
        return self._redis.lock(f"okienko:turn:{conversation_id}", timeout=LONGEST_TURN)
