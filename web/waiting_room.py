"""The places of those who wait, shared by all lines of this process: however many wait, a queue is read once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from helpdesk import waiting
from helpdesk.database import Database
from helpdesk.hours import Hours
from helpdesk.queues import Queue
from helpdesk.waiting import Taken

GATHERING = 1.0
"""Seconds that a reading waits for further changes: a busy queue is read, and its customers told, no more often."""


@dataclass(frozen=True)
class Places:
    """A queue at one instant.

    Attributes:
        positions: the places by the conversations' ids, 1 for the next one.
        taken: what waiting is measured by; empty while nobody serves the queue.
    """

    positions: Mapping[int, int]
    taken: Sequence[Taken]

    def minutes(self, position: int) -> int | None:
        """Return the measured minutes that a place takes, or None."""
        return waiting.minutes_to_wait(self.taken, position)


class WaitingRoom:
    """Reads the queues. All instants come from `clock` (aware UTC)."""

    def __init__(
        self, database: Database, hours: Hours, clock: Callable[[], datetime], gathering: float = GATHERING
    ) -> None:
        self._database, self._hours, self._clock, self.gathering = database, hours, clock, gathering
        self._readings: dict[Queue, asyncio.Task[Places]] = {}

    async def look(self, queue: Queue) -> Places:
        """Return a queue as it is after this call began; those who look together share one reading."""
        reading = self._readings.get(queue)
        if reading is None:
            reading = self._readings[queue] = asyncio.create_task(self._gather(queue))
        return await asyncio.shield(reading)

    async def _gather(self, queue: Queue) -> Places:
        try:
            await asyncio.sleep(self.gathering)
        finally:
            # Whoever comes from now on needs a later reading: this one might miss what they heard of.
            del self._readings[queue]
        return await run_in_threadpool(self._read, queue)

    def _read(self, queue: Queue) -> Places:
        now = self._clock()
        with self._database.reading() as session:
            ids = waiting.places(session, queue)
            served = waiting.is_served(session, queue, hours=self._hours, now=now)
            taken = waiting.taken_lately(session, queue, hours=self._hours, now=now) if served else ()
        return Places({number: place for place, number in enumerate(ids, start=1)}, taken)
