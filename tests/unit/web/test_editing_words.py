"""What the linter and the loader say reaches editors in Polish."""

import re

import pytest

from knowledge.errors import LibraryError
from knowledge.library import parse
from knowledge.released import released
from web.desk.knowledge_form import id_of, is_id
from web.desk.knowledge_words import finding_words

OWN = released()["renta-wdowia"]
BROKEN = [
    ("title: ", "tytul: "),
    ("queue: emerytury_renty", "queue: nieznana"),
    ("valid_from: ", "valid_from: jutro # "),
    ("questions:\n", "questions: []\ninne:\n"),
    ("sources:\n- url: http", "sources:\n- adres: x\n- url: ftp"),
    ("changed: ", "changed: null # "),
    ("steps:\n", "steps: tekst\nx:\n"),
    ("---\nid", "id"),
    ("title: ", "title: [a, b] # "),
    ("title: ", "title: 'a\n"),
    ("summary: >-\n", "summary: >-\n\ntitle: drugi\nx: >-\n"),
]


@pytest.mark.parametrize(("old", "new"), BROKEN)
def test_every_problem_of_a_broken_file_has_polish_words(old: str, new: str) -> None:
    with pytest.raises(LibraryError) as broken:
        parse(OWN.text.replace(old, new, 1), OWN.file)

    for problem in broken.value.problems:
        reason = re.sub(r"^\w+: ", "", problem.reason)
        words = finding_words("is missing" if reason.endswith("is missing") else reason)
        assert not words.startswith("Proszę sprawdzić to pole"), reason


@pytest.mark.parametrize(
    "reason",
    [
        "no form 'QQQ' in forms.yaml; did you mean 'RRR'?",
        "there is no amount 'a'; did you mean 'b'?",
        "'{{a:od}}': a value of this amount has no such date",
        "not a reference to an amount: '{{ x }}'",
        "amounts are not filled in here",
        "expired on 2026-01-01",
        "expires on 2026-12-01",
        "the newest is of 2021, 70 months ago (at most 24)",
        "the same question stands in inny-artykul: 'ile?'",
        "plain language: fog index 13.2 (at most 12): 20 words a sentence, 30% of them hard: ubezpieczenie",
        "plain language: 40 words in a sentence (at most 35): Jeżeli ktoś …",
        "unknown word 'zusik'",
        "lies before valid_from",
    ],
)
def test_every_finding_of_the_linter_has_polish_words(reason: str) -> None:
    assert not finding_words(reason).startswith("Proszę sprawdzić to pole")


def test_words_of_an_amount_keep_their_braces() -> None:
    assert "{{nazwa-kwoty}}" in finding_words("not a reference to an amount: '{{ x }}'")


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Zasiłek dla Łucji – część 2", "zasilek-dla-lucji-czesc-2"), ("???", ""), ("a" * 200, "a" * 80)],
)
def test_id_is_made_of_a_title(title: str, expected: str) -> None:
    assert id_of(title) == expected
    assert is_id(expected) is bool(expected)
