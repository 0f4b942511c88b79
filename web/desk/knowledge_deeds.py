"""The page of an article, and its draft's way: to review, back, approved, published, given up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.errors import HelpdeskError, IllegalMove, ReasonMissing, Stale
from helpdesk.hours import WARSAW
from helpdesk.knowledge_states import DraftStatus
from helpdesk.roles import Permission, may
from helpdesk.tables import ArticleDraft, Staff, StaffSession
from knowledge import editing, gate
from knowledge.differences import differences
from knowledge.errors import DraftOpen, KnowledgeError, LibraryError, NotYetAllowed, OwnReview, StaleBase
from web.desk.knowledge_article import answers_count, confusions, edited, findings_of, open_questions, titles_of
from web.desk.knowledge_forms import problems_of
from web.desk.signed_in import Editing, EditingForm, back_to, parts_of
from web.labels import name_of
from web.pages import page

router = APIRouter(prefix="/articles/{article}")
PROBLEMS: Mapping[type[Exception], str] = {
    Stale: "stale",
    StaleBase: "stale_base",
    OwnReview: "own_review",
    ReasonMissing: "reason",
    IllegalMove: "moved",
    LibraryError: "invalid",
    DraftOpen: "open",
    IntegrityError: "at_once",
}


class BadTime(Exception):
    """A time of publication that is none, or that is past."""


class NoteMissing(Exception):
    """A draft is submitted without a word on what it changes."""


@dataclass(frozen=True)
class Deed:
    """What somebody wants done to a draft: the words and the time that they typed, and the instant."""

    words: str
    at: str
    by: Staff
    now: datetime

    def time(self) -> datetime | None:
        """The instant typed as Warsaw time; None when nothing was. Raises BadTime."""
        if not self.at.strip():
            return None
        try:
            local = datetime.fromisoformat(self.at.strip())
        except ValueError as problem:
            raise BadTime from problem
        found = local.replace(tzinfo=WARSAW) if local.tzinfo is None else local
        if found <= self.now:
            raise BadTime
        return found


def _submit(session: Session, draft: ArticleDraft, deed: Deed) -> None:
    editing.change_note(session, draft, deed.words or draft.note, by=deed.by, now=deed.now)
    if not draft.note.strip():
        raise NoteMissing
    editing.submit(session, draft, by=deed.by, now=deed.now)
    gate.request(session, draft, by=deed.by, now=deed.now)


def _approve(session: Session, draft: ArticleDraft, deed: Deed) -> None:
    editing.approve(session, draft, comment=deed.words, by=deed.by, now=deed.now, publish_at=deed.time())


def _approve_and_publish(session: Session, draft: ArticleDraft, deed: Deed) -> None:
    editing.approve(session, draft, comment=deed.words, by=deed.by, now=deed.now)
    editing.publish_draft(session, draft, by=deed.by, now=deed.now)


def _override(session: Session, draft: ArticleDraft, deed: Deed) -> None:
    if not may(deed.by, Permission.LEAD):
        raise HTTPException(404)
    editing.override(session, draft, deed.words, by=deed.by, now=deed.now)


def _evaluate(session: Session, draft: ArticleDraft, deed: Deed) -> None:
    gate.request(session, draft, by=deed.by, now=deed.now)


DEEDS: Mapping[str, Callable[[Session, ArticleDraft, Deed], object]] = {
    "submit": _submit,
    "take_back": lambda session, draft, deed: editing.take_back(session, draft, by=deed.by, now=deed.now),
    "return": lambda session, draft, deed: editing.return_to_author(
        session, draft, comment=deed.words, by=deed.by, now=deed.now
    ),
    "approve": _approve,
    "approve_and_publish": _approve_and_publish,
    "schedule": lambda session, draft, deed: editing.schedule(session, draft, deed.time(), by=deed.by, now=deed.now),
    "publish": lambda session, draft, deed: editing.publish_draft(session, draft, by=deed.by, now=deed.now),
    "discard": lambda session, draft, deed: editing.discard(session, draft, by=deed.by, now=deed.now),
    "rebase": lambda session, draft, deed: editing.rebase(session, draft, by=deed.by, now=deed.now),
    "override": _override,
    "evaluate": _evaluate,
}
"""What can be done to a draft, by the name of the button."""
ENDS = frozenset({"publish", "approve_and_publish", "discard"})


@router.get("")
def show(request: Request, me: Editing, article: str, done: Annotated[str, Query(max_length=20)] = "") -> HTMLResponse:
    """Show an article: where it stands, its draft, its versions, and what customers make of it."""
    return _article(request, me, article, done=done)


@router.get("/draft")
def draft(request: Request, me: Editing, article: str) -> Response:
    """Show a draft: what it changes, what it would change for customers, and what can be done now."""
    return _draft(request, me, article)


@router.post("/draft")
def do(
    request: Request,
    me: EditingForm,
    article: str,
    deed: Annotated[str, Form(max_length=40)] = "",
    mark: Annotated[str, Form(max_length=80)] = "",
    words: Annotated[str, Form(max_length=1000)] = "",
    at: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Do something to the draft of an article; what is refused says why, and keeps what was typed."""
    parts = parts_of(request)
    wanted = Deed(words.strip(), at, me.staff, parts.clock())
    with parts.database.session() as session:
        found = edited(request, session, article)
        act = DEEDS.get(deed)
        if found.draft is None or act is None:
            return back_to(f"/desk/knowledge/articles/{article}")
        try:
            act(session, editing.locked(session, found.draft.id, mark), wanted)
            session.commit()
        except NotYetAllowed as problem:
            session.rollback()
            name = "needs_run" if problem.needs_run else "broken"
            return _draft(request, me, article, problem=name, deed=wanted, code=409)
        except (BadTime, NoteMissing) as problem:
            session.rollback()
            name = "time" if isinstance(problem, BadTime) else "note"
            return _draft(request, me, article, problem=name, deed=wanted, code=422)
        except (HelpdeskError, KnowledgeError, IntegrityError) as problem:
            session.rollback()
            return _draft(request, me, article, problem=_name_of(problem), deed=wanted, code=409)
    return back_to(f"/desk/knowledge/articles/{article}" + (f"?done={deed}" if deed in ENDS else "/draft"))


