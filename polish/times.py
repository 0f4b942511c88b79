"""Times: the day, the hour and the place in a list that somebody names in words or figures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from polish import resources
from polish.folding import fold

_DATE = re.compile(r"(?<![\d:])(\d{1,2})[.\-/](\d{1,2})(?:[.\-/](\d{4}|\d\d))?(?![\d:])")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_DAY_OF_MONTH = re.compile(r"(?<![\d:.])(\d{1,2})\.?(?:-?ego|-?go)?\s+([a-z]{3,})")
_CLOCK = re.compile(r"(?<![\d.\-/])(\d{1,2})[:.](\d\d)(?![\d.])")
_WORD = re.compile(r"[a-z]+")
_PLACE = re.compile(r"(?:nr|numer|opcj[aei]|punkt)?\s*(\d{1,2})\s*[.)]?")
SOONEST = 14
"""Days back that a date without a year may lie; an earlier one is meant for the next year."""


@dataclass(frozen=True)
class Moment:
    """What was named of a moment: the day, the hour, the hours of a part of the day (from, before); None where not."""

    day: date | None = None
    at: time | None = None
    part: tuple[int, int] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was named."""
        return self.day is None and self.at is None and self.part is None


def read_moment(text: str, today: date) -> Moment:
    """Return the day and hour that a text names, seen from `today` (a day in Warsaw).

    A weekday is the next one after today; a date without a year is the one that comes next.
    """
    folded = fold(text)
    day, rest = _day(folded, today)
    return Moment(day, _time(rest), _part(folded))


def says_only_when(text: str) -> bool:
    """Return whether a text names a moment and nothing else: "jutro rano", "jutro o 10"."""
    known = resources.load("times")
    beginnings = (*known["relative_days"], *known["weekdays"], *known["months"], *known["hours"])
    names = {*known["weekdays_short"], *(word for part in known["parts"] for word in part.split())}
    words = _WORD.findall(fold(text))
    moments = [word for word in words if word in names or word.startswith(beginnings)]
    others = [word for word in words if word not in {*known["hour_cues"], *known["beside_hours"], *moments}]
    return not others and bool(moments or re.search(r"\d", text))


def read_place(text: str, size: int) -> int | None:
    """Return the place (from 0) in a list of `size` that a text names: "ten drugi", "2", "nr 3"; None for none."""
    folded = fold(text).strip()
    figure = _PLACE.fullmatch(folded)
    if figure:
        place = int(figure[1]) - 1
        return place if 0 <= place < size else None
    for word in _WORD.findall(folded):
        found = _beginning(word, resources.load("times")["places"])
        # A weekday ("czwartek") begins like a place ("czwarty").
        if found is not None and _beginning(word, resources.load("times")["weekdays"]) is None:
            return found % size if -size <= found < size else None
    return None


def _day(folded: str, today: date) -> tuple[date | None, str]:
    """The day, and the text without its figures, so that they are not read as an hour."""
    iso = _ISO.search(folded)
    if iso and (day := _date(int(iso[1]), int(iso[2]), int(iso[3]))):
        return day, _without(folded, iso)
    named = next((match for match in _DAY_OF_MONTH.finditer(folded) if _month(match[2])), None)
    if named and (day := _coming(int(named[1]), _month(named[2]) or 0, today)):
        return day, _without(folded, named)
    figures = _DATE.search(folded)
    if figures and (day := _written(figures, today)):
        return day, _without(folded, figures)
    return _by_word(folded, today), folded


def _written(match: re.Match[str], today: date) -> date | None:
    day, month, year = int(match[1]), int(match[2]), match[3]
    if year is None:
        return _coming(day, month, today)
    return _date(int(year) if len(year) == 4 else 2000 + int(year), month, day)


def _by_word(folded: str, today: date) -> date | None:
    data = resources.load("times")
    for word in _WORD.findall(folded):
        days = _beginning(word, data["relative_days"])
        if days is not None:
            return today + timedelta(days=days)
        weekday = _beginning(word, data["weekdays"])
        weekday = data["weekdays_short"].get(word) if weekday is None else weekday
        if weekday is not None:
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return None


def _time(folded: str) -> time | None:
    clock = _CLOCK.search(folded)
    if clock and int(clock[1]) < 24 and int(clock[2]) < 60:
        return time(int(clock[1]), int(clock[2]))
    whole = _whole_hour().search(folded)
    if whole and int(whole[1]) < 24:
        return time(int(whole[1]))
    for word in _WORD.findall(folded):
        hour = _beginning(word, resources.load("times")["hours"])
        if hour is not None:
            return time(hour)
    return None


def _part(folded: str) -> tuple[int, int] | None:
    for words, (begin, end) in resources.load("times")["parts"].items():
        if re.search(rf"(?<![a-z]){words}", folded):
            return begin, end
    return None


@lru_cache(maxsize=1)
def _whole_hour() -> re.Pattern[str]:
    cues = "|".join(resources.load("times")["hour_cues"])
    return re.compile(rf"(?<![a-z])(?:{cues})\.?\s*(\d{{1,2}})(?![\d.:]*\d)(?!\s*[a-z]{{3,}}a\b)")


def _month(word: str) -> int | None:
    return _beginning(word, resources.load("times")["months"])


def _beginning(word: str, names: Mapping[str, int]) -> int | None:
    return next((value for name, value in names.items() if word.startswith(name)), None)


def _coming(day: int, month: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        found = _date(year, month, day)
        if found is not None and found >= today - timedelta(days=SOONEST):
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _without(folded: str, match: re.Match[str]) -> str:
    return folded[: match.start()] + " " + folded[match.end() :]
