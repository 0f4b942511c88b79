"""Searching for numbers: overlapping candidates, their digits, their groups."""

import re
from collections.abc import Iterator


def candidates(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield all matches, overlapping ones too: a false start must not hide the number that follows it."""
    match = pattern.search(text)
    while match:
        yield match
        match = pattern.search(text, match.start() + 1)


def compact(number: str) -> str:
    """Return the letters and digits of a number without what stands between its groups."""
    return "".join(char for char in number if char.isalnum())


def groups(number: str) -> tuple[int, ...]:
    """Return how many digits each group of a number has: (6, 5) for "440514 01359"."""
    return tuple(len(group) for group in re.findall(r"\d+", number))
