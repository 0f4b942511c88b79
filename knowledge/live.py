"""The knowledge base of a running process, which follows the publications of all others within seconds."""

import threading
import time
from collections.abc import Callable
from datetime import date

import structlog
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.database import Database
from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.publishing import changes, latest_revision

LOOK_EVERY = 2.0
"""Seconds after which the database is asked for publications again; a request waits for what is found."""

log = structlog.get_logger(__name__)


class LiveKnowledge:
    """Gives the present knowledge base; called by any number of threads."""

    def __init__(
        self,
        base: KnowledgeBase,
        database: Database,
        today: Callable[[], date],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = base
        self._database = database
        self._today = today
        self._monotonic = monotonic
        self._revision = 0
        self._looked_at: float | None = None
        self._lock = threading.Lock()

    def __call__(self) -> KnowledgeBase:
        """Return the knowledge base with everything published until about two seconds ago.

        While one thread takes in a publication, the others get what was there before.
        """
        if self._is_due() and self._lock.acquire(blocking=self._looked_at is None):
            try:
                if self._is_due():
                    self._look()
                    self._looked_at = self._monotonic()
            finally:
                self._lock.release()
        return self._base

    def _is_due(self) -> bool:
        return self._looked_at is None or self._monotonic() - self._looked_at >= LOOK_EVERY

    def _look(self) -> None:
        try:
            with self._database.reading() as session:
                if latest_revision(session) == self._revision:
                    return
                found = changes(session, self._revision)
            self._base = self._base.changed(found, self._today())
            self._revision = found.revision
            counts = {"articles": len(found.articles), "institutions": len(found.examples)}
            log.info("knowledge.changed", revision=found.revision, **counts)
            left = [article.id for article in found.articles if self._base.library.articles.get(article.id) != article]
            if found.refused or left:
                log.error("knowledge.unusable", articles=[*found.refused, *left])
        except (SQLAlchemyError, KnowledgeError) as problem:
            # What was published before stays in use: an old answer is better than none.
            log.warning("knowledge.not_refreshed", problem=type(problem).__name__)
