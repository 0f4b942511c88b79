"""The office's branches: which of them is meant by a postal code or by a town."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import DataFileError
from knowledge.reference_words import load_reference_words
from polish.analysis import Token, analyse

DEFAULT_FILE = Path(__file__).parent / "offices.yaml"

# Letters and mails are cut: where somebody lives stands in their first pages.
_LONGEST_TEXT = 6000
_LONGEST_NAME = 60
_CODE = re.compile(r"(\d{2})(?:\s?[-\u2013]?\s?\d{3})?")
_SENTENCE_ENDS = ".!?:\n"
_CODE_IN_TEXT = re.compile(r"(?<![\d-])(\d{2})[-\u2013]\d{3}(?!\s?\d|-)")


class OfficeKind(str, Enum):
    """What an office is in the order of offices."""

    HEAD_OFFICE = "head_office"
    BRANCH = "branch"
    INSPECTORATE = "inspectorate"


@dataclass(frozen=True)
class Office:
    """An office, and the first two digits of the postal codes it is said to serve.

    No source confirms the codes (`prefixes_confirmed`): whoever shows an office found by one says that the
    customer should check it in the search of branches on zus.pl or by telephone. `source` and `as_of` say who
    names the office and when; an office that is not `confirmed` is on the publicly known list only.
    """

    name: str
    kind: OfficeKind
    city: str
    city_forms: tuple[str, ...]
    """The inflected names of the city."""
    voivodeship: str
    postal_prefixes: tuple[str, ...]
    prefixes_confirmed: bool
    confirmed: bool
    common_word: bool
    """The city's name is also another word."""
    address: str | None
    as_of: str | None
    source: str | None
    parent: str | None
    note: str | None


def load_offices(path: Path = DEFAULT_FILE) -> tuple[Office, ...]:
    """Read the offices of a YAML file. Raises DataFileError that names the entry at fault."""
    entries: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(_office(path.name, number, entry) for number, entry in enumerate(entries, start=1))


class Offices:
    """Finds the offices that customers visit; the head office is none of them."""

    def __init__(self, offices: Sequence[Office]) -> None:
        """Take the offices in the order in which they are to be shown."""
        self.offices = tuple(offices)
        words = load_reference_words()
        self._prepositions, self._nouns = words.town_prepositions, words.town_nouns
        self._visited = tuple(office for office in offices if office.kind is not OfficeKind.HEAD_OFFICE)
        towns: dict[tuple[str, ...], list[Office]] = {}
        for office in self._visited:
            for name in dict.fromkeys(map(_words, (office.city, *office.city_forms))):
                towns.setdefault(name, []).append(office)
        self._towns: Mapping[tuple[str, ...], Sequence[Office]] = towns
        self._uninflected = frozenset(_words(office.city) for office in self._visited)
        self._longest_town = max(map(len, towns), default=0)

    def for_postal_code(self, code: str) -> tuple[Office, ...]:
        """The offices for a postal code or its first two digits; none for what is not a code."""
        read = _CODE.fullmatch(code.strip())
        return tuple(office for office in self._visited if read and read[1] in office.postal_prefixes)

    def for_town(self, name: str) -> tuple[Office, ...]:
        """The offices in a town; its name may be inflected, lack Polish letters and follow a preposition."""
        words = _words(name) if len(name) <= _LONGEST_NAME else ()
        while words and words[0] in self._prepositions | self._nouns:
            words = words[1:]
        return tuple(self._towns.get(words, ()))

    def in_text(self, text: str) -> tuple[Office, ...]:
        """The offices that a text means by postal codes and towns; those meant by both when there are any."""
        alone = self.for_town(text)
        if alone:
            return alone
        beginning = text[:_LONGEST_TEXT]
        codes = [office for code in _CODE_IN_TEXT.findall(beginning) for office in self.for_postal_code(code)]
        towns = list(self._in_towns(beginning))
        both = [office for office in towns if office in codes]
        return tuple(dict.fromkeys(both or codes or towns))

    def _in_towns(self, text: str) -> Iterator[Office]:
        tokens = analyse(text)
        place = 0
        while place < len(tokens):
            town = self._town_at(tokens, place)
            for office in self._towns.get(town, ()):
                if not office.common_word or self._is_introduced(text, tokens, place):
                    yield office
            place += len(town) or 1

    def _town_at(self, tokens: Sequence[Token], place: int) -> tuple[str, ...]:
        words = tuple(token.folded for token in tokens[place : place + self._longest_town])
        return next((words[:size] for size in range(len(words), 0, -1) if words[:size] in self._towns), ())

    def _is_introduced(self, text: str, tokens: Sequence[Token], place: int) -> bool:
        """Whether a name that is also another word is written, or introduced, as that of a town."""
        previous = tokens[place - 1].folded if place else ""
        # "z piłą" is with a saw; the town would be "z Piły".
        inflected = (tokens[place].folded,) not in self._uninflected
        if previous in self._nouns or (inflected and previous in self._prepositions):
            return True
        before = text[: tokens[place].start].rstrip()
        # A word that begins a sentence has a capital letter anyway.
        return tokens[place].text[0].isupper() and bool(before) and before[-1] not in _SENTENCE_ENDS


@lru_cache(maxsize=5_000)
def _words(name: str) -> tuple[str, ...]:
    return tuple(token.folded for token in analyse(name))


def _office(file: str, number: int, entry: dict[str, Any]) -> Office:
    try:
        return Office(
            name=str(entry["name"]),
            kind=OfficeKind(entry["kind"]),
            city=str(entry["city"]),
            city_forms=tuple(map(str, entry["city_forms"])),
            voivodeship=str(entry["voivodeship"]),
            postal_prefixes=tuple(map(str, entry["postal_prefixes"])),
            prefixes_confirmed=bool(entry["prefixes_confirmed"]),
            confirmed=bool(entry["confirmed"]),
            common_word=bool(entry.get("common_word", False)),
            address=entry.get("address"),
            as_of=entry.get("as_of"),
            source=entry.get("source"),
            parent=entry.get("parent"),
            note=entry.get("note"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise DataFileError(f"{file}: entry {number}: {problem!r} is missing or wrong") from problem
