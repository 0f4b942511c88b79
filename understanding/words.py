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
    return _pattern(tuple(beginnings)).search(fold(text)) is not None


def starts_with_any(text: str, words: Iterable[str]) -> bool:
    """Return whether the text begins with one of the (folded) whole words."""
    return _first_word(tuple(words)).match(fold(text).lstrip(" \"'„(-–.,")) is not None


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
def _pattern(beginnings: tuple[str, ...]) -> re.Pattern[str]:
    # Very short words would be the beginning of many others.
    ends = (r"(?![a-z])" if len(beginning) <= 3 else "" for beginning in beginnings)
    each = (f"{re.escape(beginning)}{end}" for beginning, end in zip(beginnings, ends, strict=True))
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(each) or '(?!)'})")


@cache
def _first_word(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, words)) or '(?!)'})(?![a-z])")
