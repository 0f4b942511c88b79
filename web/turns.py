"""One turn at a time: within this process by a lock, between processes by the lease of `helpdesk.turns`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakValueDictionary

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from helpdesk import turns
from helpdesk.database import Database


class Turns:
    """Serialises the turns of each conversation in their order, so that none of them has to look again and again."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def turn(self, token: str) -> AbstractAsyncContextManager[object]:
        """Give the lock of the conversation behind a token; it is forgotten when nobody holds or awaits it."""
        return self._locks.setdefault(token, asyncio.Lock())


@dataclass(frozen=True)
class Lease:
    """A turn that this process has begun in the database."""

    database: Database
    clock: Callable[[], datetime]
    conversation_id: int
    turn: int

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Renew it while the bot thinks; if that fails, end it, so that the next message need not wait."""
        renewing = asyncio.create_task(self._keep())
        try:
            yield
        except BaseException:
            with contextlib.suppress(SQLAlchemyError):
                await asyncio.shield(run_in_threadpool(self.end))
            raise
        finally:
            renewing.cancel()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(turns.RENEW_EVERY.total_seconds())
            with contextlib.suppress(SQLAlchemyError):  # tried again the next time
                await run_in_threadpool(self._renew)

    def _renew(self) -> None:
        with self.database.session() as session:
            turns.renew(session, self.conversation_id, self.turn, now=self.clock())
            session.commit()

    def end(self) -> None:
        """End it without a reply."""
        with self.database.session() as session:
            turns.end(session, self.conversation_id, self.turn)
            session.commit()
