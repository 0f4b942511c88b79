"""Keeps the right Rasa behind the front: starts the next one beside it, and ends the old one when it is silent."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from okienko.errors import CommandError, PartMissing
from okienko.rasa.engine import Engine, ModelRefused
from okienko.rasa.following import Shelf, Wanted
from okienko.rasa.front import Front

LOOK_EVERY = 2.0
DRAIN = 60.0
"""Seconds in which an engine that was replaced answers what it had begun."""

Start = Callable[[Path], Awaitable[Engine]]
"""Starts an engine with a model's file."""

log = structlog.get_logger(__name__)


class Exchange:
    """Follows the active model, without a moment in which no engine answers."""

    def __init__(self, front: Front, shelf: Shelf, start: Start) -> None:
        self._front = front
        self._shelf = shelf
        self._start = start
        self._endings: set[asyncio.Task[None]] = set()
        self._refused: set[Wanted] = set()

    async def follow(self) -> None:
        """Look after the engine until cancelled.

        Raises:
            CommandError: not even the release's own model can be loaded.
        """
        try:
            while True:
                await self.look()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            await self._end_all()

    async def look(self) -> None:
        """Start what should answer and does not; what answers stays until the other one can."""
        engine = self._front.engine
        if engine is not None and not engine.lives:
            log.warning("rasa.died", model=engine.model, status=engine.process.returncode)
            await self._front.put(None)
            self._end_later(engine)
            engine = None
        wanted = await asyncio.to_thread(self._shelf.wanted)
        if wanted is None or wanted in self._refused:
            wanted = None if engine else self._shelf.own()
        if wanted is None or (engine is not None and engine.model == wanted.name):
            return
        try:
            await self._exchange(wanted)
        except (CommandError, SQLAlchemyError) as problem:
            log.error("rasa.not_exchanged", model=wanted.name, problem=str(problem))
            if isinstance(problem, ModelRefused):
                self._refused.add(wanted)
                await asyncio.to_thread(self._shelf.refuse, wanted)
            if self._front.engine is None and wanted.name == self._shelf.own().name:
                raise

    async def _exchange(self, wanted: Wanted) -> None:
        file = await asyncio.to_thread(self._shelf.file, wanted)
        if file is None:
            self._refused.add(wanted)
            raise PartMissing("the model of the present inputs is missing; `okienko train` makes it")
        engine = await self._start(file)
        try:
            await engine.wait_ready()
        except BaseException:
            await engine.end(0.0)
            raise
        before = await self._front.put(engine)
        log.info("rasa.exchanged", model=engine.model, before=before.model if before else None)
        if before is not None:
            self._end_later(before)

    def _end_later(self, engine: Engine) -> None:
        task = asyncio.create_task(engine.end(DRAIN))
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    async def _end_all(self) -> None:
        engine = await self._front.put(None)
        for task in self._endings:
            task.cancel()
        if engine is not None:
            await engine.end(0.0)
