"""Writing an article: by form fields, or as the text of its file; what was typed is never lost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk.errors import Stale
from helpdesk.queues import Profile, Queue
from helpdesk.tables import StaffSession
from knowledge import editing
from knowledge.differences import FieldDifference, differences
from knowledge.editing_checks import Findings, check
from knowledge.errors import DraftOpen
from knowledge.library import LEAST_QUESTIONS
from web.desk.knowledge_article import Edited, edited, findings_of, titles_of, today_of
from web.desk.knowledge_form import (
    LONGEST_ID,
    LONGEST_TEXT,
    Typed,
    TypedForm,
    from_text,
    id_of,
    ids_by_title,
    is_id,
    to_text,
    with_more_rows,
)
from web.desk.knowledge_words import finding_words
from web.desk.signed_in import Editing, EditingForm, back_to, parts_of
from web.labels import name_of
from web.pages import page

router = APIRouter()
Problems = Mapping[str, Sequence[tuple[str, str]]]
"""By field what is to be mended: `error` or `warning`, and the words."""


@router.get("/new")
def new(request: Request, me: Editing) -> HTMLResponse:
    """Show an empty form."""
    return _form(request, me, None, Typed({"valid_from": today_of(request).isoformat()}))


@router.post("/new")
def begin(request: Request, me: EditingForm, typed: TypedForm) -> Response:
    """Begin a new article; its id is made of the title unless one is typed."""
    article = typed.text("id").strip() or id_of(typed.text("title"))
    if typed.then == "more":
        return _form(request, me, None, with_more_rows(typed))
    parts = parts_of(request)
    with parts.database.session() as session:
        taken = editing.present(session, article) or editing.draft_of(session, article)
        if not is_id(article) or taken or editing.versions(session, article):
            words = name_of("EditingProblem", "id_taken" if is_id(article) else "id" if article else "title")
            field = "title" if not article else "id"
            return _form(request, me, None, typed, problems={field: [("error", words)]}, code=422)
        file, text = _text_of(request, typed, article, None)
        editing.open_draft(
            session, article, file=file, text=text, base_version=0, note=typed.note, by=me.staff, now=parts.clock()
        )
        session.commit()
    return back_to(_next(article, typed.then))


@router.get("/articles/{article}/edit")
def edit(request: Request, me: Editing, article: str, saved: Annotated[str, Query(max_length=10)] = "") -> HTMLResponse:
    """Show the form of an article: of its draft, else of what customers get."""
    with parts_of(request).database.reading() as session:
        found = edited(request, session, article)
        return _form(
            request,
            me,
            found,
            _typed_of(request, found),
            problems=problems_of(findings_of(request, found)),
            saved=saved,
        )


@router.post("/articles/{article}/edit")
def save(request: Request, me: EditingForm, typed: TypedForm, article: str) -> Response:
    """Keep what was typed as the article's draft, right or wrong; an older state is refused with both texts."""
    with parts_of(request).database.session() as session:
        found = edited(request, session, article)
        if typed.then == "more":
            return _form(request, me, found, with_more_rows(typed))
        file, text = _text_of(request, typed, article, found.present.text if found.present else None)
        try:
            changed = store(request, session, found, file, text, typed, me)
        except (Stale, DraftOpen):
            session.rollback()
            return _refused(request, me, session, article, typed, text)
        session.commit()
    return back_to(_next(article, typed.then if changed else "same"))


@router.get("/articles/{article}/raw")
def raw(request: Request, me: Editing, article: str, saved: Annotated[str, Query(max_length=10)] = "") -> HTMLResponse:
    """Show the text of the article's file."""
    with parts_of(request).database.reading() as session:
        found = edited(request, session, article)
        return _raw(request, me, found, found.text or "", saved=saved)


