"""Questions with known answers: some teach the search how sure it may be, others only measure it.

Neither kind is ever searched. A set is a folder of YAML files, each a list of entries with `q`, `style`, and what
is right: `article` (and `also`, others as good), `institution`, or neither when nothing answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import DataFileError

FOLDER = Path(__file__).parent / "questions"
CALIBRATION = FOLDER / "calibration"
"""Teaches how sure the search may be of what it found."""
HELD_OUT = FOLDER / "held_out"
"""Measures; nothing is learned from it and no setting is chosen by it."""
INQUIRIES = FOLDER / "inquiries"
"""Measures what the whole chat makes of a message: its queue, and whether the customer's own account is needed."""


class Style(str, Enum):
    """How a question is asked."""

    FORMAL = "formal"
    SHORT = "short"
    TYPO = "typo"
    SITUATION = "situation"
    MAIL = "mail"


@dataclass(frozen=True)
class Question:
    """A question and what is right: any of the articles, the institution, the queue, or none of them.

    `individual` tells whether the customer's own account is needed; None where that is not judged.
    """

    text: str
    style: Style
    articles: frozenset[str] = frozenset()
    institution: str | None = None
    queue: str | None = None
    individual: bool | None = None

    @property
    def is_strange(self) -> bool:
        """Whether no office could answer it."""
        return not (self.articles or self.institution or self.queue) and self.individual is None


def read_questions(folder: Path) -> tuple[Question, ...]:
    """Read all files of a set; a missing folder is an empty set. Raises DataFileError with file and entry."""
    return tuple(question for path in sorted(folder.glob("*.yaml")) for question in _read(path))


def _read(path: Path) -> Iterator[Question]:
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for number, entry in enumerate(entries, start=1):
        try:
            right = [entry["article"], *entry.get("also", [])] if "article" in entry else []
            yield Question(
                str(entry["q"]),
                Style(entry["style"]),
                frozenset(right),
                entry.get("institution"),
                entry.get("queue"),
                entry.get("individual"),
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise DataFileError(f"{path.name}: entry {number}: {problem!r} is missing or wrong") from problem
