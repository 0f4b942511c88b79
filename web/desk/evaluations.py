"""Evaluations at the desk: the runs and their figures over time, one run in full, and asking for one."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk import audit
from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables import EvaluationRun
from knowledge import gate
from knowledge.models import ACTS
from web.desk.evaluation_facts import Course, courses
from web.desk.signed_in import Editing, EditingForm, back_to, parts_of
from web.pages import page

MOST_RUNS = 50
MOST_DRAWN = 40

router = APIRouter(prefix="/evaluations")


@router.get("")
def show(request: Request, me: Editing) -> HTMLResponse:
    """Show the runs, newest first, with the figures over time."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        return page(
            request,
            "desk/evaluations/index.html",
            me=me,
            runs=gate.runs(session, MOST_RUNS),
            search=_drawn(session, gate.SEARCH, RunKind.RELEASE),
            acts=_drawn(session, ACTS, RunKind.MODEL),
            titles=_titles(request),
        )


@router.post("")
def begin(request: Request, me: EditingForm) -> Response:
    """Ask for a run of what customers get now."""
    parts = parts_of(request)
    with parts.database.session() as session:
        run = gate.request_present(session, by=me.staff, now=parts.clock())
        audit.record(session, f"evaluation:{run.id}", "evaluation asked for", now=parts.clock(), by=me.staff)
        session.commit()
        return back_to(f"/desk/evaluations/{run.id}")


@router.get("/{run_id}")
def one(request: Request, me: Editing, run_id: int) -> HTMLResponse:
    """Show a run: figures before and after, and the questions that it makes better and worse."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        run = session.scalar(
            select(EvaluationRun)
            .where(EvaluationRun.id == run_id)
            .options(joinedload(EvaluationRun.draft), joinedload(EvaluationRun.staff))
        )
        if run is None:
            raise HTTPException(404)
        return page(request, "desk/evaluations/run.html", me=me, run=run, titles=_titles(request))


def _drawn(session: Session, path: str, kind: RunKind) -> list[Course]:
    newest = (
        select(EvaluationRun)
        .where(EvaluationRun.path == path, EvaluationRun.kind == kind, EvaluationRun.status == RunStatus.DONE)
        .order_by(EvaluationRun.id.desc())
        .limit(MOST_DRAWN)
    )
    return list(courses(session.scalars(newest).all()[::-1], path))


def _titles(request: Request) -> dict[str, str]:
    articles = parts_of(request).knowledge().library.articles
    return {article.id: article.title for article in articles.values()}
