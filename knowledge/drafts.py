"""Drafts of articles: written by one person, reviewed by another.

Use cases take a session and never commit. Who changes a draft holds its row (`locked`), so that of two who do it at
once the later one sees what the first one did. Each new text counts the draft's `revision` up, by which evaluations
know what they judged; a form brings the `mark_of` the state that it shows. Everything is audited.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import IllegalMove, NotFound, Stale
from helpdesk.knowledge_states import DraftStatus, check_draft_move
from helpdesk.tables import ArticleDraft, Staff
from knowledge.article import Article
from knowledge.errors import DraftOpen, StaleBase
from knowledge.loose import read_loosely
from knowledge.versions import FIRST, present, present_version, versions
from knowledge.writing import write, write_fields

OPEN = (DraftStatus.DRAFT, DraftStatus.REVIEW, DraftStatus.APPROVED)
"""The states of a draft that somebody still works on."""


def draft_of(session: Session, article_id: str) -> ArticleDraft | None:
    """Return the one draft of an article that is neither published nor discarded, or None."""
    return session.scalars(_open().where(ArticleDraft.article_id == article_id)).one_or_none()


def open_drafts(session: Session) -> Sequence[ArticleDraft]:
    """Return all drafts that somebody still works on, the one that was changed longest ago first."""
    return session.scalars(_open().order_by(ArticleDraft.updated_at, ArticleDraft.id)).all()


def mark_of(draft: ArticleDraft) -> str:
    """Return the mark of a draft's present state: another one after every change of text, state or time."""
    return f"{draft.revision}-{draft.status.value}-{draft.updated_at.timestamp():.6f}"


def locked(session: Session, draft_id: int, mark: str | None = None) -> ArticleDraft:
    """Return a draft for changing it; others who want that wait until this unit of work ends.

    Args:
        session: a unit of work.
        draft_id: which one.
        mark: the state that the form showed (`mark_of`); None for a deed without a form.

    Raises:
        NotFound: there is none.
        Stale: somebody changed it since.
    """
    found = session.get(ArticleDraft, draft_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"draft {draft_id}")
    if mark is not None and mark != mark_of(found):
        raise Stale(f"draft {draft_id}: {mark} of {mark_of(found)}")
    return found


def open_draft(
    session: Session,
    article_id: str,
    *,
    file: str,
    text: str | None,
    base_version: int,
    note: str,
    by: Staff,
    now: datetime,
) -> ArticleDraft:
    """Begin a change of an article (flushed).

    Args:
        session: a unit of work.
        article_id: a published article's, or a new one.
        file: `<queue>/<id>.md`.
        text: the text of the article's file, which need not be right yet; None for a withdrawal.
        base_version: the number of the version that it changes (`versions.present_version`); 0 for a new article, and
            for one of the release that was never edited here.
        note: what is changed and why.
        by: who writes.
        now: the instant, aware UTC.

    Raises:
        DraftOpen: somebody is changing the article already.
    """
    known = present_version(session, article_id, now=now)
    draft = ArticleDraft(
        article_id=article_id,
        file=file,
        text=text,
        # What the release brought becomes version 1 right here: whoever read the release's text read version 1.
        base_version=base_version or (FIRST if known is not None and known.number == FIRST else 0),
        note=note,
        author_id=by.id,
        created_at=now,
        updated_at=now,
    )
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError as problem:
        raise DraftOpen(article_id) from problem
    record(session, draft, "article draft opened", by, now)
    return draft


def change_draft(
    session: Session, draft: ArticleDraft, text: str | None, *, file: str, note: str, by: Staff, now: datetime
) -> None:
    """Write another text into a (locked) draft; one in review or approved is taken back: it needs another look.

    Raises:
        IllegalMove: it is published or discarded.
    """
    if draft.status is not DraftStatus.DRAFT:
        move(draft, DraftStatus.DRAFT)
    draft.text, draft.file, draft.note, draft.author_id = text, file, note, by.id
    draft.revision += 1
    forget_decisions(draft)
    note_change(session, draft, "article draft changed", by, now)


def change_note(session: Session, draft: ArticleDraft, note: str, *, by: Staff, now: datetime) -> None:
    """Say anew what a (locked) draft changes and why; its text and its author stay."""
    if note != draft.note:
        draft.note = note
        note_change(session, draft, "article draft explained", by, now)


