"""Tells what is odd about a message: no vowels, a run over the keyboard, one word, only signs, a pasted letter.

All pure functions of the text. Capitals are no oddity: everything is compared in lower case.
"""

import re
from enum import Enum
from functools import lru_cache

from polish.folding import fold
from polish.morphology import is_known
from understanding.words import data

LONG_WORDS = 120
"""Words from which a message is read as a pasted letter."""
LONG_LINES = 6
"""Lines from which, with a third of those words, it is one too."""
_WORD = re.compile(r"[^\W\d_]+")
_UNIT = re.compile(r"\w+")
_LEAST_RUN = 4
_LEAST_CONSONANTS = 3
_LONG_CONSONANTS = 5
_MOST_MASHED = 3
_FEW_LETTERS = 4


class Oddity(str, Enum):
    """What is odd."""

    SIGNS = "signs"
    """No letter at all: digits, punctuation, emoji."""
    MASHED = "mashed"
    """Fingers on the keyboard."""
    NO_VOWELS = "no_vowels"
    """Words whose vowels were left out."""
    ONE_WORD = "one_word"
    """A single word, which names a topic but asks nothing."""
    PASTED_LETTER = "pasted_letter"
    """So long that its main question must be asked for."""


def oddity(text: str) -> Oddity | None:
    """Return what is odd about a message, or None."""
    words = _words(text)
    if not words:
        return Oddity.SIGNS if text.strip() else None
    if len(words) <= _MOST_MASHED and all(map(_is_mashed, words)):
        return Oddity.MASHED
    if _lacks_vowels(words):
        return Oddity.NO_VOWELS
    if len(words) == 1 and len(_UNIT.findall(text)) == 1:
        return Oddity.ONE_WORD
    lines = sum(bool(line.strip()) for line in text.splitlines())
    if len(words) >= LONG_WORDS or (lines >= LONG_LINES and len(words) >= LONG_WORDS // 3):
        return Oddity.PASTED_LETTER
    return None


def same_message(first: str, second: str) -> bool:
    """Return whether two messages say the same but for capitals, accents, punctuation, blanks and repeated letters."""
    return _bare(first) == _bare(second) != ""


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


def _lacks_vowels(words: list[str]) -> bool:
    # One short word without vowels is more likely an abbreviation or the symbol of a form ("ZNp", "RWN").
    bare = [word for word in words if not _is_whole(word)]
    long = [word for word in bare if len(word) >= _LEAST_CONSONANTS]
    telling = len(long) > 1 or any(len(word) >= _LONG_CONSONANTS for word in long)
    return telling and len(bare) * 2 > len(words)


def _is_whole(word: str) -> bool:
    known = data("oddities")
    return any(char in known["vowels"] for char in word) or word in known["whole"] or word in known["abbreviations"]


@lru_cache(maxsize=1_000)
def _is_mashed(word: str) -> bool:
    known = data("oddities")
    if len(word) < _LEAST_RUN or word in known["abbreviations"] or word in known["whole"] or is_known(word):
        return False
    runs = (word[at : at + _LEAST_RUN] for at in range(len(word) - _LEAST_RUN + 1))
    letters = set(word)
    few = len(letters) <= _FEW_LETTERS and len(word) > _LEAST_RUN and any(letters <= set(row) for row in known["rows"])
    return few or len(letters) == 1 or any(run in row for run in runs for row in known["rows"])


def _bare(text: str) -> str:
    joined = "".join(re.findall(r"\w", fold(text)))
    # "haloooo" and "halo" are one.
    return re.sub(r"([^\W\d])\1{2,}", r"\1", joined)
