"""Where people's names stand in a text: what the dictionary knows as names, what follows a cue, and known ones."""

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import morfeusz2

from polish.folding import fold

Span = tuple[int, int]

# What is in brackets was masked before.
_WORD = re.compile(r"(?<![\[\w])[^\W\d_]+(?:-[^\W\d_]+)?")
# The names of the dictionary's own kinds, folded.
_GIVEN, _FAMILY, _COMMON = "imie", "nazwisko", "nazwa_pospolita"
_MOST_AFTER_CUE = 2
_SHORTEST_STEM = 3

# A Morfeusz object must not be used by two threads at once.
_lock = threading.Lock()


def names_in(text: str, cues: Mapping[str, Any], known: Iterable[str] = ()) -> Sequence[Span]:
    """Return the places of people's names in a text, in their order, names that stand together as one.

    A given name that is no other word counts when it has a capital letter; beside it, what may be a family name. After
    a cue such as "my name is" any word counts.

    Args:
        text: the words.
        cues: `before_a_name`, `before_a_capital` and `between`, folded.
        known: names of the customer, also found in other cases of the inflection.
    """
    words = list(_WORD.finditer(text))
    marked = _after_cues(words, cues) | _of_the_dictionary(words) | _known(words, known)
    return _together(text, [words[number].span() for number in sorted(marked)])


def _of_the_dictionary(words: Sequence[re.Match[str]]) -> set[int]:
    found: set[int] = set()
    for number, word in enumerate(words):
        kinds = _kinds(word[0])
        if not word[0][0].isupper() or _GIVEN not in kinds:
            continue
        is_sure = _COMMON not in kinds
        beside = {number + 1} if _may_be_family(words, number + 1, sure=False) else set()
        # Before a given name stands the first word of a sentence more often than a family name.
        beside |= {number - 1} if _may_be_family(words, number - 1, sure=True) else set()
        if beside or is_sure:
            found |= {number, *beside}
    return found


def _may_be_family(words: Sequence[re.Match[str]], number: int, *, sure: bool) -> bool:
    """Whether a word may be the family name beside a given one; to be sure, it must be no other word."""
    if not 0 <= number < len(words):
        return False
    word, kinds = words[number][0], _kinds(words[number][0])
    if not word[0].isupper() or (word.isupper() and len(word) > 1) or (sure and _COMMON in kinds):
        return False
    # What the dictionary does not know at all is a family name here.
    return _FAMILY in kinds or not kinds


def _after_cues(words: Sequence[re.Match[str]], cues: Mapping[str, Any]) -> set[int]:
    folded = [fold(word[0]) for word in words]
    found: set[int] = set()
    for cue in cues["before_a_name"]:
        parts = cue.split()
        for start in range(len(folded) - len(parts) + 1):
            if folded[start : start + len(parts)] == parts:
                found |= _following(words, folded, start + len(parts), cues["between"], capital=False)
    for number, word in enumerate(folded):
        if word in cues["before_a_capital"]:
            found |= _following(words, folded, number + 1, cues["between"], capital=True)
    return found


def _following(
    words: Sequence[re.Match[str]], folded: Sequence[str], start: int, between: Sequence[str], *, capital: bool
) -> set[int]:
    while start < len(words) and folded[start] in between:
        start += 1
    found: set[int] = set()
    for number in range(start, min(start + _MOST_AFTER_CUE, len(words))):
        kinds = _kinds(words[number][0])
        fits = words[number][0][0].isupper() if capital else not kinds or {_GIVEN, _FAMILY} & kinds
        if not fits or (capital and _COMMON in kinds and not {_GIVEN, _FAMILY} & kinds):
            break
        found.add(number)
    return found


def _known(words: Sequence[re.Match[str]], known: Iterable[str]) -> set[int]:
    names = [fold(part) for name in known for part in _WORD.findall(name) if len(part) > _SHORTEST_STEM]
    return {
        number
        for number, word in enumerate(words)
        if word[0][0].isupper() and any(_is_a_case(fold(word[0]), name) for name in names)
    }


def _is_a_case(word: str, name: str) -> bool:
    """Whether a word may be a name in another case: they share all but the last two letters of the name."""
    stem = name[: max(_SHORTEST_STEM, len(name) - 2)]
    return word.startswith(stem) and len(word) <= len(name) + 3


def _together(text: str, spans: Sequence[Span]) -> Sequence[Span]:
    if not spans:
        return []
    joined = [spans[0]]
    for (_, before), (start, end) in pairwise(spans):
        if text[before:start].strip(" -") == "":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


@lru_cache(maxsize=1)
def _dictionary() -> morfeusz2.Morfeusz:
    return morfeusz2.Morfeusz(generate=False)


@lru_cache(maxsize=20_000)
def _kinds(word: str) -> frozenset[str]:
    """What a word may be: its kinds of names in the dictionary, `nazwa_pospolita` for others; empty if unknown."""
    with _lock:
        readings = _dictionary().analyse(word[:1].upper() + word[1:].lower())
    found: set[str] = set()
    for _, _, (_, lemma, tag, names, _) in readings:
        if tag != "ign" and "_" not in lemma:
            found |= set(map(fold, names)) or {_COMMON}
    return frozenset(found)
