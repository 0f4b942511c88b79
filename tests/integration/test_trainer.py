"""Trainings in the background: with the articles as they are published, judged, and never in place of what works."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk.database import Database
from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables import EvaluationRun, TrainedModel
from knowledge import models
from knowledge.library import load
from knowledge.publishing import publish
from okienko.errors import BrokenOff, TrainingFailed
from okienko.evaluation.acts import Judged
from okienko.places import ARTICLES
from okienko.settings import Settings
from okienko.trainer import Trainer
from okienko.training import inputs, model_path
from tests.integration.test_publishing import FILE, TEXT

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
JUDGED = [Judged("hej", "greet", "greet", 0.9), Judged("kto tam", "ask_identity", "greet", 0.6)]


@dataclass
class FakeWorkshop:
    """Makes files that hold the ids of the articles they were made with."""

    problem: Exception | None = None
    trained: list[frozenset[str]] = field(default_factory=list)

    def train(self, articles: Path, model: Path) -> None:
        if self.problem:
            raise self.problem
        found = frozenset(load(articles).articles)
        self.trained.append(found)
        model.write_text(str(len(found)), encoding="utf-8")

    def judge(self, model: Path) -> Sequence[Judged]:
        assert model.exists()
        return JUDGED


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    release = model_path(settings, load(ARTICLES))
    release.parent.mkdir()
    release.write_bytes(b"the release's own")
    return settings


def trained(settings: Settings, database: Database, workshop: FakeWorkshop, *, new: bool = True) -> TrainedModel:
    with database.session() as session:
        if new:
            publish(session, TEXT, file=FILE, now=NOW)
        model = models.request_training(session, by=None, now=NOW)
        session.commit()
    Trainer(settings, database, workshop, lambda: NOW).work()
    with database.reading() as session:
        found = session.get_one(TrainedModel, model.id)
        assert found.content is None or found.content
        return found


def test_the_releases_own_model_is_written_down_once_and_answers(settings: Settings, database: Database) -> None:
    for _ in range(2):
        Trainer(settings, database, FakeWorkshop(), lambda: NOW).work()

    with database.reading() as session:
        (own,) = models.models(session, 10)
        assert own.name == model_path(settings, load(ARTICLES)).name
        assert own.report["figures"]["accuracy"] == 0.5
        assert list(models.put_to_work(session, inputs())) == [own]


def test_a_model_learns_from_what_is_published_and_does_not_go_to_work_by_itself(
    settings: Settings, database: Database
) -> None:
    workshop = FakeWorkshop()

    model = trained(settings, database, workshop)

    assert model.status is RunStatus.DONE
    assert model.content == str(len(load(ARTICLES).articles) + 1).encode()
    assert "proba-zielonych" in workshop.trained[0]
    assert model.report["acts"]["ask_identity"]["recall"] == 0
    assert model.report["confusions"] == [{"right": "ask_identity", "given": "greet", "count": 1}]
    with database.reading() as session:
        assert [active.id for active in models.put_to_work(session, inputs())] != [model.id]
        run = session.scalars(select(EvaluationRun)).one()
        assert (run.kind, run.model_id, run.broken) == (RunKind.MODEL, model.id, ["macro", "accuracy"])


def test_nothing_is_trained_when_nothing_changed(settings: Settings, database: Database) -> None:
    workshop = FakeWorkshop()

    model = trained(settings, database, workshop, new=False)

    assert (model.status, model.error) == (RunStatus.FAILED, "unchanged")
    assert workshop.trained == []


@pytest.mark.parametrize(
    ("problem", "told"), [(TrainingFailed("see the log"), "training"), (ZeroDivisionError(), "crashed")]
)
def test_a_training_that_fails_says_so_and_changes_nothing(
    problem: Exception, told: str, settings: Settings, database: Database
) -> None:
    model = trained(settings, database, FakeWorkshop(problem))

    assert (model.status, model.error, model.content) == (RunStatus.FAILED, told, None)
    with database.reading() as session:
        (own,) = models.put_to_work(session, inputs())
        assert own.id != model.id


def test_a_training_that_is_broken_off_waits_for_the_next_process(settings: Settings, database: Database) -> None:
    model = trained(settings, database, FakeWorkshop(BrokenOff()))
    assert (model.status, model.began_at) == (RunStatus.QUEUED, None)

    Trainer(settings, database, FakeWorkshop(), lambda: NOW).work()

    with database.reading() as session:
        assert session.get_one(TrainedModel, model.id).status is RunStatus.DONE
