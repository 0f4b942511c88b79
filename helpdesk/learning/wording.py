"""The words of an open question as they may be kept: masked, without names and numbers, or not at all."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from helpdesk.learning.names import names_in
from polish.folding import fold
from polish.masking import mask

LONGEST = 600
"""Characters of a question that are kept; a longer one is cut at a word."""
LEAST_LETTERS = 6
LEAST_WORDS = 2
"""Words beside courtesies that a question needs; a single word counts when it is long enough."""
LONE_WORD = 5

_FILE = Path(__file__).parent / "wording.yaml"
_WORD = re.compile(r"[^\W\d_]+")
_TOLD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PLACEHOLDER = re.compile(r"\[[^\]\s]{1,12}\]")
# Years, amounts and symbols of forms are short; what is longer may be somebody's number.
_LONG_NUMBER = re.compile(r"(?<![\w,.])\d(?:[ \-/.]?\d){5,}(?![\w])")
_POSTAL_CODE = re.compile(r"(?<!\d)\d{2}-\d{3}(?!\d)")
_AMOUNT = re.compile(r"\s*(?:zl|pln|eur|euro|tys)\b")
_DATE = re.compile(r"(?<!\d)\d{1,2}[.\-/ ]\d{1,2}[.\-/ ]((?:19|20)\d{2})(?!\d)")
_CALENDAR = re.compile(r"\d{1,2}[.\-/ ]\d{1,2}[.\-/ ](?:19|20)\d{2}$|(?:19|20)\d{2}[ \-/.]{1,3}(?:19|20)\d{2}$")


@lru_cache(maxsize=1)
def words_of() -> Mapping[str, Any]:
    """Return the data file of this module."""
    found: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def kept(text: str, *, known_names: Iterable[str] = ()) -> str | None:
    """Return the words of a question as they may be kept; None for what is no question.

    Personal data is masked (again), names are blotted out as far as they are known as names, and so are long numbers,
    addresses and insults.

    Args:
        text: the stored words of a customer, masked or not.
        known_names: the customer's own names, as far as the house knows them.
    """
    plain = " ".join(mask(text).text.split())
    for hide in (_without_birthdays, _without_streets, _without_numbers):
        plain = hide(plain)
    plain = _without_names(plain, known_names)
    plain = _without_abuse(_cut(plain))
    return plain if says_something(plain) else None


def says_something(text: str) -> bool:
    """Return whether words are left beside courtesies, insults and what was masked."""
    courtesies = frozenset(words_of()["courtesies"])
    told = [word for word in _TOLD.findall(fold(_PLACEHOLDER.sub(" ", text))) if word not in courtesies]
    if any(word[-1].isdigit() and not word.isdigit() for word in told):
        return True  # the symbol of a form
    if len(told) < LEAST_WORDS:
        return bool(told) and len(told[0]) >= LONE_WORD
    return sum(map(len, told)) >= LEAST_LETTERS


def without_placeholders(text: str) -> str:
    """Return a question without the names of what was masked, for comparing it with others."""
    return " ".join(_PLACEHOLDER.sub(" ", text).split())


def has_placeholders(text: str) -> bool:
    """Return whether something was masked in a question, so that it is no good example as it stands."""
    return _PLACEHOLDER.search(text) is not None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def _without_birthdays(text: str) -> str:
    """Of somebody's day of birth the year is kept: it decides about rights, and names nobody."""
    births = tuple(words_of()["birth"])

    def hidden(match: re.Match[str]) -> str:
        before = fold(text[max(0, match.start() - 25) : match.start()])
        born = any(word.startswith(births) for word in _WORD.findall(before))
        return match[1] if born or match[1] < "2000" else match[0]

    return _DATE.sub(hidden, text)


def _without_streets(text: str) -> str:
    signs = "|".join(words_of()["streets"])
    street = re.compile(rf"\b(?:{signs})\b\.?\s+(?:[^\W\d_][\w.\-]*\s+){{1,4}}\d{{1,4}}\w?(?:\s?/\s?\d{{1,4}})?", re.I)
    return street.sub(words_of()["address"], text)


def _without_numbers(text: str) -> str:
    def hidden(match: re.Match[str]) -> str:
        if _AMOUNT.match(fold(text[match.end() : match.end() + 8])) or _CALENDAR.match(match[0]):
            return match[0]
        return str(words_of()["number"])

    return _LONG_NUMBER.sub(hidden, _POSTAL_CODE.sub(words_of()["number"], text))


def _without_names(text: str, known: Iterable[str]) -> str:
    return _replaced(text, names_in(text, words_of(), known), words_of()["person"])


def _without_abuse(text: str) -> str:
    beginnings = tuple(words_of()["abuse_beginnings"])
    bad = [match.span() for match in _WORD.finditer(text) if fold(match[0]).startswith(beginnings)]
    return _replaced(text, bad, words_of()["abuse"])


def _replaced(text: str, spans: Sequence[tuple[int, int]], instead: str) -> str:
    parts, after = [], 0
    for start, end in spans:
        parts += [text[after:start], instead]
        after = end
    return "".join([*parts, text[after:]])
