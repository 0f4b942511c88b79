"""Cuts a message with two questions into them: people ask in one breath what stands in two articles."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "two_questions.yaml"
LEAST_WORDS = 3
MOST_WORDS = 45
"""A longer text is a letter: what it tells belongs together."""


def two_questions(text: str) -> tuple[str, str] | None:
    """Return the two questions of a message; None when it holds one, or more than two."""
    if len(text.split()) > MOST_WORDS:
        return None
    parts = [part.strip(" ,.;?!\n") for part in _joint().split(text)]
    asked = [part for part in parts if len(part.split()) >= LEAST_WORDS]
    return (asked[0], asked[1]) if len(asked) == 2 else None


@lru_cache(maxsize=1)
def _joint() -> re.Pattern[str]:
    words = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    joints = "|".join(re.escape(joint) for joint in words["joints"])
    asking = "|".join(re.escape(word) for word in words["asking"])
    return re.compile(rf"\?\s*|[,;]?\s+(?:{joints})\s+(?=(?:{asking})\b)", re.IGNORECASE)
