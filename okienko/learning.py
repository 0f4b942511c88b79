"""The steps of the learning loop behind the desk: gathering open questions, and counting what changes did."""

from collections.abc import Callable
from datetime import datetime
from threading import Event

from helpdesk.database import Database
from helpdesk.learning import effects, sources
from knowledge.base import KnowledgeBase
from knowledge.learning import gather
from knowledge.likeness import Crowd

GATHER_EVERY = 20.0
"""Seconds between two looks for open questions."""
COUNT_EVERY = 600.0
"""Seconds between two looks for published changes whose week is over."""


class Gatherer:
    """Gathers open questions; keeps their vectors from one time to the next, so it belongs to one thread."""

    def __init__(
        self, database: Database, knowledge: Callable[[], KnowledgeBase], clock: Callable[[], datetime], stop: Event
    ) -> None:
        self._database, self._knowledge, self._clock, self._stop = database, knowledge, clock, stop
        self._crowd = Crowd()

    def work(self) -> None:
        """Gather until nothing waits: one short transaction after the other."""
        while self._is_due() and not self._stop.is_set():
            with self._database.session() as session:
                done = gather(session, self._crowd, self._knowledge(), now=self._clock())
                session.commit()
            if not done.looked_at:  # another node was quicker
                return

    def _is_due(self) -> bool:
        with self._database.reading() as session:
            return sources.is_due(session, now=self._clock())


def count_effects(database: Database, clock: Callable[[], datetime]) -> None:
    """Count the effects of published changes whose week is over."""
    with database.session() as session:
        effects.count_due(session, now=clock())
        session.commit()
