"""Canned answers: words that are inserted by a shortcut, with placeholders that the ticket fills."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import HelpdeskError
from helpdesk.queues import Queue
from helpdesk.tables import CannedAnswer, Staff

PLACEHOLDERS = ("numer", "imie_konsultanta", "kolejka", "termin", "temat", "data")
"""What stands in braces; the desk fills each from the ticket."""
_PLACEHOLDER = re.compile(r"\{([^{}\n]{0,60})\}")
_SHORTCUT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SHORTCUT, LONGEST_TITLE, LONGEST_TEXT = 40, 120, 5_000


class BadCanned(HelpdeskError):
    """A canned answer that cannot be kept.

    Attributes:
        field: `shortcut`, `title` or `text`.
        kind: `form` (empty, too long or of a wrong form), `taken` or `placeholder`.
        what: the placeholder that nobody knows, or an empty string.
    """

    def __init__(self, field: str, kind: str, what: str = "") -> None:
        super().__init__(f"{field}: {kind} {what}")
        self.field, self.kind, self.what = field, kind, what


@dataclass(frozen=True)
class NewCanned:
    """A canned answer as somebody wrote it."""

    shortcut: str
    title: str
    text: str
    queue: Queue | None = None
    active: bool = True


def unknown_placeholders(text: str) -> Sequence[str]:
    """Return what stands in braces and is no placeholder, in the order of the text."""
    return [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled; what has no value stays as it is, for the writer to see."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def unfilled(text: str) -> Sequence[str]:
    """Return the known placeholders that still stand in a text."""
    return list(dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if name in PLACEHOLDERS))


def for_queue(session: Session, queue: Queue) -> Sequence[CannedAnswer]:
    """Return the answers that may be inserted in a queue's tickets, by title."""
    fits = CannedAnswer.active, or_(CannedAnswer.queue.is_(None), CannedAnswer.queue == queue)
    return session.scalars(select(CannedAnswer).where(*fits).order_by(CannedAnswer.title)).all()


def every(session: Session) -> Sequence[CannedAnswer]:
    """Return all answers by shortcut, also those that are out of use."""
    return session.scalars(select(CannedAnswer).order_by(CannedAnswer.shortcut)).all()


def save(
    session: Session, new: NewCanned, *, by: Staff | None, now: datetime, known: CannedAnswer | None = None
) -> CannedAnswer:
    """Keep a new answer, or change a known one, audited (flushed, not committed).

    Raises:
        BadCanned: something of it cannot be kept.
    """
    _check(session, new, known)
    answer = known or CannedAnswer(shortcut=new.shortcut, title="", text="", updated_at=now)
    answer.shortcut, answer.title, answer.text = new.shortcut, new.title.strip(), new.text.strip()
    answer.queue, answer.active = new.queue, new.active
    answer.updated_at, answer.staff_id = now, by.id if by else None
    session.add(answer)
    session.flush()
    action = "canned answer changed" if known else "canned answer added"
    audit.record(session, f"canned:{answer.id}", action, now=now, by=by, reason=answer.shortcut)
    return answer


def load_first_set(session: Session, *, by: Staff | None, now: datetime) -> int:
    """Add the answers of the data file whose shortcuts are free; returns how many were added."""
    taken = set(session.scalars(select(CannedAnswer.shortcut)))
    rows: Sequence[Mapping[str, Any]] = yaml.safe_load(
        (files("helpdesk") / "data" / "canned_answers.yaml").read_text("utf-8")
    )
    missing = [row for row in rows if row["shortcut"] not in taken]
    for row in missing:
        queue = Queue(row["queue"]) if "queue" in row else None
        save(session, NewCanned(row["shortcut"], row["title"], row["text"], queue), by=by, now=now)
    return len(missing)


def _check(session: Session, new: NewCanned, known: CannedAnswer | None) -> None:
    if not _SHORTCUT.fullmatch(new.shortcut) or len(new.shortcut) > LONGEST_SHORTCUT:
        raise BadCanned("shortcut", "form")
    if not 0 < len(new.title.strip()) <= LONGEST_TITLE:
        raise BadCanned("title", "form")
    if not 0 < len(new.text.strip()) <= LONGEST_TEXT:
        raise BadCanned("text", "form")
    for name in unknown_placeholders(new.text):
        raise BadCanned("text", "placeholder", name)
    same = session.scalar(select(CannedAnswer).where(CannedAnswer.shortcut == new.shortcut))
    if same is not None and same is not known:
        raise BadCanned("shortcut", "taken")
