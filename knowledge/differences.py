"""What differs between two texts of an article, field by field and word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import zip_longest

from knowledge.article import Source
from knowledge.errors import LibraryError
from knowledge.loose import Loose, Value, read_loosely
from knowledge.writing import FIELDS

_WORD = re.compile(r"\s+|[\w.,-]*\w|[^\w\s]")
ALIKE = 0.4
"""Share of common words from which a removed and an added line are shown as one changed line."""


class Change(str, Enum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """Some words, and what became of them."""

    change: Change
    text: str


@dataclass(frozen=True)
class FieldDifference:
    """A field that differs (`body` for the Markdown, `text` for a file that cannot be read) and its changed lines."""

    field: str
    lines: tuple[tuple[Piece, ...], ...]


def differences(before: str | None, after: str | None) -> tuple[FieldDifference, ...]:
    """Return what differs between two texts of a file, in the order of the fields; None is no article at all."""
    try:
        old, new = (read_loosely(text) if text is not None else None for text in (before, after))
    except LibraryError:
        found = _lines((before or "").splitlines(), (after or "").splitlines())
        return (FieldDifference("text", found),) if found else ()
    pairs = ((name, _lines(_shown(old, name), _shown(new, name))) for name in (*FIELDS, "body"))
    return tuple(FieldDifference(name, lines) for name, lines in pairs if lines)


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return one line as the words that stayed, went and came."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Change.SAME, "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece(Change.REMOVED, "".join(old[a:b])))
        if d > c:
            pieces.append(Piece(Change.ADDED, "".join(new[c:d])))
    return tuple(pieces)


def _shown(loose: Loose | None, name: str) -> Sequence[str]:
    if loose is None:
        return ()
    if name == "body":
        return [line for line in loose.body.splitlines() if line.strip()]
    value: Value = loose.values.get(name)
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    return tuple(f"{item.url} ({item.as_of})" if isinstance(item, Source) else item for item in value)


def _lines(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[Piece, ...], ...]:
    matcher = SequenceMatcher(None, list(old), list(new), autojunk=False)
    changed = [(old[a:b], new[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]
    return tuple(line for gone, come in changed for line in _changed(gone, come))


def _changed(gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    for before, after in zip_longest(gone, come):
        if before is not None and after is not None and _is_like(before, after):
            yield word_pieces(before, after)
            continue
        if before is not None:
            yield (Piece(Change.REMOVED, before),)
        if after is not None:
            yield (Piece(Change.ADDED, after),)


def _is_like(before: str, after: str) -> bool:
    return SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio() >= ALIKE
