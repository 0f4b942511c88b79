"""Reading a text for numbers: every way to write a digit, a blank or a dash made one, and the way back."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from polish.folding import fold

Span = tuple[int, int]

_INVISIBLE = frozenset({"Cf", "Mn", "Me"})
# A number typed with letters that look like digits; a short one must begin with a digit ("l4" is no number).
_LETTERED = re.compile(r"(?<!\w)(?:\d[\dOolI]+|(?=[OolI]*\d)[\dOolI]{3,}|(?<=[\dO][\-. ])[Oo]\d)(?!\w)")
_LOOKS_LIKE = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})


@dataclass(frozen=True)
class Reading:
    """A text as it is read, and the place in the original of each of its characters."""

    text: str
    places: tuple[int, ...] | range

    def span(self, start: int, end: int) -> Span:
        """Return where characters `start` to `end` of the reading stand in the original."""
        return self.places[start], self.places[end - 1] + 1


def read(original: str) -> Reading:
    """Return the reading of a text: folded, digits as 0-9, a blank a space, a dash "-", invisible characters gone.

    Letters in a number that can only be meant as digits ("5O1") are read as digits.
    """
    if original.isascii():
        return Reading(_with_digits(original).lower(), range(len(original)))
    plain = {character: _plain(character) for character in set(original)}
    if all(len(written) == 1 for written in plain.values()):
        return Reading(_folded(_with_digits(_exchanged(original, plain))), range(len(original)))
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(original):
        characters.append(plain[character])
        places += [place] * len(plain[character])
    return Reading(_folded(_with_digits("".join(characters))), tuple(places))


def _folded(text: str) -> str:
    return _exchanged(text, {character: _fold(character) for character in set(text)})


def _exchanged(text: str, by: Mapping[str, str]) -> str:
    return text.translate({ord(character): other for character, other in by.items() if other != character})


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    if category == "Zs":
        return " "
    if category == "Pd" or character == "\u2212":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return unicodedata.normalize("NFKC", character)


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    # A letter that folds to several stays as it is: the places must hold.
    folded = fold(character)
    return folded if len(folded) == 1 else character


def _with_digits(text: str) -> str:
    return _LETTERED.sub(lambda match: match.group().translate(_LOOKS_LIKE), text)
