"""The gate before publication: which runs are asked for, and what a run lets through."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.database import Database
from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.lifecycle import Role
from helpdesk.staff import add_staff
from helpdesk.tables import ArticleDraft, EvaluationRun, Staff
from knowledge import gate
from knowledge.gate import Passage
from knowledge.library import load
from knowledge.publishing import withdraw
from okienko.places import ARTICLES

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FLOORS = {"first": 0.9, "wrong": 0.04}
GOOD = {"first": 0.95, "wrong": 0.02}


def editor(session: Session) -> Staff:
    return add_staff(session, login="redakcja", name="Ewa", password="x" * 12, queues=[], now=NOW, role=Role.EDITOR)


def new_draft(session: Session, **fields: Any) -> ArticleDraft:
    author = session.scalar(select(Staff)) or editor(session)
    draft = ArticleDraft(
        article_id="proba", file="zasilki/proba.md", text="x", author=author, created_at=NOW, updated_at=NOW
    )
    for name, value in fields.items():
        setattr(draft, name, value)
    session.add(draft)
    session.flush()
    return draft


def judged(draft: ArticleDraft, **fields: Any) -> EvaluationRun:
    values = {"status": RunStatus.DONE, "before": GOOD, "figures": GOOD, **fields}
    return EvaluationRun(kind=RunKind.DRAFT, draft_id=draft.id, draft_revision=draft.revision, **values)


def test_a_revision_that_is_asked_for_twice_is_queued_once(database: Database) -> None:
    with database.session() as session:
        draft = new_draft(session)
        first = gate.request(session, draft, by=draft.author, now=NOW)

        second = gate.request(session, draft, by=None, now=NOW + timedelta(minutes=1))

        assert second.id == first.id
        assert (first.kind, first.status, first.draft_revision) == (RunKind.DRAFT, RunStatus.QUEUED, 0)
        assert session.scalar(select(func.count()).select_from(EvaluationRun)) == 1


def test_a_changed_draft_is_judged_anew_and_its_older_run_says_nothing_of_it(database: Database) -> None:
    with database.session() as session:
        draft = new_draft(session)
        older = gate.request(session, draft, by=None, now=NOW)
        draft.revision += 1

        assert gate.latest(session, draft) is None
        assert gate.request(session, draft, by=None, now=NOW).id != older.id


def test_a_run_that_was_done_is_not_repeated_until_something_else_was_published(database: Database) -> None:
    article = next(iter(load(ARTICLES).articles.values()))
    with database.session() as session:
        draft = new_draft(session)
        done = gate.request(session, draft, by=None, now=NOW)
        done.status = RunStatus.DONE

        again = gate.request(session, draft, by=None, now=NOW)
        withdraw(session, article, now=NOW)
        after_publication = gate.request(session, draft, by=None, now=NOW)

        assert again.id == done.id
        assert after_publication.id != done.id
        assert gate.latest(session, draft) is after_publication


def test_a_run_that_failed_may_be_asked_for_again(database: Database) -> None:
    with database.session() as session:
        draft = new_draft(session)
        failed = gate.request(session, draft, by=None, now=NOW)
        failed.status = RunStatus.FAILED

        assert gate.request(session, draft, by=None, now=NOW).id != failed.id


def test_what_customers_get_now_is_queued_once(database: Database) -> None:
    with database.session() as session:
        first = gate.request_present(session, by=None, now=NOW)

        assert gate.request_present(session, by=None, now=NOW) is first
        assert [run.id for run in gate.runs(session, 10)] == [first.id]


@pytest.fixture
def draft() -> ArticleDraft:
    return ArticleDraft(id=7, revision=3, override_reason="")


def test_without_a_run_of_the_present_revision_nothing_is_published(draft: ArticleDraft) -> None:
    older = judged(draft)
    older.draft_revision = 2

    assert gate.may_publish(None, draft, FLOORS).passage is Passage.RUN_NEEDED
    assert gate.may_publish(older, draft, FLOORS).passage is Passage.RUN_NEEDED


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.RUNNING])
def test_a_run_under_way_is_waited_for_even_with_a_reason(draft: ArticleDraft, status: RunStatus) -> None:
    draft.override_reason = "Pilna zmiana przepisów."

    assert gate.may_publish(judged(draft, status=status), draft, FLOORS).passage is Passage.RUN_AWAITED


def test_figures_that_keep_their_floors_and_hardly_change_let_it_through(draft: ArticleDraft) -> None:
    run = judged(draft, figures={"first": 0.94, "wrong": 0.03})

    assert gate.may_publish(run, draft, FLOORS).allowed


def test_a_figure_that_falls_below_its_floor_needs_a_reason_and_is_named(draft: ArticleDraft) -> None:
    run = judged(draft, before={"first": 0.905, "wrong": 0.035}, figures={"first": 0.899, "wrong": 0.041})

    verdict = gate.may_publish(run, draft, FLOORS)

    assert verdict.needs_reason
    assert (verdict.broken, verdict.worse, verdict.names) == (("first", "wrong"), (), ("first", "wrong"))


def test_a_figure_that_lay_below_its_floor_before_is_no_fault_of_the_draft(draft: ArticleDraft) -> None:
    run = judged(draft, before={"first": 0.88, "wrong": 0.02}, figures={"first": 0.89, "wrong": 0.02})

    assert gate.may_publish(run, draft, FLOORS).allowed


def test_a_figure_that_gets_worse_by_more_than_the_margin_needs_a_reason(draft: ArticleDraft) -> None:
    run = judged(draft, figures={"first": 0.938, "wrong": 0.02})

    verdict = gate.may_publish(run, draft, FLOORS)

    assert verdict.needs_reason
    assert (verdict.broken, verdict.worse) == ((), ("first",))


def test_a_run_that_failed_needs_a_reason(draft: ArticleDraft) -> None:
    verdict = gate.may_publish(judged(draft, status=RunStatus.FAILED, figures={}, before={}), draft, FLOORS)

    assert verdict.needs_reason
    assert verdict.failed


def test_a_supervisors_reason_opens_the_gate_and_what_is_broken_stays_named(draft: ArticleDraft) -> None:
    draft.override_reason = "Nowe przepisy od jutra."

    verdict = gate.may_publish(judged(draft, figures={"first": 0.8, "wrong": 0.02}), draft, FLOORS)

    assert verdict.allowed
    assert verdict.broken == ("first",)
