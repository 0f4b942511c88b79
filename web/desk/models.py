"""The trained models at the desk: their reports, training another, putting one to work, returning to the former."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk.errors import NotFound
from helpdesk.roles import Permission, may
from helpdesk.tables import StaffSession, TrainedModel
from knowledge import models
from knowledge.floors import read_floors
from knowledge.models import NotUsable, ReasonNeeded
from polish.cleaning import clean
from web.desk.evaluation_facts import compared
from web.desk.signed_in import Editing, EditingForm, back_to, parts_of
from web.pages import page

MOST_MODELS = 30

router = APIRouter(prefix="/models")


@router.get("")
def show(request: Request, me: Editing) -> HTMLResponse:
    """Show the models, newest first."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        in_use = models.put_to_work(session, parts.model_inputs)
        return page(
            request,
            "desk/models/index.html",
            me=me,
            models=models.models(session, MOST_MODELS),
            active=in_use[0] if in_use else None,
            former=in_use[1] if len(in_use) > 1 else None,
            usable=lambda model: models.is_usable(model, parts.model_inputs),
        )


@router.post("")
def train(request: Request, me: EditingForm) -> Response:
    """Ask for a training with the articles as they are published now."""
    parts = parts_of(request)
    with parts.database.session() as session:
        model = models.request_training(session, by=me.staff, now=parts.clock())
        session.commit()
        return back_to(f"/desk/models/{model.id}")


@router.get("/{model_id}")
def one(request: Request, me: Editing, model_id: int) -> HTMLResponse:
    """Show a model's report beside that of the one in use."""
    with parts_of(request).database.reading() as session:
        return _page(request, me, session, model_id)


@router.post("/{model_id}/activate")
def activate(
    request: Request, me: EditingForm, model_id: int, reason: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Put a model to work; figures that speak against it need a supervisor's reason."""
    parts = parts_of(request)
    with parts.database.session() as session:
        try:
            models.activate(
                session,
                model_id,
                inputs=parts.model_inputs,
                reason=clean(reason),
                leads=may(me.staff, Permission.LEAD),
                by=me.staff,
                now=parts.clock(),
            )
        except NotFound:
            raise HTTPException(404) from None
        except (NotUsable, ReasonNeeded) as problem:
            session.rollback()
            return _page(request, me, session, model_id, problem=type(problem).__name__, reason=reason, code=422)
        session.commit()
    return back_to("/desk/models")


def _page(
    request: Request,
    me: StaffSession,
    session: Session,
    model_id: int,
    *,
    problem: str = "",
    reason: str = "",
    code: int = 200,
) -> HTMLResponse:
    inputs = parts_of(request).model_inputs
    model = session.get(TrainedModel, model_id)
    if model is None:
        raise HTTPException(404)
    active = next(iter(models.put_to_work(session, inputs, 1)), None)
    other = active if active is not None and active.id != model.id else _last(session, model)
    same = other is not None and models.comparable(model, other)
    return page(
        request,
        "desk/models/model.html",
        code=code,
        me=me,
        model=model,
        active=active,
        other=other,
        same=same,
        usable=models.is_usable(model, inputs),
        objections=models.objections(model, active),
        figures=compared(models.figures_of(other) if other and same else {}, models.figures_of(model), _floors()),
        problem=problem,
        reason=reason,
    )


def _last(session: Session, model: TrainedModel) -> TrainedModel | None:
    """Return the judged model before one, to compare the active one with."""
    earlier = (one for one in models.models(session, MOST_MODELS) if one.id < model.id and models.figures_of(one))
    return next(earlier, None)


def _floors() -> dict[str, float]:
    return dict(read_floors(models.ACTS))
