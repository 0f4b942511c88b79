"""Detection: which language a customer writes, Polish whenever in doubt."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.lang_detect_exception import LangDetectException

from polish import resources
from polish.folding import fold
from polish.morphology import is_known

POLISH = "pl"

# The opening of a text tells its language; the rest would only cost time.
_READ = 1500
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
# What somebody else wrote, quoted in the customer's own words: it begins after a space and ends at a word's end.
_QUOTED = re.compile(
    r"(?<!\w)(?:\"[^\"]+\"|'[^']+'|[\u201e\u201c][^\u201d\u201c]+[\u201d\u201c]|\u00ab[^\u00bb]+\u00bb)(?!\w)"
)
_SURE = 0.99
_OWN_WORDS = 2
"""Fewer words around a quotation do not tell a language."""


@dataclass(frozen=True)
class Detection:
    """A language as ISO 639-1 code, and how sure this is (0 to 1)."""

    lang: str
    confidence: float


def detect(text: str) -> Detection:
    """Return the language of the text; Polish when short, without diacritics, or in doubt."""
    text = _without_quotations(text[:_READ])
    words = _WORD.findall(text)
    if not words:
        return Detection(POLISH, 0.5)
    script, share = _script(words)
    if script == "LATIN" or share < 0.5:
        return _detect_latin([word.lower() for word in words], text)
    if script == "CYRILLIC":
        return Detection(_cyrillic(text.lower(), words), share)
    return Detection(resources.load("languages")["scripts"].get(script, POLISH), share)


def _without_quotations(text: str) -> str:
    """Return what the writer says around a quotation, when that is a sentence; else the whole text."""
    rest = _QUOTED.sub(" ", text)
    return rest if len(_WORD.findall(rest)) >= _OWN_WORDS else text


def _script(words: Sequence[str]) -> tuple[str, float]:
    letters = Counter(unicodedata.name(char, "").split(" ")[0] for word in words for char in word)
    (script, count), *_ = letters.most_common(1)
    return script, count / sum(letters.values())


def _cyrillic(text: str, words: Sequence[str]) -> str:
    data = resources.load("languages")
    for entry in data["cyrillic_letters"]:
        if all(any(letter in text for letter in group) for group in entry["letters"]):
            return str(entry["lang"])
    lowered = [word.lower() for word in words]
    hits = {lang: sum(word in small for word in lowered) for lang, small in data["cyrillic_words"].items()}
    best = max(hits, key=lambda lang: hits[lang])
    return best if hits[best] else str(data["cyrillic_default"])


@dataclass(frozen=True)
class _Evidence:
    """What a text in Latin letters shows before the statistics of its letters are asked."""

    words: int
    polish: int
    """Small Polish words, and twice the distinct letters that only Polish has."""
    lang: str
    """The foreign language with most small words in the text."""
    foreign: int
    """How many of them there are."""
    odd_letters: int
    """Accented letters that Polish does not have."""
    known: float
    """Share of the words that the Polish dictionary knows."""
    framed: bool
    """Whether the dictionary knows the first two words and the last: what is foreign stands in between."""

    @property
    def is_polish(self) -> bool:
        if self.framed and self.polish >= 2:
            return True
        return not self.odd_letters and (self.polish > self.foreign or (self.known > 0.85 and self.foreign < 3))

    @property
    def is_foreign(self) -> bool:
        return self.foreign > max(self.polish, 1)

    def supports(self, guess: str, sure: float) -> bool:
        """Tell whether a guessed foreign language may be believed."""
        telling = self.foreign >= self.words / 3 and self.known < 0.6
        if guess == self.lang and self.foreign > self.polish and (self.is_foreign or telling):
            return True
        if self.odd_letters and self.known < 0.6 and sure > 0.7:
            return self.polish <= self.odd_letters + self.foreign
        return sure >= _SURE and self.known < 0.4 and self.words >= 5 and self.polish <= self.foreign


def _detect_latin(words: Sequence[str], text: str) -> Detection:
    if len(words) == 1:
        return _single(fold(words[0]))
    evidence = _weigh(words, text.lower())
    if evidence.is_polish:
        return Detection(POLISH, max(evidence.known, 0.6))
    if evidence.is_foreign and evidence.lang in resources.load("languages")["transliterated"]:
        # The statistics of letters know these languages only in their own script.
        return Detection(evidence.lang, 0.8)
    guess, sure = _guess(text)
    if guess == POLISH or evidence.supports(guess, sure):
        return Detection(guess, sure)
    if evidence.is_foreign and evidence.foreign > 0.2 * evidence.words:
        # In a short sentence small words say more than letters do.
        trusted = evidence.odd_letters or evidence.words > 12
        return Detection(guess if trusted else evidence.lang, 0.8)
    return Detection(POLISH, 0.5)


def _weigh(words: Sequence[str], text: str) -> _Evidence:
    # A word with an accent that Polish does not have is none of its words, though it folds to one.
    foreign_letters = _distinct("foreign_letters")
    own = [fold(word) for word in words if foreign_letters.isdisjoint(word)]
    own_words = sum(map(_distinct("polish_words").__contains__, own))
    own_letters = len(_distinct("polish_letters").intersection(text))
    edges = [fold(word) for word in (*words[:2], words[-1])]
    lang, hits = _foreign_words({fold(word) for word in words})
    return _Evidence(
        words=len(words),
        polish=own_words + 2 * own_letters,
        lang=lang,
        foreign=hits,
        odd_letters=0 if foreign_letters.isdisjoint(text) else sum(map(foreign_letters.__contains__, text)),
        known=_known_share(own, len(words) - len(own)),
        framed=len(words) > len(edges) and all(word in own and is_known(word) for word in edges),
    )


def _single(word: str) -> Detection:
    for lang, openings in resources.load("languages")["openings"].items():
        if word in openings:
            return Detection(str(lang), 0.7)
    return Detection(POLISH, 0.9 if is_known(word) else 0.5)


def _foreign_words(words: Collection[str]) -> tuple[str, int]:
    counts = {lang: len(small.intersection(words)) for lang, small in _small_words().items()}
    best = max(counts, key=lambda lang: counts[lang])
    return best, counts[best]


@cache
def _distinct(name: str) -> frozenset[str]:
    return frozenset(resources.load("languages")[name])


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    return {str(lang): frozenset(words) for lang, words in resources.load("languages")["foreign_words"].items()}


def _known_share(words: Sequence[str], unknown: int) -> float:
    # Words of one and two letters exist in every language.
    long = [word for word in words if len(word) > 2] or list(words)
    return sum(is_known(word) for word in long) / (len(long) + unknown)


def _guess(text: str) -> tuple[str, float]:
    detector = _factory().create()
    detector.append(text)
    try:
        best = detector.get_probabilities()[0]
    except (LangDetectException, IndexError):
        return POLISH, 0.5
    return str(best.lang).split("-")[0], float(best.prob)


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    # The library draws random samples; a fixed seed makes equal texts give equal answers.
    factory.seed = 0
    factory.load_profile(PROFILES_DIRECTORY)
    return factory
