"""Trained models: which one answers customers, and who may change that."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.knowledge_states import RunStatus
from helpdesk.lifecycle import Role
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, Staff, TrainedModel
from knowledge import models
from knowledge.models import NotUsable, ReasonNeeded

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FLOORS = {"macro": 0.84, "accuracy": 0.83}


def report(macro: float, held_out: str = "same") -> dict[str, Any]:
    return {"figures": {"macro": macro, "accuracy": 0.86}, "held_out": held_out}


def add_model(session: Session, name: str, **fields: Any) -> TrainedModel:
    values = {"status": RunStatus.DONE, "inputs": "mine", "report": report(0.87), **fields}
    model = TrainedModel(name=name, created_at=NOW, **values)
    session.add(model)
    session.flush()
    return model


def editor(session: Session) -> Staff:
    known = session.scalar(select(Staff))
    return known or add_staff(
        session, login="redakcja", name="Ewa", password="x" * 12, queues=[], now=NOW, role=Role.EDITOR
    )


def activate(session: Session, model: TrainedModel, *, at: int = 0, reason: str = "", leads: bool = False) -> None:
    models.activate(
        session,
        model.id,
        inputs="mine",
        reason=reason,
        leads=leads,
        by=editor(session),
        now=NOW + timedelta(minutes=at),
    )
    session.flush()


def test_the_model_put_to_work_last_answers_and_the_one_before_is_the_former(database: Database) -> None:
    with database.session() as session:
        one, two = add_model(session, "one"), add_model(session, "two")
        activate(session, one)
        activate(session, two, at=1)
        assert list(models.put_to_work(session, "mine")) == [two, one]

        activate(session, one, at=2)

        assert list(models.put_to_work(session, "mine")) == [one, two]
        deeds = session.scalars(select(AuditEntry.action).where(AuditEntry.subject.startswith("model:"))).all()
        assert list(deeds) == ["model put to work"] * 3


def test_a_model_of_another_release_or_one_that_failed_is_not_put_to_work(database: Database) -> None:
    with database.session() as session:
        other = add_model(session, "other", inputs="theirs", activated_at=NOW)
        failed = add_model(session, "failed", status=RunStatus.FAILED, activated_at=NOW)

        assert models.put_to_work(session, "mine") == []
        for model in (other, failed):
            with pytest.raises(NotUsable):
                activate(session, model)
        with pytest.raises(NotFound):
            models.activate(session, 999, inputs="mine", reason="", leads=True, by=editor(session), now=NOW)


def test_figures_below_a_floor_need_a_supervisors_reason(database: Database) -> None:
    with database.session() as session:
        weak = add_model(session, "weak", report=report(0.8))
        for leads, reason in ((False, "Bo tak."), (True, " ")):
            with pytest.raises(ReasonNeeded):
                activate(session, weak, leads=leads, reason=reason)

        activate(session, weak, leads=True, reason="Nowe przepisy od jutra.")

        assert list(models.put_to_work(session, "mine")) == [weak]
        assert weak.override_reason == "Nowe przepisy od jutra."
        assert session.scalars(select(AuditEntry.reason).where(AuditEntry.subject.startswith("model:"))).all() == [
            "Nowe przepisy od jutra."
        ]


def test_returning_to_a_model_that_was_in_use_needs_no_reason(database: Database) -> None:
    with database.session() as session:
        weak, good = add_model(session, "weak", report=report(0.8)), add_model(session, "good")
        activate(session, weak, leads=True, reason="Nowe przepisy.")
        activate(session, good, at=1)

        activate(session, weak, at=2)

        assert models.put_to_work(session, "mine", 1) == [weak]


def test_figures_are_compared_only_over_the_same_phrases(database: Database) -> None:
    with database.session() as session:
        active = add_model(session, "active", report=report(0.9))
        same, other = add_model(session, "same"), add_model(session, "other", report=report(0.87, "others"))

        assert models.objections(same, active, FLOORS).worse == ("macro",)
        assert not models.objections(other, active, FLOORS)
        assert not models.objections(same, None, FLOORS)


def test_a_model_that_a_node_could_not_load_gives_way_to_the_former(database: Database) -> None:
    with database.session() as session:
        good, broken = add_model(session, "good"), add_model(session, "broken")
        activate(session, good)
        activate(session, broken, at=1)

        models.could_not_be_loaded(session, broken.id, now=NOW)
        session.flush()

        assert list(models.put_to_work(session, "mine")) == [good]
        assert (broken.status, broken.error) == (RunStatus.FAILED, "unloadable")


def test_a_training_that_waits_is_not_asked_for_twice(database: Database) -> None:
    with database.session() as session:
        first = models.request_training(session, by=editor(session), now=NOW)
        assert models.request_training(session, by=None, now=NOW) is first
        first.status = RunStatus.DONE

        assert models.request_training(session, by=None, now=NOW) is not first
        assert first.name != models.models(session, 1)[0].name
