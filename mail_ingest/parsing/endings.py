"""What mail programs and companies add below the writer's words: signatures, lines of phones, notices."""

from collections.abc import Sequence

from mail_ingest.datafiles import words

LONGEST_SIGNATURE = 15
"""Written lines that may follow the signature's mark; more of them are no signature."""
LONGEST_MOBILE_LINE = 120
SHORTEST_RULE = 2
NOTICE_LINES = 10
"""Lines of a notice within which it must say what it is about."""


def without_endings(lines: Sequence[str], *, written: bool) -> list[str]:
    """Return the writer's lines without what was added below them.

    Args:
        lines: a run of the writer's own lines.
        written: whether other words of the writer stand above; else the run is never cut to nothing.
    """
    kept = _without_signature(list(lines), written=written)
    kept = _without_notice(kept, written=written)
    return _without_rule(_without_mobile_line(kept))


def _without_signature(lines: list[str], *, written: bool) -> list[str]:
    following = sum(bool(line.strip()) for line in lines)
    above = int(written)
    for number, line in enumerate(lines):
        written = bool(line.strip())
        following -= written
        if line.rstrip() == "--" and above and following <= LONGEST_SIGNATURE:
            return lines[:number]
        above += written
    return lines


def _without_notice(lines: list[str], *, written: bool) -> list[str]:
    beginnings, signs = words("reply_markers", "disclaimers"), words("reply_markers", "disclaimer_words")
    above = written
    for number, line in enumerate(lines):
        if above and line.strip("*_ \t").lower().startswith(beginnings):
            notice = " ".join(lines[number : number + NOTICE_LINES]).lower()
            if any(sign in notice for sign in signs):
                return _without_rule(lines[:number])
        above = above or bool(line.strip())
    return lines


def _without_mobile_line(lines: list[str]) -> list[str]:
    """Take off "Wysłane z iPhone'a" and the like where it is the last line."""
    beginnings = words("reply_markers", "mobile")
    kept = list(lines)
    while True:
        last = next((n for n in reversed(range(len(kept))) if kept[n].strip()), None)
        if last is None:
            return kept
        line = kept[last].strip().strip("<>[]*_ ").lower()
        if not line.startswith(beginnings) or len(line) > LONGEST_MOBILE_LINE:
            return kept
        kept = _without_rule(kept[:last])


def _without_rule(lines: list[str]) -> list[str]:
    """Take off the rule that stands between the writer's words and what was cut."""
    last = next((n for n in reversed(range(len(lines))) if lines[n].strip()), None)
    if last is not None and set(lines[last].strip()) <= set("-_=*") and len(lines[last].strip()) >= SHORTEST_RULE:
        return lines[:last]
    return lines
