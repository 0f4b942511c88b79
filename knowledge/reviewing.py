"""The review of a draft: another person than its writer says whether it may be published, and when.

Use cases take a session and a draft that is locked (`drafts.locked`), and never commit.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.errors import IllegalMove, ReasonMissing
from helpdesk.knowledge_states import DraftStatus
from helpdesk.tables import ArticleDraft, Staff
from knowledge.drafts import check_base, forget_decisions, move, note_change, record
from knowledge.errors import OwnReview
from knowledge.library import parse

LEAST_REASON = 10
"""Letters of a reason that says something."""


def submit(session: Session, draft: ArticleDraft, *, by: Staff, now: datetime) -> None:
    """Give a draft to another person for review.

    Raises:
        LibraryError: its text is no article yet.
        IllegalMove: it is no draft that is being written.
    """
    if draft.text is not None:
        parse(draft.text, draft.file)
    move(draft, DraftStatus.REVIEW)
    draft.comment = ""
    note_change(session, draft, "article draft submitted", by, now)


def return_to_author(session: Session, draft: ArticleDraft, *, comment: str, by: Staff, now: datetime) -> None:
    """Give a draft back after a look at it, and say what is missing.

    Raises:
        OwnReview: whoever wrote it last looks at it.
        ReasonMissing: nothing was said.
    """
    _check_other(draft, by)
    if not comment.strip():
        raise ReasonMissing("a draft is given back with a word why")
    move(draft, DraftStatus.DRAFT)
    forget_decisions(draft)
    draft.comment, draft.reviewer_id = comment.strip(), by.id
    note_change(session, draft, "article draft returned", by, now)


def approve(
    session: Session, draft: ArticleDraft, *, comment: str, by: Staff, now: datetime, publish_at: datetime | None = None
) -> None:
    """Say that a draft may be published: when somebody says so, or at `publish_at`.

    Raises:
        OwnReview: whoever wrote it last looks at it.
        StaleBase: a newer version was published since it was begun.
    """
    _check_other(draft, by)
    check_base(session, draft, now=now)
    move(draft, DraftStatus.APPROVED)
    draft.comment, draft.reviewer_id, draft.publish_at = comment.strip(), by.id, publish_at
    note_change(session, draft, "article draft approved", by, now)


def schedule(session: Session, draft: ArticleDraft, publish_at: datetime | None, *, by: Staff, now: datetime) -> None:
    """Say when an approved draft is published by itself; None for by hand. Raises IllegalMove for another one."""
    if draft.status is not DraftStatus.APPROVED:
        raise IllegalMove(f"a draft in state {draft.status.value} has no time of publication")
    draft.publish_at = publish_at
    note_change(session, draft, "article draft scheduled", by, now)


def override(session: Session, draft: ArticleDraft, reason: str, *, by: Staff, now: datetime) -> None:
    """Let a draft be published although a figure falls under its floor; the edge asks whether `by` leads.

    Raises:
        OwnReview: whoever wrote it last decides.
        ReasonMissing: the reason says nothing.
    """
    _check_other(draft, by)
    draft.override_reason, draft.override_by_id = reason_of(reason), by.id
    draft.updated_at = now
    record(session, draft, "article draft overridden", by, now, reason)


def _check_other(draft: ArticleDraft, by: Staff) -> None:
    if draft.author_id == by.id:
        raise OwnReview(f"draft {draft.id}")


def reason_of(reason: str) -> str:
    """Return a reason without blanks around it. Raises ReasonMissing when it says nothing."""
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonMissing("a decision against the rule needs a reason")
    return reason.strip()