@router.post("/withdraw")
def withdraw(
    request: Request, me: EditingForm, article: str, words: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Begin the withdrawal of an article, which another person reviews like any change."""
    parts = parts_of(request)
    with parts.database.session() as session:
        found = edited(request, session, article)
        if found.present is None or found.present.text is None:
            return back_to(f"/desk/knowledge/articles/{article}")
        if not words.strip():
            return _article(request, me, article, problem="note", code=422)
        try:
            editing.open_draft(
                session,
                article,
                file=found.present.file,
                text=None,
                base_version=found.base,
                note=words.strip(),
                by=me.staff,
                now=parts.clock(),
            )
        except DraftOpen:
            session.rollback()
            return _article(request, me, article, problem="open", code=409)
        session.commit()
    return back_to(f"/desk/knowledge/articles/{article}/draft")


def _name_of(problem: Exception) -> str:
    return next((name for kind, name in PROBLEMS.items() if isinstance(problem, kind)), "moved")


def _article(
    request: Request, me: StaffSession, article: str, *, done: str = "", problem: str = "", code: int = 200
) -> HTMLResponse:
    with parts_of(request).database.reading() as session:
        found = edited(request, session, article)
        return page(
            request,
            "desk/knowledge/article.html",
            code=code,
            me=me,
            found=found,
            done=done if done in ENDS or done == "restored" else "",
            problem=name_of("EditingProblem", problem) if problem else "",
            questions=open_questions(session, article),
            answers=answers_count(session, article),
            confusions=confusions(session, article),
            titles=titles_of(request),
        )


def _draft(
    request: Request, me: StaffSession, article: str, *, problem: str = "", deed: Deed | None = None, code: int = 200
) -> Response:
    with parts_of(request).database.reading() as session:
        found = edited(request, session, article)
        if found.draft is None:
            return back_to(f"/desk/knowledge/articles/{article}")
        run = gate.latest(session, found.draft)
        newest = found.present.text if found.present else None
        return page(
            request,
            "desk/knowledge/draft.html",
            code=code,
            me=me,
            found=found,
            draft=found.draft,
            mark=editing.mark_of(found.draft),
            mine=found.draft.author_id == me.staff_id,
            statuses=DraftStatus,
            changes=differences(found.base_text, found.draft.text),
            newer=differences(found.base_text, newest) if found.stale else (),
            problems=problems_of(findings_of(request, found)),
            run=run,
            verdict=gate.may_publish(run, found.draft),
            problem=name_of("EditingProblem", problem) if problem else "",
            deed=deed,
            titles=titles_of(request),
        )
