"""The loader: what it reads, and what it refuses where."""

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from helpdesk.queues import Profile, Queue
from knowledge.errors import LibraryError
from knowledge.library import load

WriteArticle = Callable[..., Path]


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(LibraryError) as refused:
        load(folder)
    return [str(problem) for problem in refused.value.problems]


def test_article_is_read_with_all_its_fields(write_article: WriteArticle) -> None:
    folder = write_article()

    article = load(folder).articles["proba"]

    assert article.title == "Zasiłek próbny"
    assert article.queue is Queue.BENEFITS
    assert article.profiles == (Profile.INSURED, Profile.PAYER)
    assert article.summary == "Zasiłek próbny wynosi 100 zł."
    assert article.sources[0].as_of == "2025-12"
    assert article.valid_from == date(2025, 1, 1)
    assert article.valid_until is None
    assert len(article.questions) == 8
    assert article.body.startswith("## Szczegóły")


@pytest.mark.parametrize(
    ("field", "line", "expected"),
    [
        ("id", "id: inna", "zasilki/proba.md:2: id: 'inna' differs from the file's name 'proba'"),
        ("queue", "queue: ogolne", "zasilki/proba.md:4: queue: 'ogolne' differs from the folder 'zasilki'"),
        ("title", "title:", "zasilki/proba.md:3: title: must not be empty"),
        ("title", "tilte: x", "zasilki/proba.md:3: unknown field 'tilte'; did you mean 'title'?"),
        ("steps", "steps: tak", "zasilki/proba.md:10: not valid YAML"),
        ("documents", "documents: nic", "zasilki/proba.md:11: documents: must be a list"),
        ("documents", "documents: [{a: b}]", "zasilki/proba.md:11: documents: must be text"),
        (
            "valid_from",
            "valid_from: 2025-13-01",
            "zasilki/proba.md:22: valid_from: '2025-13-01' is not a date",
        ),
        (
            "valid_until",
            "valid_until: 2024-01-01",
            "zasilki/proba.md:23: valid_until: lies before valid_from",
        ),
        ("changed", "changed: null", "zasilki/proba.md:24: changed: must be a date"),
        ("questions", "questions: [a, b]", "zasilki/proba.md:25: questions: needs at least 8 item(s), has 2"),
        ("- url", "- url: zus.pl", "zasilki/proba.md:20: sources: 'zus.pl' is not an http or https address"),
        ("  as_of", "  as_of: latem", "zasilki/proba.md:21: sources: 'latem' is not a date YYYY"),
        ("profiles", "profiles: [krol]", "zasilki/proba.md:5: profiles: 'krol' is none of ogolny"),
        ("fees", "title: drugi raz", "zasilki/proba.md:15: field 'title' is given twice"),
    ],
)
def test_problem_is_reported_with_file_and_line(
    write_article: WriteArticle, field: str, line: str, expected: str
) -> None:
    folder = write_article(**{field: line})

    found = problems_of(folder)

    assert any(problem.startswith(expected) for problem in found), found


def test_missing_field_is_refused(write_article: WriteArticle) -> None:
    folder = write_article(fees="# none")

    assert problems_of(folder) == ["zasilki/proba.md:25: field 'fees' is missing"]


def test_problems_of_all_files_are_reported_at_once(write_article: WriteArticle) -> None:
    write_article("pierwsza", title="title:")
    folder = write_article("druga", "ogolne", changed="changed: wczoraj")

    assert [problem.split(":")[0] for problem in problems_of(folder)] == [
        "ogolne/druga.md",
        "zasilki/pierwsza.md",
    ]


def test_same_id_in_two_queues_is_refused(write_article: WriteArticle) -> None:
    write_article("proba", "ogolne")
    folder = write_article("proba", "zasilki")

    assert problems_of(folder) == ["zasilki/proba.md:1: id: 'proba' is already used by ogolne/proba.md"]


@pytest.mark.parametrize("text", ["", "Bez nagłówka", "---\nid: proba\n", "---\n- a\n---\nx", "---\na: [\n---\nx"])
def test_file_without_readable_head_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "proba.md").write_text(text, encoding="utf-8")

    assert problems_of(tmp_path)[0].startswith("proba.md:")


def test_empty_body_is_refused(write_article: WriteArticle) -> None:
    folder = write_article()
    file = folder / "zasilki" / "proba.md"
    file.write_text(file.read_text(encoding="utf-8").split("## ")[0], encoding="utf-8")

    assert "the body is empty" in problems_of(folder)[0]


def test_relation_to_an_article_not_yet_written_is_only_a_warning_of_the_loader(write_article: WriteArticle) -> None:
    folder = write_article(related="related: [jeszcze-nie-ma]")

    library = load(folder)

    assert [str(warning) for warning in library.warnings] == [
        "zasilki/proba.md:18: related: no article 'jeszcze-nie-ma'"
    ]


def test_question_repeated_in_another_article_without_polish_letters_is_a_warning(
    write_article: WriteArticle,
) -> None:
    write_article("pierwsza", questions="questions: [Ile łącznie?, b, c, d, e, f, g, h]")
    folder = write_article("druga", questions="questions: [ile lacznie, b2, c2, d2, e2, f2, g2, h2]")

    warnings = [warning.reason for warning in load(folder).warnings]

    assert len(warnings) == 1
    assert "the same question stands in zasilki/" in warnings[0]


def test_article_is_valid_on_both_ends_of_its_time(write_article: WriteArticle) -> None:
    folder = write_article(valid_until="valid_until: 2026-12-31")
    article = load(folder).articles["proba"]

    assert article.is_valid_on(date(2025, 1, 1))
    assert article.is_valid_on(date(2026, 12, 31))
    assert not article.is_valid_on(date(2024, 12, 31))
    assert not article.is_valid_on(date(2027, 1, 1))


def test_article_cannot_be_changed_after_it_was_read(write_article: WriteArticle) -> None:
    article = load(write_article()).articles["proba"]

    with pytest.raises(dataclasses.FrozenInstanceError):
        article.title = "x"  # type: ignore[misc]  # the very thing under test
