"""How soon a ticket must be looked at: a pure function of what is known of its mail."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

from helpdesk.lifecycle import Priority, TicketClass
from polish.folding import fold

FILE = Path(__file__).parent / "priorities.yaml"
READ = 20_000
"""Characters of a text that are looked at."""


def priority_of(text: str, kind: TicketClass = TicketClass.QUESTION, *, danger: bool = False) -> Priority:
    """Return how soon a mail must be looked at.

    Args:
        text: its new words, with the subject.
        kind: the class of its ticket; complaints come before questions.
        danger: whether somebody's life may be in danger, which comes before everything.
    """
    if danger:
        return Priority.URGENT
    return Priority.HIGH if kind is TicketClass.COMPLAINT or presses(text) else Priority.NORMAL


def presses(text: str) -> bool:
    """Return whether a text speaks of a deadline, of enforcement or of want."""
    return _soon().search(" ".join(fold(text[:READ]).split())) is not None


def higher(first: Priority, second: Priority) -> Priority:
    """Return the more pressing of two priorities."""
    return min(first, second, key=list(Priority).index)


@lru_cache(maxsize=1)
def _soon() -> re.Pattern[str]:
    words = yaml.safe_load(FILE.read_text(encoding="utf-8"))["soon"]
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, words))})")
