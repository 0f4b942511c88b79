"""The new words of a mail: without quotation, signature and notices; when in doubt, they are kept.

The finder goes line by line and uses no regular expression over more than one line, so its time grows with
the length of the text whatever the text is. What mail programs write stands in `data/reply_markers.yaml`.
"""

from collections.abc import Sequence

from mail_ingest.datafiles import words
from mail_ingest.parsing.endings import without_endings
from mail_ingest.parsing.quotation import STRUCTURE, Mark, mark_lines

_UNSEEN = str.maketrans({"\xa0": " ", "\u200b": None, "\ufeff": None, "\u2060": None, "\r": None})


def reply_text(text: str, *, forwarded: bool = False) -> str:
    """Return the new words of a mail's text.

    Args:
        text: the whole body as text.
        forwarded: whether the subject says that the mail passes another one on; its words are kept then.

    Returns:
        The words without quotation, signature and notices; the whole text where nothing else would be left.
    """
    lines = text.translate(_UNSEEN).split("\n")
    marks = mark_lines(lines, forwarded=forwarded)
    kept: list[str] = []
    for own in _segments(lines, marks):
        written = any(line.strip() for line in kept)
        kept.extend(own if forwarded else without_endings(own, written=written))
        kept.append("")
    found = _tidy(kept)
    return found or _tidy(lines)


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
    kept: list[str] = []
    for line in lines:
        if line.strip() not in STRUCTURE or (kept and kept[-1]):
            kept.append("" if line.strip() in STRUCTURE else line.rstrip())
    return "\n".join(kept).strip("\n")
