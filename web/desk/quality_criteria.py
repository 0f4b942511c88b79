"""The criteria of the score card: adding, rewording, putting in order, switching off and on again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk import criteria
from helpdesk.criteria import LONGEST_EXPLANATION, LONGEST_NAME, BadCriterion, NewCriterion
from helpdesk.errors import NotFound
from helpdesk.quality_states import CriterionKind
from helpdesk.tables import Criterion, StaffSession
from web.desk.quality import first_criteria
from web.desk.quality_forms import TypedCriterion, mark_of
from web.desk.signed_in import Leading, LeadingForm, back_to, parts_of
from web.labels import name_of
from web.pages import page

router = APIRouter(prefix="/quality/criteria")
HOME = "/desk/quality/criteria"
STALE = "stale"
NOTHING = NewCriterion(CriterionKind.OWN, "")


@router.get("")
def show(request: Request, me: Leading) -> HTMLResponse:
    """Show the criteria in their order, and the form for another one."""
    first_criteria(parts_of(request))
    return _list(request, me)


@router.post("")
def add(request: Request, me: LeadingForm, typed: Annotated[TypedCriterion, Depends()]) -> Response:
    """Add a criterion."""
    parts = parts_of(request)
    with parts.database.session() as session:
        try:
            made = criteria.add(session, typed.criterion, by=me.staff, now=parts.clock())
        except BadCriterion as refused:
            session.rollback()
            return _list(request, me, typed.criterion, refused.problem.value, 422)
        session.commit()
        return back_to(f"{HOME}#criterion-{made.id}")


@router.get("/{criterion_id}")
def edit(request: Request, me: Leading, criterion_id: int) -> HTMLResponse:
    """Show the form of a criterion."""
    return _form(request, me, criterion_id)


@router.post("/{criterion_id}")
def reword(
    request: Request, me: LeadingForm, criterion_id: int, typed: Annotated[TypedCriterion, Depends()]
) -> Response:
    """Change a criterion's words; cards that used it keep the words they were given by."""
    parts = parts_of(request)
    with parts.database.session() as session:
        criterion = _get(session, criterion_id)
        if mark_of(criterion) != typed.seen:
            session.rollback()
            return _form(request, me, criterion_id, typed.criterion, STALE, 409)
        try:
            kept = criteria.reword(session, criterion, typed.criterion, by=me.staff, now=parts.clock())
        except BadCriterion as refused:
            session.rollback()
            return _form(request, me, criterion_id, typed.criterion, refused.problem.value, 422)
        session.commit()
        return back_to(f"{HOME}#criterion-{kept.id}")


@router.post("/{criterion_id}/switch")
def switch(request: Request, me: LeadingForm, criterion_id: int, active: Annotated[bool, Form()] = False) -> Response:
    """Switch a criterion on or off."""
    parts = parts_of(request)
    with parts.database.session() as session:
        criteria.switch(session, _get(session, criterion_id), active=active, by=me.staff, now=parts.clock())
        session.commit()
    return back_to(f"{HOME}#criterion-{criterion_id}")


@router.post("/{criterion_id}/move")
def move(request: Request, me: LeadingForm, criterion_id: int, up: Annotated[bool, Form()] = False) -> Response:
    """Move a criterion up or down."""
    parts = parts_of(request)
    with parts.database.session() as session:
        criteria.move(session, _get(session, criterion_id), up=up, by=me.staff, now=parts.clock())
        session.commit()
    return back_to(f"{HOME}#criterion-{criterion_id}")


def _get(session: Session, criterion_id: int) -> Criterion:
    try:
        return criteria.get(session, criterion_id)
    except NotFound:
        raise HTTPException(404) from None


def _list(
    request: Request, me: StaffSession, typed: NewCriterion = NOTHING, problem: str = "", code: int = 200
) -> HTMLResponse:
    with parts_of(request).database.reading() as session:
        return page(
            request,
            "desk/quality/criteria.html",
            code=code,
            me=me,
            criteria=criteria.every(session),
            typed=typed,
            seen="",
            problem=name_of("CriterionProblem", problem) if problem else "",
            wrong=problem,
            **_bounds(),
        )


def _form(
    request: Request,
    me: StaffSession,
    criterion_id: int,
    typed: NewCriterion | None = None,
    problem: str = "",
    code: int = 200,
) -> HTMLResponse:
    with parts_of(request).database.reading() as session:
        known = session.get(Criterion, criterion_id)
        if known is None or known.replaced:
            raise HTTPException(404)
        return page(
            request,
            "desk/quality/criterion.html",
            code=code,
            me=me,
            criterion=known,
            typed=typed or NewCriterion(known.kind, known.name, known.explanation),
            seen=mark_of(known),
            problem=name_of("CriterionProblem", problem) if problem else "",
            wrong=problem,
            **_bounds(),
        )


def _bounds() -> dict[str, object]:
    return {"kinds": list(CriterionKind), "longest_name": LONGEST_NAME, "longest_explanation": LONGEST_EXPLANATION}
