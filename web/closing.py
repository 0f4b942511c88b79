"""The closing hour: those who still wait are told that the consultants went home, and what they can do instead."""

import asyncio

import structlog
from starlette.concurrency import run_in_threadpool

from web.lobby import Lobby
from web.push import Push, conversation_topic

EVERY = 30.0
"""Seconds between two looks at the clock."""

log = structlog.get_logger(__name__)


async def watch_closing(lobby: Lobby, push: Push, every: float = EVERY) -> None:
    """Tell those who wait when the office closes, until cancelled; with several nodes each is told once."""
    while True:
        try:
            told = await run_in_threadpool(lobby.tell_closing)
            await push.publish(*map(conversation_topic, told))
        except Exception:
            # A database that is away for a moment must not end the watch; the next look makes up for it.
            log.exception("closing.failed")
        await asyncio.sleep(every)
