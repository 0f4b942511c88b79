"""What stands above quoted mail that nothing marks: header blocks, "Original Message", "reply above this line"."""

import re
from collections.abc import Sequence
from functools import cache

from mail_ingest.datafiles import word_set, words

BLOCK_LINES = 14
"""Lines within which a header block shows its labels; long lists of recipients are wrapped."""
LONGEST_LABEL = 22
LONGEST_MARKER = 120
DASHES = "-_=*#~—–‐‑‒―─━ \t"
_FRAMES = ("--", "__", "==", "##", "**", "~~", "——", "––", "‐‐", "──", "━━")
_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\b\d{1,2}[./-]\d{1,2}[./-]\d{2}\b")
_COLON = re.compile("[:：]")
_FRAMED = re.compile(r"[-_=*]{3,20} ?([^-_=*]{5,40}?) ?[-_=*]{3,20}(?=\s)")
"""A marker behind whose frame the header block goes on in the same line."""


def heading_end(plain: Sequence[str], number: int) -> int | None:
    """Return the line after the heading of a quoted mail that begins at line `number`, or None.

    Args:
        plain: the mail's lines, in lower case and without decoration.
        number: the line at which the heading may begin.
    """
    line = plain[number]
    if is_original(line) or is_reply_above(line):
        return _after_block(plain, number + 1)
    if line.startswith(words("reply_markers", "notes_beginnings")) or _is_groupwise(line):
        return number + 1
    block = _block_end(plain, number)
    return block if block is not None else _notes_block_end(plain, number)


def is_original(line: str) -> bool:
    """Whether a line says that the original message follows, framed so that it is no sentence."""
    if len(line) > LONGEST_MARKER:
        return False
    run_together = _FRAMED.match(line)
    if run_together is not None:
        return run_together[1] in word_set("reply_markers", "original")
    bare = line.strip(DASHES)
    framed = (
        line.startswith(_FRAMES) or line.endswith((*_FRAMES, ":", "：")) or (line[:1] in "-—" and line[-1:] in "-—")
    )
    return framed and bare.rstrip(":： ") in word_set("reply_markers", "original")


def is_forward(line: str) -> bool:
    """Whether a line says that the mail below was passed on."""
    bare = line.strip(DASHES)
    return _is_framed(line) and len(bare) < 80 and bare.startswith(words("reply_markers", "forward"))


def _is_framed(line: str) -> bool:
    return line.startswith((*_FRAMES, "-", "—")) or line.endswith((*_FRAMES, ":", "："))


def is_reply_above(line: str) -> bool:
    """Whether a help desk asks on this line to answer above it."""
    if len(line) > LONGEST_MARKER or _reply_above().search(line) is None:
        return False
    framed = line.startswith(_FRAMES) or line.endswith(_FRAMES)
    return framed or len(line.split()) <= 12


@cache
def _reply_above() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words("reply_markers", "reply_above"))))


def _is_groupwise(line: str) -> bool:
    # The angle brackets before it were taken off as quotation marks.
    return line.endswith(">>>") and ("@" in line or _TIME.search(line) is not None)


def _after_block(plain: Sequence[str], number: int) -> int:
    """Return the line after the header block that follows a marker, blanks between them left out."""
    following = next((n for n in range(number, min(number + 3, len(plain))) if plain[n]), None)
    if following is None:
        return number
    block = _block_end(plain, following, after_marker=True)
    return number if block is None else block


def _block_end(plain: Sequence[str], number: int, *, after_marker: bool = False) -> int | None:
    """Return the line after "Od: ... Wysłano: ... Do: ... Temat: ..." when it begins here."""
    if _kind(plain[number]) is None:
        return None
    seen: dict[str, None] = {}
    kinds: set[str] = set()
    end, blanks = number + 1, 0
    block: list[str] = []
    for offset, line in enumerate(plain[number : number + BLOCK_LINES]):
        kind = _kind(line)
        name = _COLON.split(line, maxsplit=1)[0]
        if kind is not None:
            if name in seen:
                break
            seen[name], blanks = None, 0
            kinds.add(kind)
            end = number + offset + 1
        elif not line:
            blanks += 1
            if blanks > 1 or len(kinds) >= 3:
                break
            continue
        elif "@" not in line and ";" not in line and (blanks or not _goes_on(plain, number + offset)):
            break
        block.append(line)
    return end if _is_block(kinds, len(seen), " ".join(block), after_marker=after_marker) else None


def _goes_on(plain: Sequence[str], number: int) -> bool:
    """Whether a line without a label stands between two labels: a wrapped subject or name."""
    return any(_kind(line) is not None for line in plain[number + 1 : number + 2])


def _is_block(kinds: set[str], labels: int, text: str, *, after_marker: bool) -> bool:
    if after_marker:
        return True
    if "from" not in kinds:
        return False
    dated = "date" in kinds and (_TIME.search(text) is not None or _YEAR.search(text) is not None)
    if labels >= 3:
        return "subject" in kinds or dated or "@" in text
    return labels == 2 and dated and "@" in text


def _kind(line: str) -> str | None:
    name, *value = _COLON.split(line[:200], maxsplit=1)
    name = name.strip("* \t")
    if not value or not name or len(name) > LONGEST_LABEL:
        return None
    for kind in ("from", "date", "subject", "other"):
        if name in word_set("reply_markers", f"labels_{kind}"):
            return kind
    return None


def _notes_block_end(plain: Sequence[str], number: int) -> int | None:
    """Return the line after a header block of Lotus Notes: name, date, and labels alone on their lines."""
    # The sender's name stands on the line of the date or on the line above it.
    above = " ".join(plain[number : number + 2])
    if len(above) > LONGEST_MARKER or not (_TIME.search(above) or _YEAR.search(above)):
        return None
    bare = word_set("reply_markers", "labels_bare")
    labels = [
        n
        for n in range(number + 1, min(number + BLOCK_LINES, len(plain)))
        if plain[n] in bare or plain[n].split("\t")[0].strip() in bare
    ]
    if len(labels) < 2 or labels[0] > number + 4:
        return None
    return labels[-1] + 1
