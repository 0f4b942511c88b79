"""The new words of a mail: without quotation, signature and notices; when in doubt, they are kept.

The finder goes line by line and uses no regular expression over more than one line, so its time grows with
the length of the text whatever the text is. What mail programs write stands in `data/reply_markers.yaml`.
"""

import re
from collections.abc import Sequence

from mail_ingest.datafiles import words
from mail_ingest.parsing.endings import without_endings
from mail_ingest.parsing.html import bare_of_marks, html_text, marked_html_text
from mail_ingest.parsing.quotation import STRUCTURE, Mark, mark_lines

LONGEST_PAGE = 500_000
MOST_SEGMENTS = 500
"""Runs of own lines between quotations whose endings are looked at."""
_WORD = re.compile(r"\w+")
_UNSEEN = ("\u200b", "\ufeff", "\u2060", "\r")


def reply_text(text: str, *, forwarded: bool = False) -> str:
    """Return the new words of a mail's text.

    Args:
        text: the whole body as text.
        forwarded: whether the subject says that the mail passes another one on; its words are kept then.

    Returns:
        The words without quotation, signature and notices; the whole text where nothing else would be left.
    """
    text = text.replace("\xa0", " ")
    for character in _UNSEEN:
        text = text.replace(character, "")
    lines = text.split("\n")
    marks = mark_lines(lines, forwarded=forwarded)
    pieces: list[str] = []
    written = False
    segments = _segments(lines, marks)
    for number, own in enumerate(segments):
        looked_at = not forwarded and (number < MOST_SEGMENTS or number == len(segments) - 1)
        pieces.append(_tidy(without_endings(own, written=written) if looked_at else own))
        written = written or any(line.strip() for line in own)
    found = "\n\n".join(filter(None, pieces))
    return found or _tidy(lines)


def reply_in(text: str, page: str, *, forwarded: bool = False) -> str:
    """Return the new words of a mail whose text may have an HTML page beside it.

    Args:
        text: the whole body as text; empty when there is only the page.
        page: the body as HTML, or an empty string.
        forwarded: as for `reply_text`.

    Returns:
        The words that both the text's lines and the structure of the page leave.
    """
    text = bare_of_marks(text)
    if not page or len(page) > LONGEST_PAGE or forwarded:
        return reply_text(text or html_text(page), forwarded=forwarded)
    marked = marked_html_text(page)
    shown = reply_text(marked)
    if not text:
        return shown
    found = reply_text(text)
    return _cut_after(found, shown) if any(mark in marked for mark in STRUCTURE) else found


def _cut_after(found: str, shown: str) -> str:
    """Cut a reply where the page shows that the writer's words end, if it begins with all of them."""
    last = None
    for word in _WORD.finditer(shown):
        last = _WORD.search(found, last.end() if last else 0)
        if last is None or last[0].lower() != word[0].lower():
            return found
    if last is None:
        return found
    rest_of_line = found[last.end() :].partition("\n")[0]
    return found if _WORD.search(rest_of_line) else found[: last.end()] + rest_of_line.rstrip()


def is_forwarded(subject: str) -> bool:
    """Whether a subject says that the mail passes another one on."""
    return subject.strip().lower().startswith(words("reply_markers", "forward_subjects"))


def _segments(lines: Sequence[str], marks: Sequence[Mark]) -> list[list[str]]:
    """Return the runs of the writer's own lines between quotations."""
    segments: list[list[str]] = [[]]
    for line, mark in zip(lines, marks, strict=True):
        if mark is Mark.OWN:
            segments[-1].append(line)
        elif segments[-1]:
            segments.append([])
    return segments


def _tidy(lines: Sequence[str]) -> str:
    """Return lines as they were written, without blank ones around them and blanks at their ends."""
    return "\n".join("" if line.strip() in STRUCTURE else line.rstrip() for line in lines).strip("\n")
