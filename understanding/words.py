"""Finds words of a data file in a text, whatever their inflection: beginnings of folded words, and phrases."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from polish.folding import fold

DATA = Path(__file__).parent / "data"


@cache
def data(name: str) -> Any:
    """Return what `data/<name>.yaml` of this package holds."""
    return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))


def has_any(text: str, beginnings: Iterable[str]) -> bool:
    """Return whether a word of the text begins with one of the (folded) beginnings, or a phrase stands in it."""
    folded = fold(text)
    return any(_pattern(beginning).search(folded) for beginning in beginnings)


def starts_with_any(text: str, words: Iterable[str]) -> bool:
    """Return whether the text begins with one of the (folded) whole words."""
    folded = fold(text).lstrip(" \"'„(-–.,")
    return any(re.match(rf"{re.escape(word)}(?![a-z])", folded) for word in words)


def after_any(text: str, phrases: Iterable[str]) -> str:
    """Return what follows the first of the (folded) phrases in a text; empty when none stands in it."""
    folded = fold(text)
    ends = [match.end() for phrase in phrases if (match := re.search(rf"(?<![a-z]){phrase}\s+", folded))]
    # Folding may change the length only by letters that Polish does not have; then nothing is taken.
    return text[min(ends) :].strip(" .!?") if ends and len(folded) == len(text) else ""


def word_count(text: str) -> int:
    """Return how many words a text has."""
    return len(re.findall(r"\w+", text))


def asks(text: str) -> bool:
    """Return whether a text is put as a question."""
    words: Sequence[str] = data("dialogues")["asking"]
    return "?" in text or starts_with_any(text, words)


@cache
def _pattern(beginning: str) -> re.Pattern[str]:
    # Very short words would be the beginning of many others.
    end = r"(?![a-z])" if len(beginning) <= 3 else ""
    return re.compile(rf"(?<![a-z0-9]){re.escape(beginning)}{end}")
