"""PINs and passwords somebody typed although nobody asked, in a reading of a text."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from polish import resources
from polish.reading import read

Span = tuple[int, int]

TAKEN = "\x1f"
"""Stands for each character that is personal data of another kind."""
_BETWEEN = r"[ \-.,/_*]{0,3}"
_DIGITS = rf"\d(?:{_BETWEEN}\d){{3,7}}(?![\w\-]|[.,]\d)"
_SEPARATOR = rf"[\s:=,.\-(\"'#*>{TAKEN}„”«»]"
_POSTCODE = re.compile(r"\d\d-\d{3}$")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\d{4}[./-]\d\d[./-]\d\d")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_YEAR_AFTER = re.compile(r"\s?r(?:\.|ok|\b)")
_LEAST_DIGITS = 4
_LONE = re.compile(rf"\W*({_DIGITS})\W*")


def find_pins(text: str) -> Iterator[Span]:
    """Yield the places of PINs, passwords and one-time codes next to a word that announces them."""
    for pattern in _patterns():
        for match in pattern.finditer(text):
            if not _is_harmless(match, text):
                yield match.span("secret")
    for pattern in _spoken_patterns():
        for match in pattern.finditer(text):
            if _spoken_digits(match.group("secret")) >= _LEAST_DIGITS:
                yield match.span("secret")


def find_lone_pin(text: str) -> Iterator[Span]:
    """Yield the place of a PIN in a text that is nothing but its digits, written in any way."""
    lone = _LONE.fullmatch(text)
    if lone and not _POSTCODE.match(lone.group(1)):
        yield lone.span(1)
    words = re.fullmatch(rf"\s*({_sequence()})[\s.!]*", text)
    if words and _spoken_digits(words.group(1)) >= _LEAST_DIGITS:
        yield words.span(1)


def announces_pin(text: str) -> bool:
    """Tell whether a text (as it was written) ends by announcing a PIN, so that the next message may be one."""
    cue, link = _cue(), _link()
    return re.search(rf"{cue}(?:{link}){{0,5}}[\s:=\-.?!]*$", read(text).text) is not None


def _is_harmless(match: re.Match[str], text: str) -> bool:
    secret, cue = match.group("secret"), match.group("cue")
    if _DATE.fullmatch(secret) or _POSTCODE.match(secret):
        return True
    if _YEAR.match(secret) and (_YEAR_AFTER.match(text, match.end("secret")) or cue == "year"):
        return True
    code = "".join(filter(str.isdigit, secret))[:4]
    return cue.startswith("kod") and code in resources.load("masking")["public_codes"]


@lru_cache(maxsize=1)
def _cue() -> str:
    data = resources.load("masking")
    endings = _any_of(sorted(data["pin_endings"], key=len, reverse=True))
    beginnings = _any_of(sorted(data["cues"]["pin"], key=len, reverse=True))
    return rf"(?<!\w)(?P<cue>p[. ]?i[. ]?n\.?|{beginnings})(?:-?(?:{endings}))?(?![^\W\d_])"


@lru_cache(maxsize=1)
def _link() -> str:
    return rf"(?:{_SEPARATOR}+(?:{_any_of(resources.load('masking')['pin_links'])})(?![^\W\d_]))"


@lru_cache(maxsize=1)
def _sequence() -> str:
    words = _any_of(sorted(resources.load("masking")["number_words"], key=len, reverse=True))
    token = rf"(?:(?:{words})(?![^\W\d_])|\d{{1,4}}(?!\w))"
    return rf"{token}(?:[\s,.\-/]+{token}){{1,11}}"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    cue, link = _cue(), _link()
    after = r"(?P<cue>pin|kod|hasl|token)"
    says_so = r"[\s:=,.\-(\"']+(?:to|jest|moj|moje)(?![a-z])"
    return (
        re.compile(rf"{cue}{link}{{0,6}}{_SEPARATOR}*(?P<secret>{_DIGITS})"),
        re.compile(rf"(?<![\w-])(?P<secret>{_DIGITS}){says_so}{link}{{0,2}}{_SEPARATOR}*{after}"),
        # Without "to": a year before the word is a year ("od 2024 PIN nie działa").
        re.compile(rf"(?<![\w-])(?P<secret>(?!(?:19|20)\d\d\b){_DIGITS})[\s:=,.\-(\"']{{1,3}}(?P<cue>pin)(?![^\W\d_])"),
        # A password may hold letters; it is recognised by having digits or signs among them.
        re.compile(
            r"(?<!\w)(?P<cue>hasl|passw|parol)[^\W\d_]{0,5}(?: [^\W\d_]{1,7}){0,2}\s*[:=]?\s+"
            r"(?P<secret>(?=\S*[\d!@#$%^&*])(?=\S*[^\W\d_])[^\s\x1f]{5,40})"
        ),
    )


@lru_cache(maxsize=1)
def _spoken_patterns() -> tuple[re.Pattern[str], ...]:
    cue, link, sequence = _cue(), _link(), _sequence()
    return (
        re.compile(rf"{cue}{link}{{0,6}}{_SEPARATOR}+(?P<secret>{sequence})"),
        re.compile(rf"(?<!\w)(?P<secret>{sequence}){link}{{0,3}}{_SEPARATOR}+pin(?![^\W\d_])"),
    )


def _spoken_digits(sequence: str) -> int:
    """Return how many digits a row of number words (with digits among them) stands for; 0 without any word."""
    if not any(character.isalpha() for character in sequence):
        return 0
    sizes = resources.load("masking")["number_words"]
    total = room = 0
    for word in re.findall(r"[^\W_]+", sequence):
        size = len(word) if word.isdigit() else int(sizes[word])
        # "czterdzieści osiem" fills the places that "czterdzieści" has opened.
        if size < room and not word.isdigit():
            room = size
        else:
            total, room = total + size, 0 if word.isdigit() else size
    return total


def _any_of(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in words)
