"""Whether a mail without a sign in its headers is a notice of absence: told by subject and words together.

Customers write about absences too ("Nieobecność w pracy a zasiłek"), and a mail taken for automatic is not answered:
in doubt it is a customer's.
"""

import re
from functools import cache

from mail_ingest.datafiles import words
from polish.folding import fold

LONGEST = 1_200
"""Characters of a notice; who writes more is no program."""
LONGEST_UNSAID = 300
"""Characters of a notice that only says that the writer is away, or only who answers meanwhile."""
_PREFIX = re.compile(r"(?:(?:re|odp|aw|fwd?|sv|antw)\s?:\s?){1,4}")
_NO_WORD = re.compile(r"[^\w?']+")


def is_absence(subject: str, text: str, *, answers: bool) -> bool:
    """Whether a mail says that its writer is away, and asks nothing.

    Args:
        subject: the mail's subject.
        text: its new words.
        answers: whether it refers to another mail, as programs do that answer it.
    """
    whole = fold(subject).strip()
    heading = _PREFIX.sub("", whole, count=1).strip(" [(*-–—")
    if not heading.startswith(_folded("absence_subjects")) or len(text) > LONGEST:
        return False
    # A program repeats behind the colon what it answers, a question or not.
    own, colon, _ = heading.partition(":")
    said = f"{_plain(own)}{_plain(text)}"
    if not all(map(_is_of_absence, _plain(own).split())) or _count(said, "absence_never"):
        return False
    away, cover = _count(said, "absence_away"), _count(said, "absence_cover")
    if away >= 2 or (away and cover):
        return True
    return bool(colon) and answers and heading == whole and bool(away or cover) and len(text) <= LONGEST_UNSAID


def _is_of_absence(word: str) -> bool:
    """Whether a word of the subject says no more than that the writer is away, and when."""
    whole, beginnings = _heading_words()
    return any(map(str.isdigit, word)) or word in whole or word.startswith(beginnings)


def _plain(text: str) -> str:
    return f" {_NO_WORD.sub(' ', fold(text))} "


def _count(said: str, key: str) -> int:
    return sum(word in said for word in _starts(key))


@cache
def _starts(key: str) -> tuple[str, ...]:
    """Return the beginnings of words; a question mark may stand anywhere."""
    return tuple(word if word == "?" else f" {word}" for word in _folded(key))


@cache
def _folded(key: str) -> tuple[str, ...]:
    return tuple(map(fold, words("automatic", key)))


@cache
def _heading_words() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the whole words of such a subject, and the beginnings of words."""
    known = _folded("absence_heading")
    whole = frozenset(word for word in known if not word.endswith("*"))
    return whole, tuple(word[:-1] for word in known if word.endswith("*"))
