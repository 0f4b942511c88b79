"""Canned answers: writing and changing them with a preview, and loading the first set."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from helpdesk import canned
from helpdesk.canned import BadCanned, NewCanned
from helpdesk.queues import Queue
from helpdesk.roles import Permission
from helpdesk.tables import CannedAnswer, StaffSession
from polish.cleaning import clean
from web.desk.signed_in import acting, back_to, parts_of, reading
from web.labels import name_of
from web.pages import page

Writer = Annotated[StaffSession, reading(Permission.WRITE_CANNED_ANSWERS)]
WriterForm = Annotated[StaffSession, acting(Permission.WRITE_CANNED_ANSWERS)]
NOTHING = NewCanned("", "", "")

router = APIRouter(prefix="/canned")


@router.get("")
def show(request: Request, me: Writer) -> HTMLResponse:
    """Show all canned answers."""
    with parts_of(request).database.reading() as session:
        return page(request, "desk/canned.html", me=me, answers=canned.every(session))


@router.post("/first-set")
def load(request: Request, me: WriterForm) -> Response:
    """Add the answers of the first set whose shortcuts are free."""
    parts = parts_of(request)
    with parts.database.session() as session:
        canned.load_first_set(session, by=me.staff, now=parts.clock())
        session.commit()
    return back_to("/desk/canned")


@router.get("/new")
def new(request: Request, me: Writer) -> HTMLResponse:
    """Show the form for a new answer."""
    return _form(request, me, None, NOTHING)


@router.get("/{answer_id}")
def edit(request: Request, me: Writer, answer_id: int) -> HTMLResponse:
    """Show the form of an answer."""
    with parts_of(request).database.reading() as session:
        known = session.get(CannedAnswer, answer_id)
        if known is None:
            raise HTTPException(404)
        return _form(
            request, me, answer_id, NewCanned(known.shortcut, known.title, known.text, known.queue, known.active)
        )


@router.post("/{place}")
def save(
    request: Request,
    me: WriterForm,
    place: str,
    shortcut: Annotated[str, Form(max_length=200)] = "",
    title: Annotated[str, Form(max_length=500)] = "",
    words: Annotated[str, Form(alias="text", max_length=20_000)] = "",
    queue: Annotated[str, Form(max_length=40)] = "",
    active: Annotated[bool, Form()] = False,
    preview: Annotated[bool, Form()] = False,
) -> Response:
    """Save an answer, or show how it will read; an unknown placeholder is refused."""
    known_queue = next((member for member in Queue if member.value == queue), None)
    typed = NewCanned(
        shortcut.strip().lstrip("/").casefold(), " ".join(clean(title).split()), clean(words), known_queue, active
    )
    answer_id = int(place) if place.isascii() and place.isdigit() and len(place) < 10 else None
    if answer_id is None and place != "new":
        raise HTTPException(404)
    parts = parts_of(request)
    with parts.database.session() as session:
        known = session.get(CannedAnswer, answer_id) if answer_id is not None else None
        if answer_id is not None and known is None:
            raise HTTPException(404)
        try:
            kept = canned.save(session, typed, by=me.staff, now=parts.clock(), known=known)
        except BadCanned as problem:
            session.rollback()
            words_of = name_of("CannedProblem", f"{problem.field} {problem.kind}").replace("{what}", problem.what)
            return _form(request, me, answer_id, typed, field=problem.field, problem=words_of, code=422)
        if preview:
            session.rollback()
            return _form(request, me, answer_id, typed, shown=_example(typed.text, me))
        session.commit()
        return back_to(f"/desk/canned#answer-{kept.id}")


def _example(text: str, me: StaffSession) -> str:
    """Return a text as an invented ticket fills it."""
    values = {name: name_of("PlaceholderExample", name) for name in canned.PLACEHOLDERS}
    return canned.filled(text, {**values, "imie_konsultanta": me.staff.name}).strip()


def _form(
    request: Request,
    me: StaffSession,
    answer_id: int | None,
    typed: NewCanned,
    *,
    field: str = "",
    problem: str = "",
    shown: str = "",
    code: int = 200,
) -> HTMLResponse:
    return page(
        request,
        "desk/canned_form.html",
        code=code,
        me=me,
        answer_id=answer_id,
        typed=typed,
        field=field,
        problem=problem,
        shown=shown,
        placeholders=[(name, name_of("Placeholder", name)) for name in canned.PLACEHOLDERS],
        queues=list(Queue),
        longest_title=canned.LONGEST_TITLE,
        longest_text=canned.LONGEST_TEXT,
        longest_shortcut=canned.LONGEST_SHORTCUT,
    )
