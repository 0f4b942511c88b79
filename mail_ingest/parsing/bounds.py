"""How much of a mail's source the standard parser is given: its time grows with lines times nested parts."""

import re
from collections.abc import Iterator

MOST_LINES = 500_000
"""Lines beside those of long files (see `hollow`)."""
LONGEST_HEAD = 1_000_000
"""Bytes of the headers of a mail."""
LINES_TIMES_BOUNDARIES = 10_000_000
"""Each line is compared with the boundaries of all the parts around it."""
FEWEST_BOUNDARIES = 20
_BOUNDARY = re.compile(rb"boundary[ \t]{0,20}(?:\*[0-9*]{0,5})?=", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


def bounded(source: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return the part of a mail's source that is parsed, and what was left out."""
    defects: list[str] = []
    source, long_head = _with_short_head(source)
    if long_head:
        defects.append("too many headers: the rest not read")
    lines = source.count(b"\n")
    if lines > MOST_LINES:
        source = _first_lines(source)
        defects.append(f"more than {MOST_LINES} lines: the rest not read")
    allowed = max(FEWEST_BOUNDARIES, LINES_TIMES_BOUNDARIES // (min(lines, MOST_LINES) + 1))
    few = source.lower().count(b"boundary") <= allowed
    cut = None if few else _nth(_BOUNDARY.finditer(source), allowed)
    if cut is not None:
        source = source[:cut]
        defects.append("too many nested parts: the rest not read")
    return source, tuple(defects)


def _with_short_head(source: bytes) -> tuple[bytes, bool]:
    if _HEAD_END.search(source, 0, LONGEST_HEAD) or len(source) <= LONGEST_HEAD:
        return source, False
    head = source[:LONGEST_HEAD].rpartition(b"\n")[0]
    if not head:
        return source, False
    end = _HEAD_END.search(source, LONGEST_HEAD)
    return head + b"\n\n" + (source[end.end() :] if end else b""), True


def _first_lines(source: bytes) -> bytes:
    position = 0
    for _ in range(MOST_LINES):
        position = source.index(b"\n", position) + 1
    return source[:position]


def _nth(matches: Iterator[re.Match[bytes]], number: int) -> int | None:
    for count, match in enumerate(matches):
        if count == number:
            return match.start()
    return None