def add_example(session: Session, article: Article, question: str, *, by: Staff, now: datetime) -> ArticleDraft:
    """Add an example question to the article's open draft, or open one with it; one that is there is not repeated.

    Raises:
        LibraryError: the open draft's text cannot be read.
        IllegalMove: the open draft withdraws the article.
    """
    words = " ".join(question.split())
    known = draft_of(session, article.id)
    if known is None:
        base = present_version(session, article.id, now=now)
        text = base.text if base is not None and base.text is not None else write(article)
        return open_draft(
            session,
            article.id,
            file=base.file if base else article.file,
            text=_with_example(text, words),
            base_version=base.number if base else 0,
            note="",
            by=by,
            now=now,
        )
    draft = locked(session, known.id)
    if draft.text is None:
        raise IllegalMove("an article that is being withdrawn gets no examples")
    changed = _with_example(draft.text, words)
    if changed != draft.text:
        change_draft(session, draft, changed, file=draft.file, note=draft.note, by=by, now=now)
    return draft


def take_back(session: Session, draft: ArticleDraft, *, by: Staff, now: datetime) -> None:
    """Let a draft that waits for review or publication be written again."""
    move(draft, DraftStatus.DRAFT)
    forget_decisions(draft)
    note_change(session, draft, "article draft taken back", by, now)


def discard(session: Session, draft: ArticleDraft, *, by: Staff, now: datetime) -> None:
    """Give a draft up; what customers get does not change."""
    move(draft, DraftStatus.DISCARDED)
    note_change(session, draft, "article draft discarded", by, now)


def rebase(session: Session, draft: ArticleDraft, *, by: Staff, now: datetime) -> None:
    """Let a draft change the version that customers get now, after somebody has seen what differs."""
    if draft.status is not DraftStatus.DRAFT:
        move(draft, DraftStatus.DRAFT)
    known = present_version(session, draft.article_id, now=now)
    draft.base_version, draft.author_id = known.number if known else 0, by.id
    draft.revision += 1
    forget_decisions(draft)
    note_change(session, draft, "article draft rebased", by, now)


def is_stale(session: Session, draft: ArticleDraft) -> bool:
    """Whether customers get another version by now than the one that a draft changes."""
    known, shown = versions(session, draft.article_id), present(session, draft.article_id)
    if shown is None:
        return False
    latest = known[0] if known else None
    return (
        latest is None or latest.number != draft.base_version or (latest.file, latest.text) != (shown.file, shown.text)
    )


def check_base(session: Session, draft: ArticleDraft, *, now: datetime) -> None:
    """Raise StaleBase when a newer version was published since the draft was begun."""
    known = present_version(session, draft.article_id, now=now)
    if (known.number if known else 0) != draft.base_version:
        raise StaleBase(draft.article_id)


def _open() -> Select[ArticleDraft]:
    return select(ArticleDraft).where(ArticleDraft.status.in_(OPEN))


def move(draft: ArticleDraft, after: DraftStatus) -> None:
    """Take a draft to another state. Raises IllegalMove when there is no way."""
    check_draft_move(draft.status, after)
    draft.status = after


def forget_decisions(draft: ArticleDraft) -> None:
    """Another text has no reviewer, no time and no supervisor's word yet."""
    draft.publish_at = draft.reviewer_id = draft.override_by_id = None
    draft.override_reason = ""


def note_change(session: Session, draft: ArticleDraft, action: str, by: Staff | None, now: datetime) -> None:
    """Note when a draft was changed and who did it (flushed, audited)."""
    draft.updated_at = now
    session.flush()
    record(session, draft, action, by, now)


def record(
    session: Session, draft: ArticleDraft, action: str, by: Staff | None, now: datetime, reason: str = ""
) -> None:
    """Write down who did what to an article."""
    audit.record(session, f"article:{draft.article_id}", action, now=now, by=by, reason=reason)


def _with_example(text: str, question: str) -> str:
    loose = read_loosely(text)
    questions = loose.texts("questions")
    if question in questions:
        return text
    return write_fields({**loose.values, "questions": (*questions, question)}, loose.body)
