"""The gate before publication: an evaluation of each draft, asked for here and done in the background.

Use cases take a session and never commit; `okienko serve knowledge` takes what is queued.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.tables import ArticleDraft, EvaluationRun, Staff
from knowledge.floors import Figures, newly_below, read_floors, worsened
from knowledge.publishing import latest_revision

SEARCH = "search"
"""The path that the gate judges: the search alone, which an article changes at once."""
_WAITING = (RunStatus.QUEUED, RunStatus.RUNNING)


class Passage(str, Enum):
    """What the gate says of a draft."""

    ALLOWED = "allowed"
    RUN_NEEDED = "run_needed"
    """No run has judged the draft as it is now."""
    RUN_AWAITED = "run_awaited"
    """A run is queued or under way."""
    REASON_NEEDED = "reason_needed"
    """A figure broke its floor or got worse, or the run failed: a supervisor must say why it is published anyway."""


@dataclass(frozen=True)
class Verdict:
    """Whether a draft may be published, and what speaks against it.

    Attributes:
        passage: what the gate says.
        broken: the figures that fall below their floor and did not lie there before.
        worse: the figures that get worse by more than `knowledge.floors.MARGIN`.
        failed: whether the run could not be done.
    """

    passage: Passage
    broken: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    failed: bool = False

    @property
    def allowed(self) -> bool:
        """Whether it may be published as it stands."""
        return self.passage is Passage.ALLOWED

    @property
    def needs_reason(self) -> bool:
        """Whether a supervisor's reason opens the gate."""
        return self.passage is Passage.REASON_NEEDED

    @property
    def names(self) -> tuple[str, ...]:
        """The figures that speak against it, each once."""
        return tuple(dict.fromkeys(self.broken + self.worse))


def request(session: Session, draft: ArticleDraft, *, by: Staff | None, now: datetime) -> EvaluationRun:
    """Ask for an evaluation of a draft as it is now; returns the run that judges just that already, if there is one.

    Args:
        session: a unit of work.
        draft: flushed, so that it has an id.
        by: who asks; None when it happens by itself.
        now: the instant, aware UTC.
    """
    # Two who ask at once wait for each other here, and the second finds the first one's run.
    session.execute(select(ArticleDraft.id).where(ArticleDraft.id == draft.id).with_for_update())
    found = latest(session, draft)
    if found is not None and (found.status in _WAITING or _is_still_true(session, found)):
        return found
    run = EvaluationRun(
        kind=RunKind.DRAFT, draft_id=draft.id, draft_revision=draft.revision, path=SEARCH, created_at=now, staff=by
    )
    session.add(run)
    session.flush()
    return run


def request_present(session: Session, *, by: Staff | None, now: datetime) -> EvaluationRun:
    """Ask for an evaluation of what customers get now; returns the run that is queued already, if there is one."""
    queued = select(EvaluationRun).where(
        EvaluationRun.kind == RunKind.RELEASE, EvaluationRun.path == SEARCH, EvaluationRun.status == RunStatus.QUEUED
    )
    found = session.scalar(queued.limit(1))
    if found is not None:
        return found
    run = EvaluationRun(kind=RunKind.RELEASE, path=SEARCH, created_at=now, staff=by)
    session.add(run)
    session.flush()
    return run


def latest(session: Session, draft: ArticleDraft) -> EvaluationRun | None:
    """Return the newest run over the draft's present revision, whatever came of it; None when there is none."""
    return session.scalar(_runs_of(draft).order_by(EvaluationRun.id.desc()).limit(1))


def may_publish(run: EvaluationRun | None, draft: ArticleDraft, floors: Figures | None = None) -> Verdict:
    """Return whether a draft may be published after its run; decides over the values of both alone.

    A run of another revision counts for nothing. A figure that lies below its floor both before and after is no
    fault of the draft. With a supervisor's reason in `draft.override_reason` a run that speaks against the draft, or
    that failed, does not hold it back; a run there must be.

    Args:
        run: the run that judged it, as `latest` gives it.
        draft: what is to be published.
        floors: those of the path `search`; None for the ones of `floors.yaml`.
    """
    if run is None or run.draft_id != draft.id or run.draft_revision != draft.revision:
        return Verdict(Passage.RUN_NEEDED)
    if run.status in _WAITING:
        return Verdict(Passage.RUN_AWAITED)
    wanted = read_floors(SEARCH) if floors is None else floors
    failed = run.status is RunStatus.FAILED
    broken = newly_below(run.before, run.figures, wanted)
    worse = worsened(run.before, run.figures, wanted)
    if not (failed or broken or worse) or draft.override_reason.strip():
        return Verdict(Passage.ALLOWED, broken, worse, failed)
    return Verdict(Passage.REASON_NEEDED, broken, worse, failed)


def runs(session: Session, limit: int, path: str | None = None) -> Sequence[EvaluationRun]:
    """Return the newest runs, newest first."""
    newest = select(EvaluationRun).order_by(EvaluationRun.id.desc()).limit(limit)
    return session.scalars(newest if path is None else newest.where(EvaluationRun.path == path)).all()


def _is_still_true(session: Session, run: EvaluationRun) -> bool:
    return run.status is RunStatus.DONE and run.knowledge_revision == latest_revision(session)


def _runs_of(draft: ArticleDraft) -> Select[EvaluationRun]:
    return select(EvaluationRun).where(
        EvaluationRun.draft_id == draft.id, EvaluationRun.draft_revision == draft.revision
    )
