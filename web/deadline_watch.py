"""The watch over the deadlines: warns and escalates in the background, and hints the desk when it did."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from starlette.concurrency import run_in_threadpool

from helpdesk import escalation
from helpdesk.database import Database
from web.push import DESK, Push

EVERY = 30.0
"""Seconds between two looks at the clock."""

log = structlog.get_logger(__name__)


async def watch_deadlines(database: Database, push: Push, clock: Callable[[], datetime], every: float = EVERY) -> None:
    """Look at the deadlines until cancelled; with several nodes each warning is given once."""
    while True:
        try:
            looked = await run_in_threadpool(escalation.look, database, clock())
            if looked:
                log.info(
                    "deadlines.looked",
                    warned=looked.warned,
                    escalated=looked.escalated,
                    recounted=looked.recounted,
                )
                await push.publish(DESK)
        except Exception:
            # A database that is away for a moment must not end the watch; the next look makes up for it.
            log.exception("deadlines.failed")
        await asyncio.sleep(every)
