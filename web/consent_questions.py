"""The prepared questions for a consent, from one Polish data file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "consent_questions.yaml"


@dataclass(frozen=True)
class ConsentQuestion:
    """A question with the name that forms carry and the title that consultants choose it by."""

    name: str
    title: str
    question: str


@lru_cache(maxsize=1)
def consent_questions() -> Sequence[ConsentQuestion]:
    """Return the prepared questions in their order."""
    return [ConsentQuestion(**entry) for entry in yaml.safe_load(FILE.read_text(encoding="utf-8"))]


def prepared_question(name: str) -> str:
    """Return a prepared question by its name; empty for none."""
    return next((one.question for one in consent_questions() if one.name == name), "")
