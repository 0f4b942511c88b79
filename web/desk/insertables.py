"""Canned answers as a case fills them, ready to be inserted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import canned
from helpdesk.hours import WARSAW
from helpdesk.queues import Queue
from helpdesk.tables import Staff
from web.labels import label


@dataclass(frozen=True)
class Insertable:
    """A canned answer as one case fills it."""

    id: int
    shortcut: str
    title: str
    text: str

    @property
    def is_whole(self) -> bool:
        """Whether every placeholder is filled."""
        return not canned.unfilled(self.text)


def insertables(session: Session, queue: Queue, values: Mapping[str, str]) -> Sequence[Insertable]:
    """Return the canned answers for a queue, filled; what has no value keeps its placeholder, for the writer to see."""
    return [
        Insertable(one.id, one.shortcut, one.title, canned.filled(one.text, values))
        for one in canned.for_queue(session, queue)
    ]


def values_for(queue: Queue | None, staff: Staff, now: datetime) -> Mapping[str, str]:
    """Return what the placeholders stand for in any case."""
    return {
        "imie_konsultanta": staff.name,
        "kolejka": label(queue or Queue.GENERAL),
        "data": f"{now.astimezone(WARSAW):%d.%m.%Y}",
    }
