"""PINs and passwords somebody typed although nobody asked."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from polish import resources
from polish.folding import fold

Span = tuple[int, int]

_DIGITS = r"\d(?:[ \u00a0-]?\d){3,7}(?![\w-])"
_POSTCODE = re.compile(r"\d\d-\d{3}$")


def find_pins(text: str) -> Iterator[Span]:
    """Yield the places of PINs, passwords with digits and one-time codes next to a word that announces them."""
    folded = _same_length_fold(text)
    public = set(resources.load("masking")["public_codes"])
    for pattern in _patterns():
        for match in pattern.finditer(folded):
            secret = match.group("secret")
            code = "".join(filter(str.isdigit, secret))[:4]
            if match.group("cue") == "kod" and (_POSTCODE.match(secret) or code in public):
                continue
            yield match.span("secret")


def _same_length_fold(text: str) -> str:
    # Positions must hold for the original, so a letter that folds to several stays as it is.
    return "".join(folded if len(folded := fold(char)) == 1 else char for char in text)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    data = resources.load("masking")
    beginnings = sorted(data["cues"]["pin"], key=len, reverse=True)
    cue = rf"(?<!\w)(?P<cue>{_any_of(beginnings)})[a-z]{{0,4}}"
    link = rf"[\s:=,.\-(\"']+(?:{_any_of(data['pin_links'])})(?![a-z])"
    return (
        re.compile(rf"{cue}(?:{link}){{0,5}}[\s:=\-(\"']+(?P<secret>{_DIGITS})"),
        re.compile(rf"(?<![\w-])(?P<secret>{_DIGITS})(?:{link}){{1,3}}(?<=pin)(?P<cue>)"),
        # A password may hold letters; it is recognised by having digits among them.
        re.compile(
            r"(?<!\w)(?P<cue>hasl)[a-z]{0,3}(?: [a-z]{2,5}){0,2}\s*[:=]?\s+(?P<secret>(?=\S*\d)(?=\S*[a-z])\S{5,40})"
        ),
    )


def _any_of(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in words)
