"""The figures of an evaluation, counted by hand."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.question_sets import Question, Style
from okienko.evaluation.figures import Asked, Result, confusions, figures, reliability
from okienko.evaluation.report import report
from okienko.evaluation.runs import broken_floors, last_run, store_run


def asked(right: str | None, kind: str, *given: str, confidence: float = 0.8, institution: str | None = None) -> Asked:
    question = Question("?", Style.SHORT, frozenset({right} if right else ()), institution)
    result = Result(kind, given[0] if given else None, given[1:], confidence, "zasilki", False, None)
    return Asked(question, result)


SIX = [
    asked("a", "answer", "a", "b", confidence=0.95),
    asked("a", "answer", "b", "a", confidence=0.95),
    asked("a", "choice", "b", "c", "a", confidence=0.45),
    asked("a", "choice", "b", "c", "d", "a", confidence=0.45),
    asked(None, "unknown"),
    asked(None, "answer", "a"),
]


def test_figures_are_shares_of_the_questions_they_concern() -> None:
    found = figures([*SIX, asked(None, "redirect", institution="nfz"), asked(None, "choice", "a", institution="nfz")])

    assert found["first"] == 1 / 4
    assert found["three"] == 3 / 4
    assert found["answered"] == 2 / 4
    assert found["wrong"] == 1 / 4
    assert found["strange answered"] == found["strange refused"] == 1 / 2
    assert found["refused elsewhere"] == 1 / 2
    assert found["redirected rightly"] == 0
    assert "individual" not in found


def test_reliability_compares_confidence_with_truth() -> None:
    low, high = reliability(SIX)

    assert (low.count, low.right) == (2, 0)
    assert (high.count, high.right, round(high.confidence, 2)) == (2, 0.5, 0.95)
    assert figures(SIX)["calibration error"] == pytest.approx(0.45)


def test_confusions_name_the_article_that_stood_before_the_right_one() -> None:
    assert confusions(SIX, 5) == [("a", "b", 3)]


def test_runs_are_stored_and_compared_with_the_last(tmp_path: Path) -> None:
    store_run(tmp_path, "search", {"first": 0.5}, datetime(2026, 11, 20, tzinfo=UTC))
    store_run(tmp_path, "search", {"first": 0.125}, datetime(2026, 11, 21, tzinfo=UTC))

    before = last_run(tmp_path, "search")
    lines = list(report(SIX, {"a": "zasilki"}, before))

    assert before == {"first": 0.125}
    assert last_run(tmp_path, "chat") is None
    assert any("+0.125 since the last run" in line for line in lines)
    assert any(line.startswith("  3  a -> b") for line in lines)


def test_figure_beyond_its_floor_is_named(tmp_path: Path) -> None:
    floors = tmp_path / "floors.yaml"
    floors.write_text("search: {first: 0.9, wrong: 0.04, three: 0.5}\n")

    broken = broken_floors({"first": 0.89, "wrong": 0.05, "three": 0.6}, "search", floors)

    assert broken == [
        "first: 0.890, and at least 0.900 is wanted",
        "wrong: 0.050, and at most 0.040 is wanted",
    ]
