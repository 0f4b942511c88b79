"""Whether a wish for a person says what it is about."""

import re

from polish.folding import fold
from understanding.words import data

SMALL = 3
"""Letters of a word that tells no topic."""
_WORD = re.compile(r"[a-z0-9]+")


def is_bare(text: str) -> bool:
    """Return whether a wish for a person has no word beyond the wish itself, such as `proszę o człowieka`.

    Whatever an article has in common with such words is chance: "pracownik" is also whom employers insure.
    """
    beginnings = tuple(data("wish"))
    return all(len(word) <= SMALL or word.startswith(beginnings) for word in _WORD.findall(fold(text)))
