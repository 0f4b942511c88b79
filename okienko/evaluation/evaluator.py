"""The evaluations asked for at the desk, and those that are due by themselves; a step of the work behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update

from helpdesk.database import Database
from helpdesk.hours import WARSAW
from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables import ArticleDraft, EvaluationRun
from knowledge import gate
from knowledge.article import Article
from knowledge.errors import KnowledgeError
from knowledge.floors import Figures, below, read_floors
from knowledge.publishing import latest_revision
from okienko.claims import claim, give_back
from okienko.errors import BrokenOff
from okienko.evaluation.comparison import compare
from okienko.evaluation.figures import Asked, confusions, figures
from okienko.evaluation.present import Questioning, change_of, day_of, held_out_examples

LONGEST = timedelta(minutes=10)
"""How long a run may take before another node takes it for broken off."""
MOST_CONFUSIONS = 30
UNREADABLE, CRASHED = "unreadable", "crashed"
"""Why a run failed: the draft is no article, or something of ours broke."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Evaluator:
    """Does the runs that are queued.

    Attributes:
        database: where they are queued.
        questioning: asks the questions.
        edition: the fingerprint of the release's knowledge.
        clock: gives the instant, aware UTC.
    """

    database: Database
    questioning: Questioning
    edition: str
    clock: Callable[[], datetime]

    def work(self) -> None:
        """Queue what is due by itself, and do every run that is queued."""
        self._queue_due()
        while self.work_once():
            pass

    def work_once(self) -> bool:
        """Do one run that is queued; returns whether there was one."""
        began_at = self.clock()
        number = claim(self.database, EvaluationRun, given_up_after=LONGEST, now=began_at)
        if number is None:
            return False
        try:
            found = self._evaluate(number)
        except BrokenOff:
            give_back(self.database, EvaluationRun, number, began_at=began_at)
            return False
        except KnowledgeError as problem:
            found = {"status": RunStatus.FAILED, "error": f"{UNREADABLE}: {problem}"}
        except Exception as problem:
            log.exception("evaluation.failed", run=number, problem=type(problem).__name__)
            found = {"status": RunStatus.FAILED, "error": CRASHED}
        self._store(number, began_at, found)
        return True

    def _queue_due(self) -> None:
        """Queue a run of what customers get now when it was never done since the last publication or upgrade."""
        with self.database.reading() as session:
            revision = latest_revision(session)
            done = session.scalar(self._of_present(revision).limit(1))
        if done is None:
            with self.database.session() as session:
                # Nodes that look at once: the later one finds the earlier one's run.
                if session.scalar(self._of_present(revision).with_for_update().limit(1)) is None:
                    run = gate.request_present(session, by=None, now=self.clock())
                    run.edition, run.knowledge_revision = self.edition, revision
                session.commit()

    def _of_present(self, revision: int) -> Any:
        return select(EvaluationRun.id).where(
            EvaluationRun.kind == RunKind.RELEASE,
            EvaluationRun.path == gate.SEARCH,
            EvaluationRun.edition == self.edition,
            EvaluationRun.knowledge_revision >= revision,
        )

    def _evaluate(self, number: int) -> Mapping[str, Any]:
        with self.database.reading() as session:
            run = session.get_one(EvaluationRun, number)
            draft = session.get(ArticleDraft, run.draft_id) if run.draft_id is not None else None
            if draft is not None and draft.revision != run.draft_revision:
                # What was asked for is not there any more; the changed draft is asked for by itself.
                return {"status": RunStatus.FAILED, "error": "outdated"}
        today = self.clock().astimezone(WARSAW).date()
        return self._of_now(today) if draft is None else self._of_draft(draft, today)

    def _of_now(self, today: date) -> Mapping[str, Any]:
        moment = self.questioning.moment(today)
        before = self._figures_before(moment.revision)
        asked = self.questioning.now(moment, today)
        changed = compare(self.questioning.earlier, asked)
        return {
            **self._judged(asked, before, moment.revision),
            "better": list(changed.better),
            "worse": list(changed.worse),
        }

    def _of_draft(self, draft: ArticleDraft, today: date) -> Mapping[str, Any]:
        moment = self.questioning.moment(today)
        article = next(iter(change_of(draft, moment).articles), None)
        day = day_of(article, today)
        now = self.questioning.now(moment, day)
        then = self.questioning.with_draft(moment, draft, day)
        changed = compare(now, then)
        known = moment.base.library.articles.get(draft.article_id)
        return {
            **self._judged(then, figures(now), moment.revision),
            "better": list(changed.better),
            "worse": list(changed.worse),
            "held_out": _held_out(article, known, now),
        }

    def _judged(self, asked: Sequence[Asked], before: Figures, revision: int) -> dict[str, Any]:
        found = dict(figures(asked))
        pairs = confusions(asked, MOST_CONFUSIONS)
        return {
            "status": RunStatus.DONE,
            "knowledge_revision": revision,
            "edition": self.edition,
            "figures": found,
            "before": dict(before),
            "broken": list(below(found, read_floors(gate.SEARCH))),
            "confusions": [{"right": right, "given": given, "count": count} for right, given, count in pairs],
        }

    def _figures_before(self, revision: int) -> Figures:
        """Return the figures of the last run over another state of the knowledge."""
        others = select(EvaluationRun.figures).where(
            EvaluationRun.kind == RunKind.RELEASE,
            EvaluationRun.path == gate.SEARCH,
            EvaluationRun.status == RunStatus.DONE,
            or_(EvaluationRun.knowledge_revision != revision, EvaluationRun.edition != self.edition),
        )
        with self.database.reading() as session:
            return session.scalar(others.order_by(EvaluationRun.id.desc()).limit(1)) or {}

    def _store(self, number: int, began_at: datetime, found: Mapping[str, Any]) -> None:
        # Who was given up meanwhile leaves the result to whoever took the run over.
        mine = EvaluationRun.id == number, EvaluationRun.began_at == began_at, EvaluationRun.status == RunStatus.RUNNING
        with self.database.session() as session:
            session.execute(update(EvaluationRun).where(*mine).values(ended_at=self.clock(), **found))
            session.commit()


def _held_out(article: Article | None, known: Article | None, asked: Sequence[Asked]) -> list[str]:
    return held_out_examples(article, known, asked) if article else []
