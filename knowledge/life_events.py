"""Situations of life, for people who do not know what the office calls their matter: which topics to read, and why."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import DataFileError

DEFAULT_FILE = Path(__file__).parent / "life_events.yaml"


@dataclass(frozen=True)
class Reading:
    """A topic to read in a situation, and what it is good for there."""

    article: str
    reason: str


@dataclass(frozen=True)
class LifeEvent:
    """A situation of life and the topics that help in it, in the order in which they are needed.

    `title` is a clause in the second person, which goes on after "what you should do when".
    """

    id: str
    group: str
    title: str
    lead: str
    readings: tuple[Reading, ...]

    def names(self, article_id: str) -> bool:
        """Whether a topic is among those to read."""
        return any(reading.article == article_id for reading in self.readings)


def load_life_events(path: Path = DEFAULT_FILE) -> tuple[LifeEvent, ...]:
    """Read the situations of a YAML file in their order. Raises DataFileError that names the entry at fault."""
    groups: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    events: list[LifeEvent] = []
    for number, group in enumerate(groups, start=1):
        try:
            events += [_event(str(group["group"]), entry) for entry in group["events"]]
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            raise DataFileError(f"{path.name}: group {number}: {problem!r} is missing or wrong") from problem
    repeated = [event for event, times in Counter(event.id for event in events).items() if times > 1]
    if repeated:
        raise DataFileError(f"{path.name}: {repeated[0]!r} is used twice")
    return tuple(events)


def _event(group: str, entry: dict[str, Any]) -> LifeEvent:
    readings = tuple(Reading(article, reason) for item in entry["articles"] for article, reason in item.items())
    return LifeEvent(str(entry["id"]), group, str(entry["title"]), str(entry["lead"]), readings)
