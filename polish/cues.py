"""Words that announce personal data of a kind ("PESEL:", "tel.", "numer konta"), in readings (`polish.reading`)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from polish import resources
from polish.searching import candidates

_BEFORE = 40
_AFTER = 30
_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r"[ :,(\n]*(?:- )?(?:(?:to|jest|moj|moja|nr|numer)[ :]+)*([^\W\d_]+)")


def cued(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern that the words around them announce as this kind."""
    # Most texts announce nothing, and then nothing needs to be searched.
    if _any_cue(kind).search(text):
        yield from (match for match in candidates(pattern, text) if is_cued(kind, text, *match.span()))


def cue_before(text: str, start: int) -> str | None:
    """Return the kind that the nearest telling word before a number announces, or None."""
    words = [*reversed(_words_before(text, start))]
    kinds = (_kind_of(word, "cues") for word in words)
    weak = (_kind_of(word, "weak_cues") for word in words)
    return next(filter(None, kinds), None) or next(filter(None, weak), None)


def is_cued(kind: str, text: str, start: int, end: int) -> bool:
    """Tell whether the words around a number announce this kind of number."""
    before = cue_before(text, start)
    return before == kind or (before is None and _cue_after(text, end) == kind)


def is_strictly_cued(kind: str, text: str, start: int) -> bool:
    """Tell whether the word right before a number can mean nothing but this kind ("tel.", not "numer")."""
    words = _words_before(text, start)
    return bool(words) and _kind_of(words[-1], "strict_cues") == kind


def _cue_after(text: str, end: int) -> str | None:
    match = _LINK.match(text[end : end + _AFTER])
    return _kind_of(match.group(1), "cues") if match else None


def _words_before(text: str, start: int) -> list[str]:
    # Another number in between has used the cue up.
    return _WORD.findall(re.split(r"[\d;\]]", text[max(0, start - _BEFORE) : start])[-1])


def _kind_of(word: str, strength: str) -> str | None:
    for kind, beginnings in resources.load("masking")[strength].items():
        if word.startswith(tuple(beginnings)):
            return str(kind)
    return None


@lru_cache(maxsize=32)
def _any_cue(kind: str) -> re.Pattern[str]:
    data = resources.load("masking")
    beginnings = [*data["cues"][kind], *data["weak_cues"].get(kind, ())]
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, beginnings))})")
