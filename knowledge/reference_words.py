"""Small words by which a message is recognised that asks for nothing but a form, a term or an office."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.errors import DataFileError
from polish.analysis import Token, analyse
from polish.folding import fold
from polish.morphology import is_known

DEFAULT_FILE = Path(__file__).parent / "reference_words.yaml"

LONGEST_REQUEST = 200
"""In characters. Who writes more asks for more than a form or the meaning of a word."""

Keys = frozenset[str]

# In shorter words one wrong letter makes another word.
_LEAST_MISSPELT = 4


class Words:
    """A set of words, recognised inflected, without Polish letters and with one wrong letter."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words in their basic forms."""
        self._words = frozenset(map(fold, words))

    def __or__(self, other: "Words") -> "Words":
        return Words(self._words | other._words)

    def has(self, token: Token) -> bool:
        """Whether the token is one of the words."""
        return not self._words.isdisjoint(keys_of(token)) or self._is_misspelt(token)

    def _is_misspelt(self, token: Token) -> bool:
        word = token.folded
        if len(word) < _LEAST_MISSPELT or not word.isalpha() or is_known(token.text.lower()):
            return False
        return any(len(own) >= _LEAST_MISSPELT and _one_letter_apart(word, own) for own in self._words)


@dataclass(frozen=True)
class ReferenceWords:
    """The sets of the data file; what each is for stands there."""

    plain: Words
    request: Words
    seeking: Words
    form: Words
    application: Words
    paper: Words
    singular: frozenset[str]
    """Folded words, compared as they are written."""
    meaning: Words
    meaning_signs: Words
    meaning_pairs: tuple[tuple[Words, Words], ...]
    town_prepositions: frozenset[str]
    """Likewise."""
    town_nouns: frozenset[str]
    """Likewise."""


def keys_of(token: Token) -> Keys:
    """The forms by which a token meets another: as it is written and as the dictionary has it, folded."""
    return _keys(token.folded, token.lemmas)


def expression(text: str) -> tuple[Keys, ...]:
    """The words of a name, ready to be compared with those of a message."""
    return tuple(map(keys_of, analyse(text)))


def compared(words: Sequence[Keys], tokens: Sequence[Token]) -> bool:
    """Whether the tokens are those words, in their order."""
    return len(words) == len(tokens) and all(
        not word.isdisjoint(keys_of(token)) for word, token in zip(words, tokens, strict=True)
    )


@lru_cache(maxsize=4)
def load_reference_words(path: Path = DEFAULT_FILE) -> ReferenceWords:
    """Read the words of a YAML file. Raises DataFileError when a set is missing or not lists of texts."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))

    def lists(name: str) -> list[list[str]]:
        found = data.get(name) if isinstance(data, dict) else None
        if not isinstance(found, list) or not all(isinstance(item, list) for item in found):
            raise DataFileError(f"{path.name}: {name}: must be a list of lists of words")
        if not all(isinstance(word, str) for item in found for word in item):
            raise DataFileError(f"{path.name}: {name}: every word must be text; put it in quotes")
        return found

    def words(name: str) -> Words:
        return Words(word for item in lists(name) for word in item)

    def written(name: str) -> frozenset[str]:
        return frozenset(fold(word) for item in lists(name) for word in item)

    return ReferenceWords(
        plain=words("plain"),
        request=words("request"),
        seeking=words("seeking"),
        form=words("form"),
        application=words("application"),
        paper=words("paper"),
        singular=written("singular"),
        meaning=words("meaning"),
        meaning_signs=words("meaning_signs"),
        meaning_pairs=tuple((Words([first]), Words([second])) for first, second in lists("meaning_pairs")),
        town_prepositions=written("town_prepositions"),
        town_nouns=written("town_nouns"),
    )


@lru_cache(maxsize=20_000)
def _keys(folded: str, lemmas: tuple[str, ...]) -> Keys:
    return frozenset({folded, *map(fold, lemmas)})


@lru_cache(maxsize=20_000)
def _one_letter_apart(first: str, second: str) -> bool:
    """Whether one letter too many, too few, wrong, or two swapped make one word of the other."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    a, b = first[start:], second[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
