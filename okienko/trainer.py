"""The trainings asked for at the desk; a step of the work behind it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from helpdesk.database import Database
from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables import EvaluationRun, TrainedModel
from knowledge.errors import KnowledgeError
from knowledge.floors import below, read_floors
from knowledge.library import Library, load
from knowledge.models import ACTS, put_to_work
from knowledge.publishing import latest_revision
from okienko.claims import claim, give_back
from okienko.editorial import export_articles
from okienko.errors import BrokenOff, CommandError
from okienko.evaluation.acts import Judged, act_figures, confused, scores
from okienko.evaluation.crossing import HELD_OUT
from okienko.index import fingerprint
from okienko.places import ARTICLES, ROOT
from okienko.settings import Settings
from okienko.training import inputs, judge, model_path, train_edition

LONGEST = timedelta(minutes=60)
"""How long a training may take before another node takes it for broken off."""
MOST_CONFUSIONS = 20
UNREADABLE, UNCHANGED, FAILED, CRASHED = "unreadable", "unchanged", "training", "crashed"
"""Why there is no model: articles that cannot be read, nothing new, Rasa's refusal, something of ours that broke."""

log = structlog.get_logger(__name__)


class Workshop(Protocol):
    """Makes models and lets them judge."""

    def train(self, articles: Path, model: Path) -> None:
        """Train with the articles of a folder. Raises TrainingFailed, BrokenOff."""

    def judge(self, model: Path) -> Sequence[Judged]:
        """Return what a model makes of the held-out phrases. Raises TrainingFailed, BrokenOff."""


@dataclass(frozen=True)
class RasaWorkshop:
    """The real one: Rasa in the bot's environment, ended when the process is told to stop."""

    settings: Settings
    stop: threading.Event

    def train(self, articles: Path, model: Path) -> None:
        """Train with the articles of a folder. Raises TrainingFailed, BrokenOff."""
        train_edition(self.settings, articles, model, self.stop)

    def judge(self, model: Path) -> Sequence[Judged]:
        """Return what a model makes of the held-out phrases. Raises TrainingFailed, BrokenOff."""
        return judge(self.settings, model, HELD_OUT, self.stop)


@dataclass(frozen=True)
class Trainer:
    """Registers the release's own model, and trains what is asked for with the articles as they are published."""

    settings: Settings
    database: Database
    workshop: Workshop
    clock: Callable[[], datetime]

    def work(self) -> None:
        """Do what is due."""
        self._register_release()
        while self.work_once():
            pass

    def work_once(self) -> bool:
        """Do one training that is queued; returns whether there was one."""
        began_at = self.clock()
        number = claim(self.database, TrainedModel, given_up_after=LONGEST, now=began_at)
        if number is None:
            return False
        try:
            found = self._train()
        except BrokenOff:
            give_back(self.database, TrainedModel, number, began_at=began_at)
            return False
        except (KnowledgeError, CommandError) as problem:
            log.warning("training.failed", model=number, problem=str(problem))
            reason = UNREADABLE if isinstance(problem, KnowledgeError) else FAILED
            found = {"status": RunStatus.FAILED, "error": reason}
        except Exception as problem:
            log.exception("training.failed", model=number, problem=type(problem).__name__)
            found = {"status": RunStatus.FAILED, "error": CRASHED}
        self._store(number, began_at, found)
        return True

    def _register_release(self) -> None:
        """Write the release's own model down, with its figures, so that it can be returned to."""
        model = model_path(self.settings, load(ARTICLES))
        with self.database.reading() as session:
            known = session.scalar(select(TrainedModel.id).where(TrainedModel.name == model.name))
        if known is not None or not model.exists():
            return
        with suppress(BrokenOff):
            report = self._report(self.workshop.judge(model), load(ARTICLES), revision=0)
            self._add_release(model.name, report)

    def _add_release(self, name: str, report: Mapping[str, Any]) -> None:
        now = self.clock()
        with self.database.session() as session:
            in_use = put_to_work(session, inputs(), 1)
            session.add(
                TrainedModel(
                    name=name,
                    status=RunStatus.DONE,
                    inputs=inputs(),
                    report=dict(report),
                    created_at=now,
                    ended_at=now,
                    activated_at=None if in_use else now,
                )
            )
            # Another node may have been quicker.
            with suppress(IntegrityError):
                session.commit()

    def _train(self) -> Mapping[str, Any]:
        with TemporaryDirectory() as place:
            articles, made = Path(place) / "articles", Path(place) / "model.tar.gz"
            with self.database.reading() as session:
                revision = latest_revision(session)
            export_articles(self.database, articles)
            library = load(articles)
            name = model_path(self.settings, library).name
            with self.database.reading() as session:
                if session.scalar(select(TrainedModel.id).where(TrainedModel.name == name)) is not None:
                    return {"status": RunStatus.FAILED, "error": UNCHANGED}
            self.workshop.train(articles, made)
            report = self._report(self.workshop.judge(made), library, revision)
            return {
                "status": RunStatus.DONE,
                "name": name,
                "inputs": inputs(),
                "report": dict(report),
                "content": made.read_bytes(),
                "error": "",
            }

    def _report(self, judged: Sequence[Judged], library: Library, revision: int) -> Mapping[str, Any]:
        by_act = {act: asdict(score) for act, score in scores(judged).items()}
        pairs = list(confused(judged).items())[:MOST_CONFUSIONS]
        return {
            "figures": dict(act_figures(judged)),
            "acts": by_act,
            "confusions": [{"right": act, "given": given, "count": times} for (act, given), times in pairs],
            "phrases": len(judged),
            "held_out": fingerprint((HELD_OUT.relative_to(ROOT).as_posix(),)),
            "articles": len(library.articles),
            "revision": revision,
        }

    def _store(self, number: int, began_at: datetime, found: Mapping[str, Any]) -> None:
        mine = TrainedModel.id == number, TrainedModel.began_at == began_at, TrainedModel.status == RunStatus.RUNNING
        now = self.clock()
        with self.database.session() as session:
            stored = session.execute(
                update(TrainedModel).where(*mine).values(ended_at=now, **found).returning(TrainedModel.id)
            )
            if stored.scalar() is not None and found["status"] is RunStatus.DONE:
                session.add(_run_of(number, found["report"], began_at, now))
            session.commit()


def _run_of(number: int, report: Mapping[str, Any], began_at: datetime, now: datetime) -> EvaluationRun:
    """Return the run that draws a model's figures over time."""
    return EvaluationRun(
        kind=RunKind.MODEL,
        status=RunStatus.DONE,
        path=ACTS,
        model_id=number,
        knowledge_revision=report["revision"],
        figures=report["figures"],
        broken=list(below(report["figures"], read_floors(ACTS))),
        confusions=report["confusions"],
        created_at=began_at,
        began_at=began_at,
        ended_at=now,
    )
