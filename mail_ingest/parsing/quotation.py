"""Which lines of a mail are quoted: by quotation marks, below an attribution, or below a header block."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from mail_ingest.datafiles import word_set, words

ATTRIBUTION_LINES = 4
"""Lines over which programs wrap "On ... wrote:"."""
LONGEST_ATTRIBUTION = 400
BLOCK_LINES = 12
"""Lines within which a header block shows three of its labels; long lists of recipients are wrapped."""
_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2}\b")
_QUOTE = re.compile(r" {0,3}>")


class Mark(Enum):
    """What a line of a mail is."""

    OWN = "own"
    QUOTED = "quoted"


def mark_lines(lines: Sequence[str], *, forwarded: bool) -> list[Mark]:
    """Return what each line is; from a header block on, all is quoted unless the mail is passed on."""
    if forwarded:
        return [Mark.OWN] * len(lines)
    plain = [_plain(line) for line in lines]
    marks = [Mark.QUOTED if _QUOTE.match(line) else Mark.OWN for line in lines]
    written = False
    number = 0
    while number < len(lines):
        if marks[number] is Mark.OWN and plain[number]:
            if _is_forward(plain[number]):
                return marks[:number] + [Mark.OWN] * (len(lines) - number)
            below = _quotation_below(lines, plain, number)
            if below is not None and below.all_that_follows and written:
                if _answers_stand_inside(plain[:number]):
                    return marks
                return marks[:number] + [Mark.QUOTED] * (len(lines) - number)
            if below is not None and not below.all_that_follows:
                marks[number : below.end] = [Mark.QUOTED] * (below.end - number)
                number = below.end
                continue
            written = True
        number += 1
    return marks


@dataclass(frozen=True)
class _Below:
    """A quotation that begins here: its heading ends before line `end`."""

    end: int
    all_that_follows: bool
    """Whether nothing marks the quoted lines themselves."""


def _quotation_below(lines: Sequence[str], plain: Sequence[str], number: int) -> _Below | None:
    attribution = _attribution_end(plain, number)
    if attribution is not None:
        quoted = _next_is_quoted(lines, plain, attribution)
        joined = " ".join(plain[number:attribution])
        if quoted:
            return _Below(attribution, all_that_follows=False)
        if "@" in joined or joined.startswith("----"):
            return _Below(attribution, all_that_follows=True)
    if _is_original(plain[number]) or _is_header_block(plain, number):
        return _Below(number + 1, all_that_follows=True)
    return None


def _answers_stand_inside(above: Sequence[str]) -> bool:
    """Whether the writer says that the answers stand between the quoted lines ("in red, below")."""
    said = " ".join(above)
    return len(said) < 1_000 and any(hint in said for hint in words("reply_markers", "answers_inside"))


def _attribution_end(plain: Sequence[str], number: int) -> int | None:
    """Return the line after "W dniu ... pisze:" when it begins here."""
    verbs = words("reply_markers", "attribution_verbs")
    first = plain[number]
    starts_so = first[:1].isdigit() or first.startswith(words("reply_markers", "attribution_beginnings"))
    joined = ""
    for end in range(number + 1, min(number + 1 + ATTRIBUTION_LINES, len(plain) + 1)):
        line = plain[end - 1]
        joined = f"{joined} {line}".strip()
        if not line or len(joined) > LONGEST_ATTRIBUTION:
            return None
        if not joined.endswith((":", "----")) or not any(verb in joined for verb in verbs):
            continue
        dated = any(character.isdigit() for character in joined)
        if (starts_so and dated and (_TIME.search(joined) or "@" in joined or _is_dated(joined))) or "@" in line:
            return end
        if "@" in joined and (starts_so or end == number + 1):
            return end
    return None


def _is_dated(joined: str) -> bool:
    return _DATE.search(joined) is not None


def _next_is_quoted(lines: Sequence[str], plain: Sequence[str], number: int) -> bool:
    for following in range(number, min(number + 4, len(lines))):
        if _QUOTE.match(lines[following]):
            return True
        if plain[following]:
            return False
    return False


def _is_original(line: str) -> bool:
    bare = line.strip("-_=*# ")
    framed = line.startswith(("--", "__", "==")) or line.endswith(("--", "__", "==", ":"))
    return framed and bare.rstrip(":") in words("reply_markers", "original")


def _is_forward(line: str) -> bool:
    bare = line.strip("-_=*# ")
    framed = line.startswith("--") or line.endswith((":", "--"))
    return framed and len(bare) < 80 and bare.startswith(words("reply_markers", "forward"))


def _is_header_block(plain: Sequence[str], number: int) -> bool:
    """Whether "Od: ... Wysłano: ... Do: ... Temat: ..." begins here: three labels without other lines between."""
    names = _label(plain[number])
    if names is None:
        return False
    seen = {names}
    blanks = 0
    for line in plain[number + 1 : number + BLOCK_LINES]:
        name = _label(line)
        if name in seen:
            break
        if name is not None:
            seen.add(name)
        elif not line:
            blanks += 1
            if blanks > 1 and len(seen) < 2:
                break
        elif "@" not in line and ";" not in line:
            break
    return len(seen) >= 3 and not seen.isdisjoint(words("reply_markers", "labels_from"))


def _label(line: str) -> str | None:
    name, colon, value = line.partition(":")
    name = name.strip("* ")
    if not colon or len(name) > 14 or (not value and len(line) > 20):
        return None
    return name if name in word_set("reply_markers", "labels_from", "labels_other") else None


def _plain(line: str) -> str:
    return line.lstrip("> ").strip().strip("*").strip().lower()[:1000]
