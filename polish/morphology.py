"""Morphology: dictionary forms of one Polish word, also when it was typed without Polish letters."""

import threading
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from operator import itemgetter

import morfeusz2

# What a letter typed on a foreign keyboard may stand for.
_RESTORATIONS = {
    "a": "\u0105",
    "c": "\u0107",
    "e": "\u0119",
    "l": "\u0142",
    "n": "\u0144",
    "o": "\u00f3",
    "s": "\u015b",
    "z": "\u017c\u017a",
}
# Nearly all Polish words have at most four such letters; the second bound keeps hostile input cheap.
_MOST_RESTORED_LETTERS = 4
_MOST_VARIANTS = 800
_LONGEST_WORD = 40
# Small words ("ile", "mi") are far more frequent than the rare nouns that look like them.
_SMALL_WORDS = frozenset({"num", "prep", "conj", "comp", "part", "ppron12", "ppron3", "siebie", "pred"})

# A Morfeusz object must not be used by two threads at once.
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _dictionary() -> morfeusz2.Morfeusz:
    return morfeusz2.Morfeusz(generate=False)


@lru_cache(maxsize=50_000)
def lemmas_of(word: str) -> tuple[str, ...]:
    """Return the distinct dictionary forms of a lower-case word, those of small words first.

    A word the dictionary does not know is tried with Polish letters restored, fewest changes first.
    The result is empty when no spelling is known.
    """
    if len(word) > _LONGEST_WORD:
        return ()
    known = _look_up(word)
    if known:
        return known
    return _look_up_restored(word)


def is_known(word: str) -> bool:
    """Tell whether a lower-case word, or a restored spelling of it, is in the Polish dictionary."""
    return bool(lemmas_of(word))


def _look_up_restored(word: str) -> tuple[str, ...]:
    tried = 0
    for changes in range(1, _MOST_RESTORED_LETTERS + 1):
        found: dict[str, None] = {}
        for variant in _variants(word, changes):
            tried += 1
            if tried > _MOST_VARIANTS:
                return tuple(found)
            found.update(dict.fromkeys(_look_up(variant)))
        if found:
            return tuple(found)
    return ()


def _variants(word: str, changes: int) -> Iterator[str]:
    places = [place for place, letter in enumerate(word) if letter in _RESTORATIONS]
    for chosen in combinations(places, changes):
        variants = [list(word)]
        for place in chosen:
            variants = [
                [*letters[:place], restored, *letters[place + 1 :]]
                for letters in variants
                for restored in _RESTORATIONS[word[place]]
            ]
        yield from ("".join(letters) for letters in variants)


def _look_up(word: str) -> tuple[str, ...]:
    with _lock:
        readings = _dictionary().analyse(word)
    known = [
        (start, end, tag.split(":")[0] not in _SMALL_WORDS, lemma)
        for start, end, (_, lemma, tag, *_) in readings
        if tag not in {"ign", "interp"}
    ]
    if len(known) < len(readings) or not known:
        return ()
    # A word such as a conditional is cut into segments; its meaning is in the first of them.
    longest = max(end for start, end, *_ in known if start == 0)
    whole = [(rank, lemma) for start, end, rank, lemma in known if start == 0 and end == longest]
    ordered = sorted(whole, key=itemgetter(0))
    # An underscore marks the long name behind an abbreviation, which nobody meant.
    return tuple(dict.fromkeys(_bare(lemma) for _, lemma in ordered if "_" not in lemma))


def _bare(lemma: str) -> str:
    # The dictionary numbers its homonyms, as in "z:P".
    return (lemma.split(":", 1)[0] or lemma).lower()
