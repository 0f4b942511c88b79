"""Writes dates as Polish readers, or those of a translation, expect them; the names of the months are data."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypedDict

import yaml

_TEMPLATES = Path(__file__).parent / "templates"
POLISH = "pl"


class _Months(TypedDict):
    alone: list[str]
    after_day: list[str]


@lru_cache(maxsize=8)
def _months(lang: str) -> _Months:
    folder = _TEMPLATES if lang == POLISH else _TEMPLATES / lang
    names: _Months = yaml.safe_load((folder / "months.yaml").read_text(encoding="utf-8"))
    return names


def polish_date(value: date | str) -> str:
    """Write a date, or a text `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, in words and as precisely as it is known."""
    return date_in(value, POLISH)


def date_in(value: date | str, lang: str) -> str:
    """Write a date in the words of a language that has a file of months."""
    year, *rest = (value.isoformat() if isinstance(value, date) else value).split("-")
    if not rest:
        return year
    month = int(rest[0]) - 1
    if len(rest) == 1:
        return f"{_months(lang)['alone'][month]} {year}"
    return f"{int(rest[1])} {_months(lang)['after_day'][month]} {year}"
