"""Which lines of a mail are quoted: by quotation marks, below an attribution, or below a header block."""

import re
from collections.abc import Sequence
from enum import Enum
from itertools import islice
from typing import overload

from mail_ingest.datafiles import words
from mail_ingest.parsing.attribution import Attribution, attribution_ending
from mail_ingest.parsing.headings import DASHES, heading_end, is_forward, is_original

NEAR = 4
"""Lines below an attribution within which its quotation begins."""
MOST_READ = 5_000
"""Lines of the writer's own among which headings of quotations are looked for; a person writes fewer."""
LONGEST_PLAIN = 1_000
WRAPPED = 66
LONGEST_ORPHAN = 30
_QUOTE = re.compile(r"[ \t]{0,8}(?:[A-Z]{1,3}> |[>＞])")
_UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\ufeff]")

QUOTATION_FOLLOWS = "\ue010"
"""A line of this character stands where the structure of an HTML page says: all below is quoted."""
QUOTATION_STARTS = "\ue011"
QUOTATION_ENDS = "\ue012"
"""Lines of these characters enclose what the structure of an HTML page says is quoted."""
STRUCTURE = QUOTATION_FOLLOWS + QUOTATION_STARTS + QUOTATION_ENDS


class Mark(Enum):
    """What a line of a mail is."""

    OWN = "own"
    QUOTED = "quoted"


def mark_lines(lines: Sequence[str], *, forwarded: bool) -> list[Mark]:
    """Return what each line is; from a header block on, all is quoted unless the mail is passed on."""
    if forwarded:
        return [Mark.OWN] * len(lines)
    marks = _marked(lines)
    plain = _PlainLines(lines)
    attributions = _attributions(plain, marks)
    written = False
    number = read = 0
    while number < len(lines) and read < MOST_READ:
        heads = marks[number] is Mark.QUOTED and written and _heads_unmarked(lines, plain, marks, number)
        if (marks[number] is Mark.QUOTED and not heads) or not plain[number]:
            number += 1
            continue
        if is_forward(plain[number]):
            return marks[:number] + [Mark.OWN] * (len(lines) - number)
        end = _heading(plain, attributions, number)
        if end is None and not heads and plain[number] != QUOTATION_FOLLOWS:
            written = written or bool(plain[number])
            read += bool(plain[number])
            number += 1
            continue
        if end is not None and not heads and _is_marked_below(marks, plain, end):
            marks[number:end] = [Mark.QUOTED] * (end - number)
            number = end
            continue
        if written:
            return marks if _answers_stand_inside(plain[:number]) else _quoted_from(marks, plain, number)
        # Nothing was written above: the mail passes another one on, or its answers stand unmarked below.
        return marks
    return marks


def _quoted_from(marks: list[Mark], plain: Sequence[str], number: int) -> list[Mark]:
    """Mark all that follows; a rule or "Original Message" right above belongs to it."""
    above = number - 1
    while above >= 0 and (not plain[above] or not plain[above].strip(DASHES) or is_original(f"--{plain[above]}")):
        above -= 1
    return marks[: above + 1] + [Mark.QUOTED] * (len(marks) - above - 1)


def _heading(plain: Sequence[str], attributions: dict[int, Attribution], number: int) -> int | None:
    attribution = attributions.get(number)
    if attribution is not None:
        return attribution.end
    return heading_end(plain, number) if plain[number] else None


def _marked(lines: Sequence[str]) -> list[Mark]:
    """Return what quotation marks and the structure of HTML say of each line."""
    marks = [Mark.QUOTED if _QUOTE.match(line) else Mark.OWN for line in lines]
    depth = 0
    for number, line in enumerate(lines):
        if QUOTATION_STARTS in line or QUOTATION_ENDS in line:
            marks[number] = Mark.QUOTED
            bare = line.strip()
            depth = max(0, depth + (bare == QUOTATION_STARTS) - (bare == QUOTATION_ENDS))
        elif depth:
            marks[number] = Mark.QUOTED
    for number, line in enumerate(lines):
        if marks[number] is Mark.QUOTED:
            # Servers put a quotation mark before a line that begins with "From " (the mbox format).
            if line.startswith(">From ") and not _touches_quoted(marks, number):
                marks[number] = Mark.OWN
        elif line and number and marks[number - 1] is Mark.QUOTED and _is_orphan(lines, marks, number):
            marks[number] = Mark.QUOTED
    return marks


