"""How plain a Polish text is: its sentences, its hard words and its fog index."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from polish.morphology import lemmas_of

DEFAULT_FILE = Path(__file__).parent / "plain_language.yaml"
HARD_SYLLABLES = 4
"""A Polish word is long from so many syllables on, where an English one is from three."""

_WORD = re.compile(r"\w+(?:[.,:]\d+)*")
_STOP = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
_LAST_WORD = re.compile(r"\w+$")
_FIRST_SIGN = re.compile(r"[\W_]*(\w)")


@dataclass(frozen=True)
class Fog:
    """The fog index of a text and what it comes from."""

    words: int
    sentences: int
    hard: Mapping[str, int]
    """How often each hard word occurs, the most frequent first."""

    @property
    def words_a_sentence(self) -> float:
        """The average length of the sentences."""
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def hard_share(self) -> float:
        """The share of hard words, from 0 to 1."""
        return sum(self.hard.values()) / self.words if self.words else 0.0

    @property
    def index(self) -> float:
        """About the years of schooling that a reader needs."""
        return 0.4 * (self.words_a_sentence + 100 * self.hard_share)


class PlainLanguage:
    """Measures texts with one set of data about Polish.

    The fog index is Robert Gunning's (The Technique of Clear Writing, 1952): 0.4 times the sum of the average length
    of the sentences in words and of the percentage of hard words. For Polish, A. Seretny (LingVaria 2/2006) and the
    tool FOG-PL of the University of Wroclaw count words of four or more syllables as hard; as Jasnopis and its
    forerunner do (Broda and others, LREC 2014), the dictionary form is what is counted, so that an ending makes no word
    hard. Up to 9 is plain, 10 to 12 asks for a secondary school, 13 to 15 for first studies, 16 and more is difficult.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Take the content of `plain_language.yaml`."""
        vowels, softening = data["vowels"], data["softening"]
        self._syllable = re.compile(rf"(?!{softening}[{vowels}])[{vowels}]")
        self._abbreviations = frozenset(data["abbreviations"])
        self._terms = frozenset(data["terms"])
        self._remarks = re.compile("|".join(data["remarks"]) or r"(?!)")

    def sentences(self, text: str) -> tuple[str, ...]:
        """The sentences of a paragraph, without the remarks that every article must carry."""
        return tuple(part.strip() for part in self._split(self._remarks.sub("", text)) if _WORD.search(part))

    def syllables(self, word: str) -> int:
        """How many syllables a word has."""
        return len(self._syllable.findall(word.lower()))

    def is_hard(self, word: str) -> bool:
        """Whether a word is long in its dictionary form and none of those that cannot be avoided."""
        forms = lemmas_of(word.lower()) or (word.lower(),)
        return not self._terms.intersection(forms) and min(map(self.syllables, forms)) >= HARD_SYLLABLES

    def fog(self, sentences: Sequence[str]) -> Fog:
        """Measure the sentences of one text; numbers, abbreviations and names are words, but never hard."""
        read = [words(sentence) for sentence in sentences]
        hard = Counter(
            word.lower()
            for sentence in read
            for number, word in enumerate(sentence)
            if word.isalpha() and (word.islower() or (number == 0 and word.istitle())) and self.is_hard(word)
        )
        return Fog(sum(map(len, read)), len(read), dict(hard.most_common()))

    def _split(self, text: str) -> Iterator[str]:
        begun = 0
        for stop in _STOP.finditer(text):
            if self._ends_sentence(text, stop):
                yield text[begun : stop.end()]
                begun = stop.end()
        yield text[begun:]

    def _ends_sentence(self, text: str, stop: re.Match[str]) -> bool:
        last = _LAST_WORD.search(text[: stop.start()])
        if stop[0] == "." and last and last[0].lower() in self._abbreviations:
            return False
        following = _FIRST_SIGN.match(text, stop.end())
        return following is None or not following[1].islower()


def words(sentence: str) -> list[str]:
    """The words and numbers of a sentence in their order."""
    return _WORD.findall(sentence)


@lru_cache(maxsize=1)
def load_plain_language(path: Path = DEFAULT_FILE) -> PlainLanguage:
    """Read the data file."""
    return PlainLanguage(yaml.safe_load(path.read_text(encoding="utf-8")))
