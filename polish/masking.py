"""Masking: personal data in free text replaced by the name of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from polish import resources
from polish.personal_data import FINDERS


@dataclass(frozen=True)
class Finding:
    """Personal data of one kind, at `start` to `end` of the original text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Masked:
    """A text without personal data, and what was found in the original."""

    text: str
    found: tuple[Finding, ...]


def mask(text: str) -> Masked:
    """Return the text with personal data replaced by "[PESEL]", "[KONTO]" and the like.

    The office's own public telephone number and addresses stay. Masking a masked text changes nothing.
    """
    found = _find(text)
    replacements = resources.load("masking")["replacements"]
    parts: list[str] = []
    read = 0
    for finding in found:
        parts += [text[read : finding.start], replacements[finding.kind]]
        read = finding.end
    return Masked("".join([*parts, text[read:]]), found)


def _find(text: str) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for kind, finder in FINDERS:
        for start, end in finder(text):
            if not _overlaps(found, start, end):
                found.append(Finding(kind, start, end))
    return tuple(sorted(found, key=lambda finding: finding.start))


def _overlaps(found: Sequence[Finding], start: int, end: int) -> bool:
    return any(start < other.end and other.start < end for other in found)
