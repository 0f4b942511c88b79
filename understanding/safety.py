"""Tells despair and danger to life from a message, whatever the dialogue is about: a net below Rasa's judgement.

It rests on phrases (`data/danger.yaml`), since a person at risk must be noticed for a reason that everybody can read.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from polish.folding import fold
from polish.transliteration import rough_latin
from understanding.phrases import Phrases, corrected, folded_words, rough_words
from understanding.words import data

_READ = 4_000
"""Characters that are looked at; more than a message may have."""


class DangerKind(str, Enum):
    """What the danger is; all of them call a person and name 112."""

    SUICIDE = "suicide"
    VIOLENCE = "violence"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Danger:
    """A danger to life: what it is, and the folded words that tell it (no personal data, but not for logs either)."""

    kind: DangerKind
    cue: str


@dataclass(frozen=True)
class _Net:
    suicide: Phrases
    violence: Phrases
    emergency: Phrases
    english: Phrases
    cyrillic: Phrases
    hardship: Phrases
    bereaved: Phrases
    exceptions: Phrases
    rough_exceptions: Phrases

    @property
    def polish(self) -> tuple[tuple[DangerKind, Phrases], ...]:
        return (
            (DangerKind.SUICIDE, self.suicide),
            (DangerKind.VIOLENCE, self.violence),
            (DangerKind.EMERGENCY, self.emergency),
            (DangerKind.SUICIDE, self.english),
        )


@lru_cache(maxsize=64)
def danger(text: str) -> Danger | None:
    """Return the danger to life that a message tells of, or None.

    Works on masked texts, without Polish letters, with a typing error, and in Ukrainian, Russian and English.
    """
    net, words = _net(), _words(text)
    for kind, phrases in net.polish:
        cue = phrases.found_in(words)
        if cue is not None:
            return Danger(kind, cue)
    cue = net.cyrillic.found_in(net.rough_exceptions.cut_from(rough_words(text[:_READ])))
    return None if cue is None else Danger(DangerKind.SUICIDE, cue)


def is_bereaved(text: str) -> bool:
    """Return whether a message tells of somebody's suicide: no danger of the writer, but words with tact are due."""
    return danger(text) is None and _net().bereaved.found_in(folded_words(text[:_READ])) is not None


def is_hardship(text: str) -> bool:
    """Return whether a message tells of want of food, money or a home, and of no danger to life."""
    return danger(text) is None and _net().hardship.found_in(_words(text)) is not None


@lru_cache(maxsize=64)
def _words(text: str) -> str:
    net = _net()
    words = corrected(folded_words(text[:_READ]), _vocabulary())
    return net.exceptions.cut_from(words)


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    return frozenset().union(*(phrases.vocabulary for _, phrases in _net().polish))


@lru_cache(maxsize=1)
def _net() -> _Net:
    raw: dict[str, list[str]] = data("danger")
    exceptions = raw.pop("exceptions")
    latin = {name: Phrases(tuple(phrases), fold) for name, phrases in raw.items() if name != "cyrillic"}
    is_latin = [fold(phrase).isascii() for phrase in exceptions]
    return _Net(
        cyrillic=Phrases(tuple(raw["cyrillic"]), rough_latin),
        exceptions=Phrases(tuple(one for one, here in zip(exceptions, is_latin, strict=True) if here), fold),
        rough_exceptions=Phrases(
            tuple(one for one, here in zip(exceptions, is_latin, strict=True) if not here), rough_latin
        ),
        **latin,
    )
