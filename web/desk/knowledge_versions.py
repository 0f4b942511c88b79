"""The versions of an article: what each changed, what lies between any two, and the way back to an old one."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import IntegrityError

from helpdesk.errors import ReasonMissing
from helpdesk.roles import Permission, may
from helpdesk.tables import StaffSession
from knowledge import editing
from knowledge.differences import differences
from knowledge.errors import DraftOpen, LibraryError
from web.desk.knowledge_article import edited
from web.desk.signed_in import Editing, EditingForm, back_to, parts_of
from web.labels import name_of
from web.pages import page

router = APIRouter(prefix="/articles/{article}/versions/{number}")
MOST = 1_000_000


@router.get("")
def show(
    request: Request,
    me: Editing,
    article: str,
    number: int,
    against: Annotated[int | None, Query(ge=0, le=MOST)] = None,
) -> HTMLResponse:
    """Show a version: what differs from the one before, or from a chosen one, and its text."""
    return _version(request, me, article, number, against)


@router.post("/restore")
def restore(
    request: Request,
    me: EditingForm,
    article: str,
    number: int,
    words: Annotated[str, Form(max_length=1000)] = "",
    at_once: Annotated[bool, Form()] = False,
) -> Response:
    """Begin a draft with the version's text; a supervisor may bring it back at once, with a reason."""
    parts = parts_of(request)
    if at_once and not may(me.staff, Permission.LEAD):
        raise HTTPException(404)
    with parts.database.session() as session:
        edited(request, session, article)
        kept = editing.version(session, article, number) if number <= MOST else None
        if kept is None:
            raise HTTPException(404)
        note = name_of("EditingNote", "restored").format(number=number)
        try:
            if at_once:
                editing.restore_now(session, kept, note=note, reason=words, by=me.staff, now=parts.clock())
            else:
                editing.restore(session, kept, note=note, by=me.staff, now=parts.clock())
            session.commit()
        except (DraftOpen, ReasonMissing, LibraryError, IntegrityError) as refusal:
            session.rollback()
            names = {DraftOpen: "open", ReasonMissing: "reason", LibraryError: "invalid", IntegrityError: "at_once"}
            return _version(request, me, article, number, None, problem=names[type(refusal)], words=words)
    return back_to(f"/desk/knowledge/articles/{article}" + ("?done=restored" if at_once else "/draft"))


def _version(
    request: Request,
    me: StaffSession,
    article: str,
    number: int,
    against: int | None,
    *,
    problem: str = "",
    words: str = "",
) -> HTMLResponse:
    with parts_of(request).database.reading() as session:
        found = edited(request, session, article)
        kept = next((one for one in found.versions if one.number == number), None)
        if kept is None:
            raise HTTPException(404)
        other_number = number - 1 if against is None else against
        other = next((one for one in found.versions if one.number == other_number), None)
        return page(
            request,
            "desk/knowledge/version.html",
            code=409 if problem else 200,
            me=me,
            found=found,
            version=kept,
            other=other,
            changes=differences(other.text if other else None, kept.text),
            problem=name_of("EditingProblem", problem) if problem else "",
            words=words,
            is_latest=kept is found.versions[0],
        )
