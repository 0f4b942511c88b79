"""The order of the Polish alphabet, without a locale of the system."""

import re

from polish.folding import fold

_UNIT = re.compile(r"\d+|[^\W_]")
_DIGITS = "0–9"


def polish_order(text: str) -> tuple[tuple[str, str], ...]:
    """Return the key that sorts texts as a Polish dictionary does; signs and spaces do not count.

    A letter with a mark follows its plain letter. Numbers come before letters, in the order of their values.
    """
    return tuple(("", f"{int(unit):09d}") if unit.isdecimal() else (fold(unit), unit) for unit in _units(text))


def initial(text: str) -> str:
    """Return the letter under which a text stands in a list; all numbers stand under one sign."""
    first = next(iter(_units(text)), "")
    return _DIGITS if first.isdecimal() else first.upper()


def _units(text: str) -> list[str]:
    return _UNIT.findall(text.lower())
