"""Finds phrases of a data file in a text word by word: with gaps, alternatives and endings, and despite a typing error.

A phrase is words in a row: `a|b` is either, `word*` any ending, `?word` may be missing, `..` stands for up to three
other words, `two_words` are two words within alternatives, `^` and `$` are the ends of the text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

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
        found = next(self._found(words), None)
        return found[0].strip() if found else None

    def cut_from(self, words: str) -> str:
        """Return the words without the phrases."""
        rest, end = [], 0
        for found in self._found(words):
            rest.append(words[end : found.start()])
            end = found.end()
        return "".join([*rest, words[end:]])

    def _found(self, words: str) -> Iterator[re.Match[str]]:
        """Give the matches that do not overlap; only phrases that may begin with a word are compared there."""
        pattern, start, end = self._openings.pattern, 0, 0
        for word in words.split(" "):
            beginning = pattern(word) if start >= end else None
            found = beginning.match(words, start) if beginning else None
            if found:
                yield found
                end = found.end()
            start += len(word) + 1

    @cached_property
    def _openings(self) -> "_Openings":
        return _Openings([(_openings(phrase, self.spell), _compiled(phrase, self.spell)) for phrase in self.phrases])

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of the phrases that are long enough to be recognised with a typing error."""
        words = (word for phrase in self.phrases for word in re.split(r"[ |_]", phrase))
        spelt = (self.spell(word.strip("?*")) for word in words)
        return frozenset(word for word in spelt if len(word) >= _LEAST_CORRECTED)


class _Openings:
    """Patterns by the words with which they may begin."""

    def __init__(self, patterns: Sequence[tuple[Sequence[str], str]]) -> None:
        self._patterns = [pattern for _, pattern in patterns]
        self._anywhere = [number for number, (openings, _) in enumerate(patterns) if "*" in openings]
        self._whole: dict[str, list[int]] = {}
        self._beginnings: dict[str, list[int]] = {}
        for number, (openings, _) in enumerate(patterns):
            for opening in openings:
                kept = self._beginnings if opening.endswith("*") else self._whole
                kept.setdefault(opening.rstrip("*"), []).append(number)
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        self._compiled: dict[tuple[int, ...], re.Pattern[str]] = {}
        # The same words come again and again.
        self.pattern = lru_cache(maxsize=20_000)(self._pattern)

    def _pattern(self, word: str) -> re.Pattern[str] | None:
        """Return the patterns that may begin with a word, as one; the first of them wins, as they were given."""
        numbers = {*self._anywhere, *self._whole.get(word, ())}
        for length in self._lengths:
            numbers.update(self._beginnings.get(word[:length], ()))
        if not numbers:
            return None
        key = tuple(sorted(numbers))
        if key not in self._compiled:
            self._compiled[key] = re.compile("|".join(self._patterns[number] for number in key))
        return self._compiled[key]


def corrected(words: str, vocabulary: Iterable[str]) -> str:
    """Return the words, those that no dictionary knows as the one word of the vocabulary that is one error away."""
    known = frozenset(vocabulary)
    return "".join(f"{_corrected(word, known)} " for word in words.split())


@lru_cache(maxsize=20_000)
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


def _openings(phrase: str, spell: Spell) -> Sequence[str]:
    """Return the words with which a phrase may begin; a star ends those of which any ending will do."""
    openings: list[str] = []
    for part in phrase.split():
        if part in {"..", "$"}:
            return ["*"]
        if part != "^":
            first = (way.split("_")[0] for way in part.lstrip("?").split("|"))
            openings += (spell(word.rstrip("*")) + ("*" if word.endswith("*") else "") for word in first)
            if not part.startswith("?"):
                break
    return openings


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
