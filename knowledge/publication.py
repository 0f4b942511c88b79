"""Puts reviewed drafts before customers: when somebody says so, or at their time; and brings old versions back.

Use cases take a session and never commit.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.knowledge_states import DraftStatus, check_draft_move
from helpdesk.tables import ArticleDraft, ArticleVersion, Staff
from knowledge.drafts import check_base, move, note_change, open_draft
from knowledge.editing_gate import check_gate
from knowledge.errors import KnowledgeError
from knowledge.reviewing import reason_of
from knowledge.versions import Edition, present_version, publish_edition

log = structlog.get_logger(__name__)


def publish_draft(session: Session, draft: ArticleDraft, *, by: Staff | None, now: datetime) -> ArticleVersion:
    """Put an approved (locked) draft before customers; they get it within seconds of the commit.

    Args:
        session: a unit of work.
        draft: an approved one.
        by: who says so; None at its time.
        now: the instant, aware UTC.

    Raises:
        IllegalMove: it is not approved.
        StaleBase: a newer version was published since it was begun.
        NotYetAllowed: its evaluation is missing, or a figure falls under its floor and nobody took that upon them.
        LibraryError: its text is no article.
    """
    check_draft_move(draft.status, DraftStatus.PUBLISHED)
    check_base(session, draft, now=now)
    check_gate(session, draft)
    edition = Edition(draft.file, draft.text, draft.note, draft.author_id, draft.reviewer_id)
    kept = publish_edition(session, draft.article_id, edition, now=now)
    move(draft, DraftStatus.PUBLISHED)
    note_change(session, draft, "article withdrawn" if draft.text is None else "article published", by, now)
    return kept


def restore(session: Session, version: ArticleVersion, *, note: str, by: Staff, now: datetime) -> ArticleDraft:
    """Begin a draft with the text of an old version. Raises DraftOpen when the article is being changed already."""
    known = present_version(session, version.article_id, now=now)
    base = known.number if known else 0
    return open_draft(
        session,
        version.article_id,
        file=version.file,
        text=version.text,
        base_version=base,
        note=note,
        by=by,
        now=now,
    )


def restore_now(
    session: Session, version: ArticleVersion, *, note: str, reason: str, by: Staff, now: datetime
) -> ArticleVersion:
    """Put an old version before customers at once; the edge asks whether `by` leads. It had its review in its time.

    Raises:
        ReasonMissing: the reason says nothing.
        LibraryError: this program cannot read the old text.
    """
    words = f"{note} {reason_of(reason)}".strip()
    edition = Edition(version.file, version.text, words, version.author_id, by.id)
    kept = publish_edition(session, version.article_id, edition, now=now)
    audit.record(
        session,
        f"article:{version.article_id}",
        "article restored",
        now=now,
        by=by,
        reason=f"{version.number}: {reason}",
    )
    return kept


def publish_due(session: Session, now: datetime) -> Sequence[ArticleVersion]:
    """Publish all approved drafts whose time has come (flushed, not committed); returns their versions.

    One that may not be published loses its time, so that somebody looks at it, and keeps no other one back. Several
    processes may do this at once: each draft is taken by one of them.
    """
    due = (
        select(ArticleDraft)
        .where(ArticleDraft.status == DraftStatus.APPROVED, ArticleDraft.publish_at <= now)
        .order_by(ArticleDraft.publish_at, ArticleDraft.id)
        .with_for_update(skip_locked=True)
    )
    tried = [(draft, _publish(session, draft, now)) for draft in session.scalars(due).all()]
    return [version for _, version in tried if version is not None]


def _publish(session: Session, draft: ArticleDraft, now: datetime) -> ArticleVersion | None:
    try:
        with session.begin_nested():
            return publish_draft(session, draft, by=None, now=now)
    except KnowledgeError as problem:
        log.warning("knowledge.not_published", article=draft.article_id, problem=type(problem).__name__)
        draft.publish_at, draft.updated_at = None, now
        audit.record(
            session,
            f"article:{draft.article_id}",
            "article not published at its time",
            now=now,
            reason=type(problem).__name__,
        )
        session.flush()
        return None