def _touches_quoted(marks: Sequence[Mark], number: int) -> bool:
    return any(0 <= n < len(marks) and marks[n] is Mark.QUOTED for n in (number - 1, number + 1))


def _is_orphan(lines: Sequence[str], marks: Sequence[Mark], number: int) -> bool:
    """Whether a line is the rest of a quoted line that was too long and was wrapped without a mark."""
    if number >= len(lines) - 1 or marks[number + 1] is not Mark.QUOTED:
        return False
    line = lines[number].strip()
    short = 0 < len(line) <= LONGEST_ORPHAN and not line[0].isupper()
    return short and len(lines[number - 1]) >= WRAPPED


def _attributions(plain: Sequence[str], marks: Sequence[Mark]) -> dict[int, Attribution]:
    """Return the attributions of a mail by their first lines."""
    found: dict[int, Attribution] = {}
    own = (n for n, mark in enumerate(marks) if mark is Mark.OWN and plain[n])
    for number in islice(own, MOST_READ):
        below = _is_marked_below(marks, plain, number + 1)
        attribution = attribution_ending(plain, number, above_quotation=below)
        if attribution is not None and not any(mark is Mark.QUOTED for mark in marks[attribution.start : number]):
            found[attribution.start] = attribution
    return found


def _is_marked_below(marks: Sequence[Mark], plain: Sequence[str], number: int) -> bool:
    for following in range(number, min(number + NEAR, len(marks))):
        if marks[following] is Mark.QUOTED:
            return True
        if plain[following]:
            return False
    return False


def _heads_unmarked(lines: Sequence[str], plain: Sequence[str], marks: Sequence[Mark], number: int) -> bool:
    """Whether a marked line heads a quotation of which only the heading is marked."""
    if number and marks[number - 1] is Mark.QUOTED:
        return False
    if _is_groupwise_line(lines[number]):
        return True
    end = heading_end(plain, number)
    end = heading_end(plain, number + 1) if end is None and number + 1 < len(plain) else end
    if end is None:
        return False
    # French services mark the header block, and leave the quoted words as they are.
    while end < len(plain) and not plain[end] and marks[end] is Mark.QUOTED:
        end += 1
    return end < len(plain) and marks[end] is Mark.OWN and not any(mark is Mark.QUOTED for mark in marks[end:])


def _is_groupwise_line(line: str) -> bool:
    """Whether ">>> Name date >>>" heads a quotation whose lines nothing marks."""
    bare = line.strip()
    return bare.startswith(">>>") and bare.endswith(">>>") and len(bare) > 2 * len(">>>")


def _answers_stand_inside(above: Sequence[str]) -> bool:
    """Whether the writer says that the answers stand between the quoted lines ("in red, below")."""
    said = " ".join(above)
    return len(said) < LONGEST_PLAIN and any(hint in said for hint in words("reply_markers", "answers_inside"))


class _PlainLines(Sequence[str]):
    """Lines without decoration, each made when it is first asked for: of a long quotation few ever are."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._made: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self._lines)))]
        if place not in self._made:
            self._made[place] = _plain(self._lines[place])
        return self._made[place]


def _plain(line: str) -> str:
    if not line:
        return ""
    bare = _UNSEEN.sub("", line[: 2 * LONGEST_PLAIN])
    return " ".join(bare.lstrip("> ").strip().strip("*").split()).lower()[:LONGEST_PLAIN]