@router.post("/articles/{article}/raw")
def save_raw(
    request: Request,
    me: EditingForm,
    article: str,
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    queue: Annotated[str, Form(max_length=40)] = "",
    note: Annotated[str, Form(max_length=1000)] = "",
    mark: Annotated[str, Form(max_length=80)] = "",
    base: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Keep the text of a file as the article's draft."""
    words = text.replace("\r\n", "\n").strip() + "\n"
    with parts_of(request).database.session() as session:
        found = edited(request, session, article)
        folder = queue if queue in {one.value for one in Queue} else found.file.partition("/")[0]
        typed = Typed(note=note.strip(), mark=mark, base=base)
        try:
            store(request, session, found, f"{folder}/{article}.md", words, typed, me)
        except (Stale, DraftOpen):
            session.rollback()
            now = edited(request, session, article)
            return _raw(request, me, now, words, note=typed.note, theirs=differences(now.text, words), code=409)
        session.commit()
    return back_to(f"/desk/knowledge/articles/{article}/raw?saved=1")


def store(
    request: Request, session: Session, found: Edited, file: str, text: str, typed: Typed, me: StaffSession
) -> bool:
    """Keep a text as the draft of an article; returns whether something changed.

    Raises:
        Stale: the form showed an older state.
        DraftOpen: somebody began a draft at this very moment.
    """
    now = parts_of(request).clock()
    if found.draft is None:
        if typed.mark or (typed.base or 1) != (found.base or 1):
            raise Stale(found.id)
        if found.present is not None and file == found.present.file and not differences(found.present.text, text):
            return False
        editing.open_draft(
            session, found.id, file=file, text=text, base_version=found.base, note=typed.note, by=me.staff, now=now
        )
        return True
    draft = editing.locked(session, found.draft.id, typed.mark)
    if draft.text is None or draft.file != file or differences(draft.text, text):
        editing.change_draft(session, draft, text, file=file, note=typed.note, by=me.staff, now=now)
        return True
    editing.change_note(session, draft, typed.note, by=me.staff, now=now)
    return False


def problems_of(findings: Findings) -> Problems:
    """Return findings by field, in Polish."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, some in (("error", findings.errors), ("warning", findings.warnings)):
        for one in some:
            found.setdefault(one.field, []).append((kind, finding_words(one.reason)))
    return found


def _next(article: str, then: str) -> str:
    place = f"/desk/knowledge/articles/{article}"
    return {
        "preview": f"{place}/answers",
        "submit": f"{place}/draft",
        "same": f"{place}/edit?saved=same",
    }.get(then, f"{place}/edit?saved=1")


def _text_of(request: Request, typed: Typed, article: str, before: str | None) -> tuple[str, str]:
    ids = ids_by_title(parts_of(request).knowledge().library.articles)
    return to_text(typed, article, ids, before=before, today=today_of(request))


def _typed_of(request: Request, found: Edited) -> Typed:
    typed = from_text(found.text or (found.present.text if found.present else None), titles_of(request))
    return replace(typed, note=found.draft.note if found.draft else "", mark=found.mark, base=found.base)


def _refused(
    request: Request, me: StaffSession, session: Session, article: str, typed: Typed, text: str
) -> HTMLResponse:
    """Show what was typed beside what somebody else saved meanwhile; saving again is then a choice."""
    now = edited(request, session, article)
    mine = replace(typed, mark=now.mark, base=now.base)
    problems = problems_of(check(text, now.file, parts_of(request).knowledge(), today_of(request)))
    return _form(request, me, now, mine, problems=problems, theirs=differences(now.text, text), code=409)


def _raw(
    request: Request,
    me: StaffSession,
    found: Edited,
    text: str,
    *,
    note: str | None = None,
    theirs: Sequence[FieldDifference] = (),
    saved: str = "",
    code: int = 200,
) -> HTMLResponse:
    findings = check(text, found.file, parts_of(request).knowledge(), today_of(request)) if text else Findings()
    return page(
        request,
        "desk/knowledge/raw.html",
        code=code,
        me=me,
        found=found,
        text=text,
        note=note if note is not None else found.draft.note if found.draft else "",
        problems=problems_of(findings),
        theirs=theirs,
        saved=saved,
        queues=list(Queue),
        longest=LONGEST_TEXT,
        mark=found.mark,
        base=found.base,
    )


def _form(
    request: Request,
    me: StaffSession,
    found: Edited | None,
    typed: Typed,
    *,
    problems: Problems | None = None,
    theirs: Sequence[FieldDifference] = (),
    saved: str = "",
    code: int = 200,
) -> HTMLResponse:
    if found is not None and found.text is None and found.draft is None and not found.versions:
        raise HTTPException(404)
    base, day = parts_of(request).knowledge(), today_of(request)
    return page(
        request,
        "desk/knowledge/edit.html",
        code=code,
        me=me,
        found=found,
        typed=typed,
        problems=problems or {},
        theirs=theirs,
        saved=saved,
        queues=list(Queue),
        profiles=list(Profile),
        titles=sorted(titles_of(request).values()),
        amounts=[
            (one.id, one.name, base.reference.amounts.fill(f"{{{{{one.id}}}}}", day))
            for one in base.reference.amounts.by_id.values()
        ],
        least_questions=LEAST_QUESTIONS,
        longest_id=LONGEST_ID,
    )
