"""Writes dates as Polish readers expect them; the names of the months are data."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypedDict

import yaml

_MONTHS = Path(__file__).parent / "templates" / "months.yaml"


class _Months(TypedDict):
    alone: list[str]
    after_day: list[str]


@lru_cache(maxsize=1)
def _months() -> _Months:
    names: _Months = yaml.safe_load(_MONTHS.read_text(encoding="utf-8"))
    return names


def polish_date(value: date | str) -> str:
    """Write a date, or a text `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, in words and as precisely as it is known."""
    year, *rest = (value.isoformat() if isinstance(value, date) else value).split("-")
    if not rest:
        return year
    month = int(rest[0]) - 1
    if len(rest) == 1:
        return f"{_months()['alone'][month]} {year}"
    return f"{int(rest[1])} {_months()['after_day'][month]} {year}"
