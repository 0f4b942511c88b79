"""Writes figures as people in Poland read them, and as a Polish spreadsheet takes them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from helpdesk.hours import WARSAW
from web.desk.reports_words import Kind, word

BLANK = "\u00a0"
"""Between thousands, and before units: the line does not break there."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


def count(value: float) -> str:
    """Write a whole number with its thousands apart, such as `12 345`."""
    return f"{round(value):,}".replace(",", BLANK)


def decimal(value: float, places: int = 1) -> str:
    """Write a number with a comma, such as `2,5`; no zeros at its end."""
    text = f"{value:.{places}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def duration(seconds: float) -> str:
    """Write a time, such as `45 s`, `3 min 5 s` or `2 godz. 5 min`."""
    whole = round(seconds)
    if whole < 60:
        text = word("seconds").format(seconds=whole)
    elif whole < 3600:
        text = word("minutes").format(minutes=whole // 60, seconds=whole % 60)
    else:
        text = word("hours").format(hours=count(whole // 3600), minutes=whole % 3600 // 60)
    return text.replace(" ", BLANK)


def short_duration(seconds: float) -> str:
    """Write a time for reading from afar, such as `45 s` or `65 min`; begun minutes are left out."""
    whole = max(0, round(seconds))
    text = f"{count(whole // 60)} {word('minute_unit')}" if whole >= 60 else word("seconds").format(seconds=whole)
    return text.replace(" ", BLANK)


def percent(share: float) -> str:
    """Write a share (0 to 1), such as `83,3%`."""
    return f"{decimal(share * 100)}%"


def written(value: Any, kind: Kind) -> str:
    """Write a cell for people; what is not known is a dash."""
    if kind is Kind.LABEL:
        return str(value)
    if value is None:
        return word("few") if kind is Kind.RATING else word("none")
    writers: Mapping[Kind, Callable[[Any], str]] = {
        Kind.COUNT: count,
        Kind.MEAN: decimal,
        Kind.SHARE: percent,
        Kind.RATING: percent,
        Kind.CHANGE: _change,
        Kind.SECONDS: duration,
        Kind.MOMENT: _moment,
    }
    return writers[kind](value)


def _change(share: float) -> str:
    return f"{'+' if share > 0 else ''}{percent(share)}".replace("-", "\u2212")


def _moment(value: datetime) -> str:
    return f"{value.astimezone(WARSAW):%d.%m.%Y, %H:%M}"


def cell(value: Any, kind: Kind) -> str:
    """Write a cell for a spreadsheet: numbers without units and blanks, shares in per cent, times in seconds.

    A text that would be taken for a formula gets an apostrophe in front.
    """
    if kind is Kind.LABEL:
        text = str(value)
        return f"'{text}" if text.startswith(DANGEROUS) else text
    if value is None:
        return word("few") if kind is Kind.RATING else ""
    if kind in {Kind.SHARE, Kind.RATING, Kind.CHANGE}:
        return decimal(value * 100)
    if kind is Kind.MOMENT:
        return f"{value.astimezone(WARSAW):%Y-%m-%d %H:%M}"
    return decimal(value, 2)


def unit(kind: Kind) -> str:
    """Return the unit that a spreadsheet's heading names; empty without one."""
    return {
        Kind.SECONDS: word("csv_seconds"),
        Kind.SHARE: word("csv_share"),
        Kind.RATING: word("csv_share"),
        Kind.CHANGE: word("csv_share"),
    }.get(kind, "")
