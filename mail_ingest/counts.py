"""What became of the mails of one pass: every mail that was read is in exactly one of the counts."""

from collections import Counter
from dataclasses import dataclass
from enum import Enum


class Result(str, Enum):
    """What became of one stored mail."""

    TICKET = "tickets"
    MESSAGE = "messages"
    SET_ASIDE = "set aside"
    OWN = "own"
    POSTPONED = "postponed"
    """Waits for the understanding; it is tried again."""
    ELSEWHERE = "elsewhere"
    """Another worker was quicker."""


@dataclass(frozen=True)
class Counts:
    """Mails read from the mailbox in a pass, and results of the mails processed in it."""

    read: int
    again: int
    """Read once more under a new UIDVALIDITY; not processed again."""
    results: Counter[Result]

    def __str__(self) -> str:
        """One line for a person at a terminal."""
        parts = [f"{self.results[result]} {result.value}" for result in Result if self.results[result]]
        again = [f"{self.again} seen before"] if self.again else []
        return f"{self.read} mails read: {', '.join(parts + again) or 'nothing to do'}"

    def __add__(self, other: "Counts") -> "Counts":
        """Join the counts of two passes."""
        return Counts(self.read + other.read, self.again + other.again, self.results + other.results)
