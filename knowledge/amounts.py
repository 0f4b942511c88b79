"""Amounts that change with the years: kept once, with their validity and sources, and named in the articles.

A text says `{{id}}` for an amount and `{{id:part}}` for one of its dates; what is read there depends on the day.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from knowledge.article import Article, Source
from knowledge.errors import DataFileError
from knowledge.polish_dates import POLISH, date_in

DEFAULT_FILE = Path(__file__).parent / "amounts.yaml"

_TEMPLATES = Path(__file__).parent / "templates"
_FILLED_FIELDS = frozenset({"summary", "steps", "documents", "deadlines", "where", "fees", "body"})
_ID = re.compile(r"[a-z0-9-]+")
_BRACE = re.compile(r"[{}].{0,40}")
_NUMBER = re.compile(r"\d+(,\d+)?")
_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_LEAST_DIVIDED = 5


class Part(str, Enum):
    """What of an amount a reference with a part stands for."""

    FROM = "from"
    UNTIL = "until"
    YEAR = "year"
    """The year in which the validity begins."""
    AS_OF = "as_of"
    """The date for which the source gives the value."""


@dataclass(frozen=True)
class Value:
    """What an amount is from one day until another, both included."""

    start: date | None
    """None when no source says since when."""
    end: date | None
    """None when no end is known."""
    number: str
    source: Source

    def holds_on(self, day: date) -> bool:
        """Whether this is the amount on `day`."""
        return self.has_begun_by(day) and (self.end is None or day <= self.end)

    def has_begun_by(self, day: date) -> bool:
        """Whether the validity begins on `day` or before; an unknown beginning lies behind."""
        return self.start is None or self.start <= day

    def date_of(self, part: Part) -> date | str | None:
        """The date that a part stands for, as precise as it is known, or None when it is unknown."""
        if part is Part.AS_OF:
            return self.source.as_of
        if part is Part.UNTIL:
            return self.end
        return f"{self.start:%Y}" if self.start and part is Part.YEAR else self.start


@dataclass(frozen=True)
class Amount:
    """One amount and its values, the oldest first; there may be gaps between them, but no overlaps."""

    id: str
    name: str
    unit: str
    values: tuple[Value, ...]

    def on(self, day: date) -> Value:
        """The value on `day`, else the last one before it, else the first one to come."""
        begun = [value for value in self.values if value.has_begun_by(day)]
        return begun[-1] if begun else self.values[0]


@dataclass(frozen=True)
class Wording:
    """The words and signs around numbers and dates."""

    units: Mapping[str, Mapping[str, str]]
    parts: Mapping[str, Part]
    date_form: str
    no_longer: str
    not_yet: str
    thousands: str
    belongs_to_value: Sequence[str]
    lang: str = POLISH

    def reference(self) -> re.Pattern[str]:
        """What finds references, with the groups `id`, `part`, and `rest`: words that belong to the value."""
        parts, words = ("|".join(map(re.escape, texts)) for texts in (self.parts, self.belongs_to_value))
        return re.compile(rf"\{{\{{(?P<id>{_ID.pattern})(?::(?P<part>{parts}))?\}}\}}(?P<rest>(?: (?:{words})\b)*)")

    def dated(self, day: date | str) -> str:
        """A date in words."""
        return self.date_form.format(date=date_in(day, self.lang))

    def valued(self, amount: Amount, rest: str, day: date) -> str:
        """An amount with its unit and the words that belong to it, and with its validity unless it holds on `day`."""
        unit, value = self.units[amount.unit], amount.on(day)
        text = unit["shown"].format(value=self._divided(value.number)) + rest
        if value.holds_on(day):
            return text
        ended = value.has_begun_by(day)
        remark, limit = (self.no_longer, value.end) if ended else (self.not_yet, value.start)
        return remark.format(amount=text, called=unit["called"], date=self.dated(limit or day))

    def _divided(self, number: str) -> str:
        whole, comma, rest = number.partition(",")
        divided = f"{int(whole):,}".replace(",", self.thousands) if len(whole) >= _LEAST_DIVIDED else whole
        return divided + comma + rest


class Amounts:
    """All amounts by id; fills texts with them."""

    def __init__(self, amounts: Sequence[Amount], wording: Wording) -> None:
        """Take amounts with distinct ids."""
        self.by_id: Mapping[str, Amount] = MappingProxyType({amount.id: amount for amount in amounts})
        self._wording = wording
        self._reference = wording.reference()

    def told_in(self, lang: str) -> "Amounts":
        """The same amounts in the words of a translation."""
        return Amounts(tuple(self.by_id.values()), _wording(lang))

    def references(self, text: str) -> tuple[str, ...]:
        """The references in a text, `id` or `id:part`, in their order."""
        return tuple(":".join(filter(None, (found["id"], found["part"]))) for found in self._reference.finditer(text))

    def fill(self, text: str, day: date) -> str:
        """The text as it reads on `day`. Raises DataFileError for a reference that `problems` would report."""
        return self._reference.sub(lambda found: self._words(found, day), text)

    def filled(self, article: Article, day: date) -> Article:
        """The article as it reads on `day`."""
        fill = partial(self.fill, day=day)
        return replace(
            article,
            summary=fill(article.summary),
            steps=tuple(map(fill, article.steps)),
            documents=tuple(map(fill, article.documents)),
            deadlines=tuple(map(fill, article.deadlines)),
            where=tuple(map(fill, article.where)),
            fees=fill(article.fees),
            body=fill(article.body),
        )

    def problems(self, article: Article) -> list[str]:
        """What is wrong with the article's references, each with the name of the field; nothing when all is well."""
        found: list[str] = []
        for name, text in _texts(article):
            if name in _FILLED_FIELDS:
                found += (f"{name}: {reason}" for reason in self._faults(text))
            elif "{{" in text:
                found.append(f"{name}: amounts are not filled in here")
        return found

    def expired(self, day: date) -> tuple[str, ...]:
        """The ids of the amounts of which no value holds on `day`."""
        return tuple(amount.id for amount in self.by_id.values() if not amount.on(day).holds_on(day))

    def _words(self, found: re.Match[str], day: date) -> str:
        amount = self.by_id.get(found["id"])
        if amount is None:
            raise DataFileError(f"there is no amount {found['id']!r}")
        if not found["part"]:
            return self._wording.valued(amount, found["rest"], day)
        known = amount.on(day).date_of(self._wording.parts[found["part"]])
        if known is None:
            raise DataFileError(f"{found[0]!r}: the amount has no such date")
        return self._wording.dated(known) + found["rest"]

    def _faults(self, text: str) -> Iterator[str]:
        for found in self._reference.finditer(text):
            amount = self.by_id.get(found["id"])
            if amount is None:
                near = get_close_matches(found["id"], self.by_id, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                yield f"there is no amount {found['id']!r}{hint}"
            elif found["part"] and _lacks(amount, self._wording.parts[found["part"]]):
                yield f"{found[0].rstrip()!r}: a value of this amount has no such date"
        rest = _BRACE.search(self._reference.sub("", text))
        if rest:
            yield f"not a reference to an amount: {rest[0]!r}"


def load_amounts(path: Path = DEFAULT_FILE) -> Amounts:
    """Read the amounts of a YAML file. Raises DataFileError that names the entry at fault."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(entries, list):
        raise DataFileError(f"{path.name}: must be a list of amounts")
    wording, amounts = _wording(), list[Amount]()
    for number, entry in enumerate(entries, start=1):
        try:
            amounts.append(_amount(entry, wording.units))
        except (KeyError, TypeError, ValueError) as problem:
            raise DataFileError(f"{path.name}: entry {number}: {problem!r} is missing or wrong") from problem
    for first, second in pairwise(sorted(amount.id for amount in amounts)):
        if first == second:
            raise DataFileError(f"{path.name}: the amount {first!r} is given twice")
    return Amounts(amounts, wording)


@lru_cache(maxsize=8)
def _wording(lang: str = POLISH) -> Wording:
    folder = _TEMPLATES if lang == POLISH else _TEMPLATES / lang
    words: dict[str, Any] = yaml.safe_load((folder / "amounts.yaml").read_text(encoding="utf-8"))
    parts = {name: Part(part) for name, part in words["parts"].items()}
    return Wording(**(words | {"parts": parts, "lang": lang}))


def _amount(entry: dict[str, Any], units: Mapping[str, object]) -> Amount:
    values = sorted(map(_value, entry["values"]), key=lambda value: value.start or date.min)
    if not values:
        raise ValueError("values")
    for earlier, later in pairwise(values):
        if earlier.end is None or later.start is None or later.start <= earlier.end:
            raise ValueError(f"values that overlap: {earlier.number} and {later.number}")
    amount = Amount(str(entry["id"]), str(entry["name"]), str(entry["unit"]), tuple(values))
    if not _ID.fullmatch(amount.id):
        raise ValueError(f"id {amount.id}")
    if amount.unit not in units:
        raise ValueError(f"unit {amount.unit}")
    return amount


def _value(entry: dict[str, Any]) -> Value:
    start, end = _day(entry["from"]), _day(entry["until"])
    number, as_of, url = str(entry["value"]), str(entry["as_of"]), str(entry["source"])
    if start and end and end < start:
        raise ValueError(f"until {end}")
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"value {number}")
    if not (_PARTIAL_DATE.fullmatch(as_of) and url.startswith(("https://", "http://"))):
        raise ValueError(f"source {url} as of {as_of}")
    return Value(start, end, number, Source(url, as_of))


def _day(value: object) -> date | None:
    if value is None or type(value) is date:  # YAML also knows instants, which are dates to `isinstance`
        return value
    raise ValueError(f"date {value}")


def _lacks(amount: Amount, part: Part) -> bool:
    return any(value.date_of(part) is None for value in amount.values)


def _texts(article: Article) -> Iterator[tuple[str, str]]:
    for field in fields(article):
        value = getattr(article, field.name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                yield field.name, text
