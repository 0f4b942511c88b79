"""The trained models of the dialogue acts: asking for a training, putting one to work, returning to the former.

Use cases take a session and never commit. `okienko serve knowledge` trains, every `okienko serve rasa` follows the
model that is active.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import HelpdeskError, NotFound
from helpdesk.knowledge_states import RunStatus
from helpdesk.tables import Staff, TrainedModel
from knowledge.floors import Figures, below, read_floors, worsened

ACTS = "acts"
"""The path of the evaluation: the dialogue acts over the held-out phrases."""
_WAITING = (RunStatus.QUEUED, RunStatus.RUNNING)


class ReasonNeeded(HelpdeskError):
    """Figures speak against the model: only a supervisor puts it to work, with a reason."""


class NotUsable(HelpdeskError):
    """The model is not trained, could not be loaded, or was made for another release."""


@dataclass(frozen=True)
class Objections:
    """What speaks against a model: figures below their floor, and figures worse than those of the active model."""

    broken: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.broken or self.worse)

    @property
    def names(self) -> tuple[str, ...]:
        """The figures, each once."""
        return tuple(dict.fromkeys(self.broken + self.worse))


def request_training(session: Session, *, by: Staff | None, now: datetime) -> TrainedModel:
    """Ask for a training with the articles as they are published then; returns the one that waits already, if any."""
    waiting = session.scalar(select(TrainedModel).where(TrainedModel.status.in_(_WAITING)).limit(1))
    if waiting is not None:
        return waiting
    # Its name follows from what it is made of, which is known when the training begins.
    model = TrainedModel(name=f"queued-{uuid4().hex}", created_at=now, staff=by)
    session.add(model)
    session.flush()
    audit.record(session, f"model:{model.id}", "training asked for", now=now, by=by)
    return model


def models(session: Session, limit: int) -> Sequence[TrainedModel]:
    """Return the newest models and trainings, newest first."""
    return session.scalars(select(TrainedModel).order_by(TrainedModel.id.desc()).limit(limit)).all()


def put_to_work(session: Session, inputs: str, limit: int = 2) -> Sequence[TrainedModel]:
    """Return the models of a release that were put to work and can be used: the active one, then the former ones.

    Args:
        session: a unit of work.
        inputs: the fingerprint of what the release gives to a training.
        limit: how many.
    """
    return session.scalars(_put_to_work(inputs).limit(limit)).all()


def objections(model: TrainedModel, active: TrainedModel | None, floors: Figures | None = None) -> Objections:
    """Return what speaks against a model; its figures are compared only with those over the same phrases.

    Args:
        model: a trained one; one without a report has nothing to say for itself, and nothing against it.
        active: the one that answers customers now.
        floors: those of the path `acts`; None for the ones of `floors.yaml`.
    """
    wanted = read_floors(ACTS) if floors is None else floors
    found = figures_of(model)
    same = active is not None and active.id != model.id and comparable(model, active)
    return Objections(below(found, wanted), worsened(figures_of(active), found, wanted) if active and same else ())


def comparable(model: TrainedModel, other: TrainedModel) -> bool:
    """Return whether the figures of both are over the same held-out phrases."""
    asked = model.report.get("held_out")
    return asked is not None and asked == other.report.get("held_out")


def figures_of(model: TrainedModel) -> Figures:
    """Return a model's figures over the held-out phrases; none for one that was not judged."""
    found: Figures = model.report.get("figures", {})
    return found


def is_usable(model: TrainedModel, inputs: str) -> bool:
    """Return whether the present release can load a model."""
    return model.status is RunStatus.DONE and model.inputs == inputs


def activate(
    session: Session, model_id: int, *, inputs: str, reason: str, leads: bool, by: Staff, now: datetime
) -> TrainedModel:
    """Put a model to work; every node takes it within seconds, and customers are answered by the former until then.

    Args:
        session: a unit of work.
        model_id: which.
        inputs: the fingerprint of what the present release gives to a training.
        reason: why, where figures speak against it.
        leads: whether `by` may decide against figures.
        by: who does it.
        now: the instant, aware UTC.

    Raises:
        NotFound: there is no such model.
        NotUsable: it cannot be loaded.
        ReasonNeeded: figures speak against it, and nobody who may has said why.
    """
    model = session.scalar(select(TrainedModel).where(TrainedModel.id == model_id).with_for_update())
    if model is None:
        raise NotFound("model")
    if not is_usable(model, inputs):
        raise NotUsable
    active = next(iter(put_to_work(session, inputs)), None)
    if active is not None and active.id == model.id:
        return model
    # Who returns to what was in use decides nothing new.
    returning = model.activated_at is not None
    if objections(model, active) and not returning and not (leads and reason.strip()):
        raise ReasonNeeded
    model.activated_at, model.activated_by = now, by
    model.override_reason = reason.strip() or model.override_reason
    audit.record(session, f"model:{model.id}", "model put to work", now=now, by=by, reason=reason.strip())
    return model


def could_not_be_loaded(session: Session, model_id: int, *, now: datetime) -> None:
    """Take a model out of use that a node could not load; the former one goes on answering everywhere."""
    model = session.scalar(select(TrainedModel).where(TrainedModel.id == model_id).with_for_update())
    if model is not None and model.status is RunStatus.DONE:
        model.status, model.error = RunStatus.FAILED, "unloadable"
        audit.record(session, f"model:{model.id}", "model could not be loaded", now=now)


def _put_to_work(inputs: str) -> Select[TrainedModel]:
    usable = select(TrainedModel).where(
        TrainedModel.status == RunStatus.DONE, TrainedModel.inputs == inputs, TrainedModel.activated_at.is_not(None)
    )
    return usable.order_by(TrainedModel.activated_at.desc(), TrainedModel.id.desc())
