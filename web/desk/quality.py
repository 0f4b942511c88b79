"""Quality for supervisors: what is to be scored, drawing samples, choosing a case, and how scorers agree."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import appeals, criteria, samples, scoring_lists
from helpdesk.criteria import BadCriterion
from helpdesk.errors import NotFound
from helpdesk.quality_states import SampleMethod
from helpdesk.queues import Queue
from helpdesk.tables import Sample, SampleItem, Staff, StaffSession
from web.desk.list_address import Day
from web.desk.quality_case import names, subject_of
from web.desk.quality_forms import Page, TypedSample, midnight
from web.desk.signed_in import Leading, LeadingForm, back_to, parts_of
from web.labels import name_of
from web.pages import page
from web.parts import Parts

SAMPLES = 20
"""Samples of one page."""

router = APIRouter(prefix="/quality")


@router.get("")
def show(request: Request, me: Leading, number: Annotated[Page, Query(alias="page")] = 0) -> HTMLResponse:
    """Show what is to be scored, the forms for more of it, and the samples drawn."""
    first_criteria(parts_of(request))
    return _overview(request, me, number=number)


def first_criteria(parts: Parts) -> None:
    """Load the criteria of the data file, unless there are some or somebody else is about it at this moment."""
    with parts.database.reading() as session:
        if criteria.every(session):
            return
    with parts.database.session() as session:
        try:
            criteria.load_first_set(session, by=None, now=parts.clock())
        except BadCriterion:
            return
        session.commit()


def _overview(
    request: Request,
    me: StaffSession,
    *,
    number: int = 0,
    typed: TypedSample | None = None,
    problem: str = "",
    case: str = "",
    code: int = 200,
) -> HTMLResponse:
    parts = parts_of(request)
    with parts.database.reading() as session:
        items = samples.to_score(session, me.staff)
        drawn = samples.latest(session, page=number, size=SAMPLES)
        return page(
            request,
            "desk/quality/index.html",
            code=code,
            me=me,
            items=items,
            cases=names(session, {item.subject for item in items}),
            samples=drawn,
            number=number,
            page_size=SAMPLES,
            appeals=len(appeals.waiting(session, me.staff)),
            typed=typed or TypedSample.offered(parts.clock()),
            problem=name_of("SampleProblem", problem) if problem else "",
            wrong=problem,
            case=case,
            queues=list(Queue),
            methods=[SampleMethod.RISK, SampleMethod.RANDOM],
            most=samples.MOST,
        )


@router.post("/samples")
def draw(
    request: Request,
    me: LeadingForm,
    method: Annotated[str, Form(max_length=20)] = "",
    first: Annotated[str, Form(max_length=20)] = "",
    last: Annotated[str, Form(max_length=20)] = "",
    queue: Annotated[str, Form(max_length=40)] = "",
    size: Annotated[str, Form(max_length=20)] = "",
    double: Annotated[str, Form(max_length=20)] = "",
    fair: Annotated[bool, Form()] = False,
    seed: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Draw a sample."""
    parts = parts_of(request)
    typed = TypedSample(method, first, last, queue, size, double, fair, seed)
    try:
        order = typed.order()
    except ValueError as wrong:
        return _overview(request, me, typed=typed, problem=str(wrong), code=422)
    with parts.database.session() as session:
        sample = samples.draw(session, order, by=me.staff, now=parts.clock())
        session.commit()
        return back_to(f"/desk/quality/samples/{sample.id}")


@router.get("/samples/{sample_id}")
def show_sample(request: Request, me: Leading, sample_id: int) -> HTMLResponse:
    """Show a sample: how it was drawn, and how far its cases are scored."""
    with parts_of(request).database.reading() as session:
        sample = session.get(Sample, sample_id)
        if sample is None:
            raise HTTPException(404)
        items = session.scalars(select(SampleItem).where(SampleItem.sample_id == sample.id).order_by(SampleItem.id))
        found = items.all()
        return page(
            request,
            "desk/quality/sample.html",
            me=me,
            sample=sample,
            last=sample.until - timedelta(microseconds=1),
            items=found,
            cards=scoring_lists.cards_of_items(session, found),
            cases=names(session, {item.subject for item in found}),
        )


@router.get("/case")
def show_case(request: Request, me: Leading, number: Annotated[str, Query(max_length=40)] = "") -> HTMLResponse:
    """Show whose part of a case can be scored."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        subject = subject_of(session, number)
        theirs = _others(session, subject, me) if subject else []
        if subject and theirs:
            case = names(session, [subject])[subject]
            return page(request, "desk/quality/case.html", me=me, subject=subject, case=case, consultants=theirs)
    return _overview(request, me, problem="nobody" if subject else "case", case=number)


def _others(session: Session, subject: str, me: StaffSession) -> list[Staff]:
    return [one for one in samples.consultants_of(session, subject) if one.id != me.staff_id]


@router.post("/items")
def choose(
    request: Request,
    me: LeadingForm,
    subject: Annotated[str, Form(max_length=60)] = "",
    consultant: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Choose one consultant's part of one case to be scored."""
    parts = parts_of(request)
    with parts.database.session() as session:
        whose = session.get(Staff, consultant)
        if whose is None:
            raise HTTPException(404)
        try:
            item = samples.choose_one(session, subject, whose, by=me.staff, now=parts.clock())
        except NotFound:
            raise HTTPException(404) from None
        session.commit()
        return back_to(f"/desk/quality/items/{item.id}")


@dataclass(frozen=True)
class Days:
    """A period by its first and its last day, both included; None for an open end."""

    first: Day = None
    last: Day = None


@router.get("/agreement")
def show_agreement(request: Request, me: Leading, days: Annotated[Days, Depends()]) -> HTMLResponse:
    """Show how two people agree who scored the same cases, with the definition of each figure."""
    since = midnight(days.first) if days.first else None
    until = midnight(days.last + timedelta(days=1)) if days.last else None
    with parts_of(request).database.reading() as session:
        found = scoring_lists.agreements(session, since=since, until=until)
        return page(request, "desk/quality/agreement.html", me=me, found=found, days=days)
