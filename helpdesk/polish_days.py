"""Days in Poland: the zone in which they begin and end, and which of them are free by law."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

WARSAW = ZoneInfo("Europe/Warsaw")


def is_working_day(day: date) -> bool:
    """Return whether a day is neither Saturday nor Sunday nor free by law; what a house decides changes nothing."""
    return day.weekday() < 5 and day not in feasts(day.year)


@lru_cache(maxsize=64)
def feasts(year: int) -> Mapping[date, str]:
    """Return the days of a year that are free by law beside the Sundays (24 December since 2025), named in Polish."""
    return dict(holidays.country_holidays("PL", years=year))
