"""What mail programs and companies add below the writer's words: signatures, lines of phones, notices."""

import re
from collections.abc import Sequence

from mail_ingest.datafiles import words
from mail_ingest.parsing.headings import DASHES

LONGEST_SIGNATURE = 15
"""Written lines that may follow the signature's mark; more of them are no signature."""
LONGEST_MARKED = 40
"""The same below "-- " with its blank, which nothing else has (RFC 3676, section 4.3)."""
LONGEST_LOOSE_SIGNATURE = 6
"""The same below a mark that may also be a rule in the letter."""
LONGEST_SIGNATURE_LINE = 70
LONGEST_MOBILE_LINE = 140
SHORTEST_RULE = 2
NOTICE_LINES = 10
"""Lines of a notice within which it must say what it is about."""
FOOTER_LINES = 6
READ = 300
"""Last lines that are looked at."""
ROUNDS = 4
"""Endings that may stand one below the other."""
_DASHED_NAME = re.compile(r"[-–—]{1,3}[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,3}")
_QUESTION = re.compile(r"\w\?(?:\s|$)")
_LOOSE_MARK = re.compile(r"[-_—–*]{2,60}|—")
_LEADING = "<>[]()*_-–— \t\"'"


def without_endings(lines: Sequence[str], *, written: bool) -> list[str]:
    """Return the writer's lines without what was added below them.

    Args:
        lines: a run of the writer's own lines.
        written: whether other words of the writer stand above; else the run is never cut to nothing.
    """
    above, kept = list(lines[:-READ]), list(lines[-READ:])
    written = written or any(line.strip() for line in above)
    for _ in range(ROUNDS):
        before = len(kept)
        kept = _without_footer(kept)
        kept = _without_signature(kept, written=written)
        kept = _without_notice(kept, written=written)
        kept = _without_rule(_without_mobile_line(kept))
        kept = _without_inner_mobile_line(_without_dashed_name(kept))
        if len(kept) == before:
            break
    return above + kept


def _without_signature(lines: list[str], *, written: bool) -> list[str]:
    following = sum(bool(line.strip()) for line in lines)
    above = int(written)
    for number, line in enumerate(lines):
        here = bool(line.strip())
        following -= here
        if here and above and line.startswith(("--", "—", "__", "–", "**")):
            if line.rstrip() == "--" and following <= (LONGEST_MARKED if line == "-- " else LONGEST_SIGNATURE):
                return lines[:number]
            if _LOOSE_MARK.fullmatch(line.strip()) and _is_loose_signature(lines, number, following):
                return lines[:number]
        above += here
    return lines


def _is_loose_signature(lines: Sequence[str], number: int, following: int) -> bool:
    """Whether a few short lines without a sentence stand below a rule, up to the end."""
    if not 0 < following <= LONGEST_LOOSE_SIGNATURE:
        return False
    below = [line.strip() for line in lines[number + 1 :] if line.strip()]
    separate = number == 0 or not lines[number - 1].strip() or len(lines[number].strip()) <= SHORTEST_RULE + 1
    return separate and all(
        len(line) <= LONGEST_SIGNATURE_LINE and not line.endswith((".", "?", "!")) for line in below
    )


def _without_dashed_name(lines: list[str]) -> list[str]:
    """Take off "-Jan" or "--Jan" where it is the last line and no item of a list."""
    last = _last(lines)
    if last is None or last == 0 or not _DASHED_NAME.fullmatch(lines[last].strip()):
        return lines
    above = next((line.strip() for line in reversed(lines[:last]) if line.strip()), "")
    is_list = above.startswith(("-", "–", "—", "*", "•")) or above.endswith(":")
    return lines if is_list or not above else lines[:last]


def _without_notice(lines: list[str], *, written: bool) -> list[str]:
    beginnings, signs = words("reply_markers", "disclaimers"), words("reply_markers", "disclaimer_words")
    above = written
    for number, line in enumerate(lines):
        if above and line.strip("*_ \t").lower().startswith(beginnings):
            notice = " ".join(lines[number : number + NOTICE_LINES]).lower()
            # A notice asks nothing; a customer who speaks of such matters does.
            if any(sign in notice for sign in signs) and not _QUESTION.search(notice):
                return _without_rule(_without_notice_link(lines[:number]))
        above = above or bool(line.strip())
    return lines


def _without_notice_link(lines: list[str]) -> list[str]:
    """Take off the address of a virus scanner's picture, which text shows above its notice."""
    last = _last(lines)
    if (
        last is not None
        and lines[last].strip().startswith(("<http", "[image", "[Image"))
        and lines[last].strip()[-1] in ">]"
    ):
        return lines[:last]
    return lines


def _without_footer(lines: list[str]) -> list[str]:
    """Take off the footer of a mailing list: a rule, and below it words about the list."""
    marks = words("reply_markers", "list_footers")
    for number in range(max(0, len(lines) - 4 * FOOTER_LINES), len(lines)):
        if _is_rule(lines[number]) and any(line.strip() for line in lines[:number]):
            below = " ".join(lines[number + 1 : number + FOOTER_LINES]).lower()
            if any(mark in below for mark in marks):
                return lines[:number]
    return lines


def _without_mobile_line(lines: list[str]) -> list[str]:
    """Take off "Wysłane z iPhone'a" and the like where it is the last line."""
    kept = lines
    while True:
        last = _last(kept)
        if last is None:
            return kept
        if is_mobile_line(kept[last]):
            kept = _without_rule(kept[:last])
        elif last > 0 and not kept[last].strip().startswith("-") and is_mobile_line(f"{kept[last - 1]} {kept[last]}"):
            # Wrapped over two lines; the upper one alone must look so too.
            if not _begins_mobile(kept[last - 1]):
                return kept
            kept = _without_rule(kept[: last - 1])
        else:
            return kept


def _without_inner_mobile_line(lines: list[str]) -> list[str]:
    """Take out a phone's line above which stands the letter, and below which only a few lines of a name."""
    last = _last(lines)
    for number in range(max(1, len(lines) - 2 * LONGEST_LOOSE_SIGNATURE), last or 0):
        alone = not lines[number - 1].strip() and not lines[number + 1].strip()
        if alone and len(lines[number]) <= LONGEST_SIGNATURE_LINE and is_mobile_line(lines[number]):
            return lines[: number - 1] + lines[number + 1 :]
    return lines


def is_mobile_line(line: str) -> bool:
    """Whether a line is what phones and mail programs add of themselves."""
    bare = line.strip().strip(_LEADING).lower()
    if not bare or len(bare) > LONGEST_MOBILE_LINE:
        return False
    named = any(device in f"{bare} " for device in words("reply_markers", "devices"))
    return named and (_begins_mobile(line) or any(sign in bare for sign in words("reply_markers", "mobile_signs")))


def _begins_mobile(line: str) -> bool:
    return line.strip().strip(_LEADING).lower().startswith(words("reply_markers", "mobile"))


def _last(lines: Sequence[str]) -> int | None:
    return next((n for n in reversed(range(len(lines))) if lines[n].strip()), None)


def _is_rule(line: str) -> bool:
    bare = line.strip()
    return len(bare) >= SHORTEST_RULE and not bare.strip(DASHES)


def _without_rule(lines: list[str]) -> list[str]:
    """Take off the rule that stands between the writer's words and what was cut."""
    last = _last(lines)
    return lines[:last] if last is not None and _is_rule(lines[last]) else lines
