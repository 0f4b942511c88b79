"""Masking: personal data in free text replaced by the name of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from polish import resources
from polish.personal_data import FINDERS, find_public
from polish.reading import Span, read
from polish.secrets_in_text import TAKEN, find_lone_pin, find_pins

PIN = "pin"
"""The kind whose originals are kept nowhere."""


@dataclass(frozen=True)
class Finding:
    """Personal data of one kind, at `start` to `end` of the original text."""

    kind: str
    start: int
    end: int
    original: str | None = field(default=None, repr=False, compare=False)
    """The masked words themselves, for sealing; None for a PIN or a password, which nobody keeps."""


@dataclass(frozen=True)
class Masked:
    """A text without personal data, and what was found in the original."""

    text: str
    found: tuple[Finding, ...]


def mask(text: str, *, pin_expected: bool = False) -> Masked:
    """Return the text with personal data replaced by "[PESEL]", "[KONTO]" and the like.

    The office's own public telephone number and addresses stay. Masking a masked text changes nothing.

    Args:
        text: what somebody wrote.
        pin_expected: whether digits that stand alone are likely a PIN, because one was just asked for or announced.
    """
    found = _find(text, pin_expected)
    replacements = resources.load("masking")["replacements"]
    parts: list[str] = []
    after = 0
    for finding in found:
        parts += [text[after : finding.start], replacements[finding.kind]]
        after = finding.end
    return Masked("".join([*parts, text[after:]]), found)


def _find(text: str, pin_expected: bool) -> tuple[Finding, ...]:
    found: list[Finding] = []
    taken = bytearray(len(text))
    reading = read(text)
    public = [reading.span(*span) for span in find_public(reading.text)]
    for start, end in public:
        taken[start:end] = b"\x01" * (end - start)
    for kind, finder in FINDERS:
        for start, end in finder(reading.text):
            _add(found, taken, kind, *reading.span(start, end), text)
    known = [*((finding.start, finding.end) for finding in found), *public]
    rest = read(_without(text, known)) if known else reading
    for finder in (find_pins, find_lone_pin) if pin_expected else (find_pins,):
        for start, end in finder(rest.text):
            _add(found, taken, PIN, *rest.span(start, end), text)
    return tuple(sorted(found, key=lambda finding: finding.start))


def _add(found: list[Finding], taken: bytearray, kind: str, start: int, end: int, text: str) -> None:
    if not any(taken[start:end]):
        taken[start:end] = b"\x01" * (end - start)
        found.append(Finding(kind, start, end, None if kind == PIN else text[start:end]))


def _without(text: str, spans: Sequence[Span]) -> str:
    """Return the text with what is known blotted out: a PIN may be announced before another number."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = TAKEN * (end - start)
    return "".join(characters)
