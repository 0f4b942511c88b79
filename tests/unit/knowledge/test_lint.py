"""The lint as a whole: what is an error, what only a warning, and what a poor machine skips."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.lint import lint
from knowledge.linting.similarity import near_pairs

WriteArticle = Callable[..., Path]

TODAY = date(2026, 11, 21)


def test_good_article_has_no_errors(write_article: WriteArticle) -> None:
    report = lint(write_article(), today=TODAY)

    assert report.is_clean
    assert report.articles == 1
    assert report.warnings == ()


def test_library_that_cannot_be_read_is_told_as_errors(write_article: WriteArticle) -> None:
    report = lint(write_article(title="title:"), today=TODAY)

    assert [str(problem) for problem in report.errors] == ["zasilki/proba.md:3: title: must not be empty"]
    assert report.articles == 0


def test_dead_relation_is_an_error_and_not_a_warning_besides(write_article: WriteArticle) -> None:
    report = lint(write_article(related="related: [nie-ma-takiej]"), today=TODAY)

    assert [str(problem) for problem in report.errors] == ["zasilki/proba.md:18: related: no article 'nie-ma-takiej'"]
    assert report.warnings == ()


def test_question_repeated_in_its_own_article_is_a_warning(write_article: WriteArticle) -> None:
    report = lint(write_article(questions="questions: [a, A, b, c, d, e, f, g]"), today=TODAY)

    assert report.is_clean
    assert [warning.reason for warning in report.warnings] == [
        "questions: the same question stands in zasilki/proba.md:25"
    ]


def test_problems_of_several_rules_are_told_in_the_order_of_files(write_article: WriteArticle) -> None:
    write_article("druga", valid_until="valid_until: 2026-11-20")
    folder = write_article("pierwsza", forms="forms: [NIEZNANY]")

    report = lint(folder, today=TODAY)

    assert [error.file for error in report.errors] == ["zasilki/druga.md", "zasilki/pierwsza.md"]


def test_forms_that_cannot_be_read_are_an_error(write_article: WriteArticle, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise DataFileError("forms.yaml: entry 3: 'symbol' is missing or wrong")

    monkeypatch.setattr("knowledge.forms.load_forms", broken)

    report = lint(write_article(), today=TODAY)

    assert [error.file for error in report.errors] == ["forms.yaml"]


def test_spelling_is_skipped_and_told_without_a_dictionary(
    write_article: WriteArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    report = lint(write_article(), today=TODAY)

    assert report.is_clean
    assert len(report.skipped) == 1
    assert "hunspell-pl" in report.skipped[0]


def test_missing_dictionary_is_an_error_when_strict(
    write_article: WriteArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    report = lint(write_article(), today=TODAY, strict=True)

    assert len(report.errors) == 1
    assert "hunspell-pl" in report.errors[0].reason
    assert report.skipped == ()


@pytest.mark.parametrize("likeness", [0.5, 0.7, 0.85, 1.0])
def test_no_pair_of_near_texts_is_missed(likeness: float) -> None:
    words = ("jak", "kiedy", "gdzie", "złożyć", "dostać", "wniosek", "zasiłek")
    texts = [f"{first} {second} {third}" for first in words for second in words for third in words]
    grams = [{f" {text} "[start : start + 3] for start in range(len(text))} for text in map(_without_accents, texts)]
    expected = [
        (first, second)
        for second in range(len(texts))
        for first in range(second)
        if len(grams[first] & grams[second]) >= likeness * len(grams[first] | grams[second])
    ]

    found = list(near_pairs(texts, likeness))

    assert found == sorted(expected)


def _without_accents(text: str) -> str:
    return text.translate(str.maketrans("łżć", "lzc"))
