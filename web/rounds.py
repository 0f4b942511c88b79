"""The rounds of every web node: waiting chats are offered, silent ones end. Several nodes may walk them at once."""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from helpdesk import conversations, house, offers, parting, silent_chats
from helpdesk.database import Database
from helpdesk.offers import Round
from helpdesk.queues import Queue
from helpdesk.silence import Step
from helpdesk.tables import Conversation
from web import metrics
from web.part_end import tell_the_end
from web.push import DESK, Push, conversation_topic, queue_topic, staff_topic
from web.texts import text

EVERY = 2.0
"""Seconds between two rounds when nothing happens: offers end by the clock."""
GATHERING = 0.3
"""Seconds that a round waits after a hint, so that a busy desk does not walk one for every message."""
SILENCE_EVERY = 5
"""Every so many rounds the silent chats are looked at."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Rounds:
    """Looks after the live chats. All instants come from `clock` (aware UTC)."""

    database: Database
    push: Push
    clock: Callable[[], datetime]

    async def walk(self) -> None:
        """Walk rounds until cancelled: at each hint on the desk's topic, and by the clock."""
        number = 0
        async with self.push.subscribe(DESK) as changed:
            while True:
                changed.clear()
                try:
                    await self.offer()
                    if number % SILENCE_EVERY == 0:
                        await self.end_silent()
                except Exception:
                    # A database that is away for a moment must not end the rounds; the next one makes up for it.
                    log.exception("rounds.failed")
                number += 1
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), EVERY)
                await asyncio.sleep(GATHERING)

    async def offer(self) -> None:
        """Make the offers that are due, and show them to their consultants."""
        done = await run_in_threadpool(self._offer)
        metrics.OFFERS.labels("made").inc(len(done.made))
        metrics.OFFERS.labels("expired").inc(len(done.expired))
        await self.push.publish(*map(staff_topic, sorted(done.told)))

    async def end_silent(self) -> None:
        """Warn silent customers, end the chats of those who stay away, and take the absent ones out of the queues."""
        for conversation_id in await run_in_threadpool(self._silent):
            await self.push.publish(*await run_in_threadpool(self._take_step, conversation_id))

    def _offer(self) -> Round:
        now = self.clock()
        with self.database.reading() as session:
            limits = house.load(session)
            if not offers.are_due(session, limits, now=now):
                return Round()
        with self.database.session() as session:
            done = offers.make_offers(session, limits, now=now)
            session.commit()
            return done

    def _silent(self) -> Collection[int]:
        with self.database.reading() as session:
            return silent_chats.due(session, house.load(session), now=self.clock())

    def _take_step(self, conversation_id: int) -> list[str]:
        """Do what is due about one chat; returns the topics of those who are to look."""
        now = self.clock()
        with self.database.session() as session:
            limits = house.load(session)
            chat, step = silent_chats.claim_step(session, conversation_id, limits, now=now)
            if step is Step.NOTHING:
                return []
            led_by, topics = chat.consultant_id, [conversation_topic(conversation_id), DESK]
            if step is Step.WARN:
                chat.warned_at = now
                said = text("silent_warning", minutes=limits.end_minutes)
                conversations.notify(session, chat, said, now=now)
            elif led_by is None:
                topics.append(self._leave_queue(session, chat, now))
            elif parting.end_abandoned(session, chat, now=now):
                tell_the_end(session, conversation_id, "ended_silent", now=now)
            session.commit()
        return topics if led_by is None else [*topics, staff_topic(led_by)]

    def _leave_queue(self, session: Session, chat: Conversation, now: datetime) -> str:
        queue = chat.queue or Queue.GENERAL
        if conversations.stop_waiting(session, chat.id, now=now):
            conversations.notify(session, chat, text("place_lost"), now=now)
        return queue_topic(queue)
