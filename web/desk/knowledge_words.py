"""What the linter finds, in the words of an editor; the words stand in a data file."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "knowledge_words.yaml"


def finding_words(reason: str) -> str:
    """Return the Polish words for a reason of the linter; an unknown reason is quoted."""
    patterns, other = _words()
    for pattern, words in patterns:
        found = pattern.search(reason)
        if found:
            return words.format(*found.groups())
    return other.format(reason)


@lru_cache(maxsize=1)
def _words() -> tuple[Sequence[tuple[re.Pattern[str], str]], str]:
    loaded = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [(re.compile(pattern, re.DOTALL), words) for pattern, words in loaded["findings"]], loaded["other"]
