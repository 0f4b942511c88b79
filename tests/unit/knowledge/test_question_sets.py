"""The sets of questions with known answers: complete, apart from one another, and never searched."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.institutions import load_institutions
from knowledge.library import Library
from knowledge.off_topic import load_off_topic
from knowledge.question_sets import CALIBRATION, HELD_OUT, INQUIRIES, Style, read_questions
from polish.folding import fold


def folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


@pytest.mark.parametrize("folder", [CALIBRATION, HELD_OUT])
def test_every_article_is_asked_for_in_several_styles(folder: Path, library: Library) -> None:
    questions = read_questions(folder)
    asked: dict[str, set[Style]] = {}
    for question in questions:
        for article in question.articles:
            asked.setdefault(article, set()).add(question.style)

    assert {key for key, styles in asked.items() if len(styles) >= 3} == set(library.articles)


def test_no_question_with_a_known_answer_is_searched(library: Library) -> None:
    learned = {folded(question) for article in library.articles.values() for question in article.questions}
    learned |= {folded(question) for institution in load_institutions() for question in institution.questions}
    learned |= {folded(text) for text in load_off_topic()}

    for folder in (CALIBRATION, HELD_OUT, INQUIRIES):
        assert [q.text for q in read_questions(folder) if folded(q.text) in learned] == []


def test_the_sets_share_no_question() -> None:
    sets = [{folded(question.text) for question in read_questions(f)} for f in (CALIBRATION, HELD_OUT, INQUIRIES)]

    assert all(one.isdisjoint(other) for one, other in combinations(sets, 2))


@pytest.mark.parametrize("folder", [CALIBRATION, HELD_OUT])
def test_right_answers_exist(folder: Path, library: Library) -> None:
    institutions = {institution.id for institution in load_institutions()}

    for question in read_questions(folder):
        assert question.articles <= set(library.articles), question.text
        assert question.institution is None or question.institution in institutions, question.text


def test_entry_without_its_style_is_named(tmp_path: Path) -> None:
    (tmp_path / "zasilki.yaml").write_text('- {article: a, style: formal, q: "x"}\n- {article: a, q: "y"}\n')

    with pytest.raises(DataFileError, match=r"zasilki\.yaml: entry 2: .*style"):
        read_questions(tmp_path)
