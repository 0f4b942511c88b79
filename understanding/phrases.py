"""Finds phrases of a data file in a text word by word: with gaps, alternatives and endings, and despite a typing error.

A phrase is words in a row: `a|b` is either, `word*` any ending, `?word` may be missing, `..` stands for up to three
other words, `two_words` are two words within alternatives, `^` and `$` are the ends of the text.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from polish.folding import fold
from polish.morphology import is_known
from polish.transliteration import rough_latin

GAP = 3
_WORD = re.compile(r"[^\W_]+")
_MASKED = re.compile(r"\[[A-Z]+\]")
_LEAST_CORRECTED = 5
"""Shorter words have too many neighbours to be corrected."""
_SIGNS = {"..": rf"(?:\S+ ){{0,{GAP}}}", "^": r"\A", "$": r"\Z"}

Spell = Callable[[str], str]


def folded_words(text: str) -> str:
    """Return a text as folded words, each followed by one blank; masked personal data is left out."""
    return "".join(f"{word} " for word in _WORD.findall(fold(_MASKED.sub(" ", text))))


def rough_words(text: str) -> str:
    """Return a text as words in the rough Latin spelling, each followed by one blank."""
    return "".join(f"{word} " for word in _WORD.findall(rough_latin(_MASKED.sub(" ", text))))


@dataclass(frozen=True)
class Phrases:
    """Phrases, spelt as the texts they are looked for in."""

    phrases: tuple[str, ...]
    spell: Spell = fold

    def found_in(self, words: str) -> str | None:
        """Return the phrase found in such words as `folded_words` gives, or None."""
        found = self._pattern.search(words)
        return found[0].strip() if found else None

    def cut_from(self, words: str) -> str:
        """Return the words with each of the phrases replaced by a sign that no phrase goes over."""
        return self._pattern.sub("", words) if self.phrases else words

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(_compiled(phrase, self.spell) for phrase in self.phrases) or r"(?!)")

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of the phrases that are long enough to be recognised with a typing error."""
        words = (word for phrase in self.phrases for word in re.split(r"[ |_]", phrase))
        spelt = (self.spell(word.strip("?*")) for word in words)
        return frozenset(word for word in spelt if len(word) >= _LEAST_CORRECTED)


def corrected(words: str, vocabulary: Iterable[str]) -> str:
    """Return the words, those that no dictionary knows as the one word of the vocabulary that is one error away."""
    known = frozenset(vocabulary)
    return "".join(f"{_corrected(word, known)} " for word in words.split())


def _corrected(word: str, vocabulary: frozenset[str]) -> str:
    if len(word) < _LEAST_CORRECTED or word in vocabulary or not word.isalpha() or is_known(word):
        return word
    near = [one for one in vocabulary if abs(len(one) - len(word)) <= 1 and _one_error(word, one)]
    return near[0] if len(near) == 1 else word


def _one_error(word: str, right: str) -> bool:
    """Whether one letter is wrong, missing or too much, or two neighbours changed places."""
    start = 0
    while start < min(len(word), len(right)) and word[start] == right[start]:
        start += 1
    rest, wanted = word[start:], right[start:]
    swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:] or swapped


def _compiled(phrase: str, spell: Spell) -> str:
    return r"(?<!\S)" + "".join(_word(part, spell) for part in phrase.split())


def _word(part: str, spell: Spell) -> str:
    if part in _SIGNS:
        return _SIGNS[part]
    optional = part.startswith("?")
    ways: Sequence[str] = [_way(way, spell) for way in part.lstrip("?").split("|")]
    return f"(?:{'|'.join(ways)}){'?' if optional else ''}"


def _way(way: str, spell: Spell) -> str:
    words = (re.escape(spell(word.rstrip("*"))) + (r"\S*" if word.endswith("*") else "") for word in way.split("_"))
    return "".join(f"{word} " for word in words)
