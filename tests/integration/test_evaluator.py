"""Evaluations in the background: what a draft would change is shown by name before it is published."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.database import Database
from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.lifecycle import Role
from helpdesk.staff import add_staff
from helpdesk.tables import ArticleDraft, EvaluationRun
from knowledge import gate
from knowledge.base import KnowledgeBase
from knowledge.publishing import publish
from knowledge.question_sets import Question, Style
from okienko.bootstrap import thresholds
from okienko.evaluation.asking import ask_search
from okienko.evaluation.evaluator import Evaluator
from okienko.evaluation.figures import Asked
from okienko.evaluation.present import Ask, Questioning
from okienko.settings import Settings
from tests.integration.test_publishing import FILE, TEXT
from understanding.topics import Topics

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PARASOLS = Question("gdzie odebrac zielony parasol?", Style.SHORT, frozenset({"proba-zielonych"}))
MATERNITY = Question("ile wynosi zasilek macierzynski", Style.SHORT, frozenset({"zasilek-macierzynski"}))
QUESTIONS = (PARASOLS, MATERNITY)


def evaluator(database: Database, base: KnowledgeBase, ask: Ask, edition: str = "one") -> Evaluator:
    questioning = Questioning(lambda: base, database, thresholds(Settings()), ask)
    return Evaluator(database, questioning, edition, lambda: NOW)


def few(topics: Topics) -> Sequence[Asked]:
    return ask_search(topics, QUESTIONS)


@pytest.fixture
def draft(database: Database) -> ArticleDraft:
    with database.session() as session:
        author = add_staff(
            session, login="redakcja", name="Ewa", password="x" * 12, queues=[], now=NOW, role=Role.EDITOR
        )
        draft = ArticleDraft(
            article_id="proba-zielonych", file=FILE, text=TEXT, author=author, created_at=NOW, updated_at=NOW
        )
        session.add(draft)
        session.commit()
        return draft


def judge(database: Database, draft: ArticleDraft, evaluate: Callable[[], object]) -> EvaluationRun:
    with database.session() as session:
        run = gate.request(session, draft, by=None, now=NOW)
        session.commit()
    evaluate()
    with database.reading() as session:
        return session.get_one(EvaluationRun, run.id)


def test_a_new_article_makes_its_question_better_by_name_and_nothing_is_published(
    database: Database, base: KnowledgeBase, draft: ArticleDraft
) -> None:
    run = judge(database, draft, evaluator(database, base, few).work)

    assert (run.status, run.began_at, run.ended_at) == (RunStatus.DONE, NOW, NOW)
    assert run.worse == []
    (row,) = run.better
    assert (row["text"], row["right"]) == (PARASOLS.text, ["proba-zielonych"])
    assert row["before"]["article"] != "proba-zielonych"
    assert row["after"] == {"kind": "answer", "article": "proba-zielonych", "institution": None}
    assert (run.before["first"], run.figures["first"]) == (0.5, 1.0)
    assert "proba-zielonych" not in base.library.articles
    with database.reading() as session:
        assert gate.latest(session, draft) is not None


def test_a_withdrawal_makes_its_question_worse_and_the_broken_floor_is_named(
    database: Database, base: KnowledgeBase, draft: ArticleDraft
) -> None:
    with database.session() as session:
        changed = session.get_one(ArticleDraft, draft.id)
        changed.article_id, changed.text = "zasilek-macierzynski", None
        session.commit()

    run = judge(database, changed, evaluator(database, base, few).work)

    assert [row["text"] for row in run.worse] == [MATERNITY.text]
    assert "first" in run.broken
    assert gate.may_publish(run, changed).needs_reason


def test_a_draft_that_is_no_article_fails_with_what_is_wrong(
    database: Database, base: KnowledgeBase, draft: ArticleDraft
) -> None:
    with database.session() as session:
        changed = session.get_one(ArticleDraft, draft.id)
        changed.text = TEXT.replace("title: ", "tytul: ")
        session.commit()

    run = judge(database, changed, evaluator(database, base, few).work)

    assert run.status is RunStatus.FAILED
    assert run.error.startswith("unreadable: ")
    assert "title" in run.error


def test_an_example_that_is_a_question_of_the_evaluation_is_named(
    database: Database, base: KnowledgeBase, draft: ArticleDraft
) -> None:
    with database.session() as session:
        changed = session.get_one(ArticleDraft, draft.id)
        changed.text = TEXT.replace("questions: [", "questions: ['Gdzie odebrać zielony parasol', ")
        session.commit()

    run = judge(database, changed, evaluator(database, base, few).work)

    assert run.held_out == ["Gdzie odebrać zielony parasol"]


def test_what_customers_get_now_is_asked_once_a_publication(database: Database, base: KnowledgeBase) -> None:
    asked: list[int] = []

    def ask(topics: Topics) -> Sequence[Asked]:
        asked.append(1)
        return few(topics)

    background = evaluator(database, base, ask)
    background.work()
    background.work()
    assert len(asked) == 1
    with database.session() as session:
        publish(session, TEXT, file=FILE, now=NOW)
        session.commit()
    background.work()

    assert len(asked) == 2
    with database.reading() as session:
        newest, first = gate.runs(session, 10)
    assert (newest.kind, newest.knowledge_revision, first.knowledge_revision) == (RunKind.RELEASE, 1, 0)
    assert (newest.before["first"], newest.figures["first"]) == (0.5, 1.0)
    assert [row["text"] for row in newest.better] == [PARASOLS.text]


def test_after_an_upgrade_the_new_edition_is_asked_by_itself(database: Database, base: KnowledgeBase) -> None:
    evaluator(database, base, few, "one").work()
    evaluator(database, base, few, "two").work()

    with database.reading() as session:
        assert [run.edition for run in gate.runs(session, 10)] == ["two", "one"]


def test_a_run_that_breaks_is_shown_as_failed_and_the_next_one_is_done(
    database: Database, base: KnowledgeBase, draft: ArticleDraft
) -> None:
    def broken(topics: Topics) -> Sequence[Asked]:
        raise ZeroDivisionError

    run = judge(database, draft, evaluator(database, base, broken).work)
    again = judge(database, draft, evaluator(database, base, few).work)

    assert (run.status, run.error) == (RunStatus.FAILED, "crashed")
    assert again.id != run.id
    assert again.status is RunStatus.DONE


def test_a_node_that_was_given_up_does_not_overwrite_the_result(
    database: Database, base: KnowledgeBase, draft: ArticleDraft
) -> None:
    slow = evaluator(database, base, few)

    def taken_over(topics: Topics) -> Sequence[Asked]:
        with database.session() as session:
            for run in gate.runs(session, 10):
                run.began_at = NOW + timedelta(minutes=11)
            session.commit()
        return few(topics)

    slow.questioning.ask = taken_over
    run = judge(database, draft, slow.work_once)

    assert run.status is RunStatus.RUNNING
