"""Questions that make sense only after an answer, and two questions in one message."""

import pytest

from knowledge.follow_ups import Aspect, follow_up
from knowledge.two_questions import two_questions


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("a ile to trwa?", Aspect.DEADLINES),
        ("jak dlugo sie czeka", Aspect.DEADLINES),
        ("jakie dokumenty?", Aspect.DOCUMENTS),
        ("a co trzeba dołączyć", Aspect.DOCUMENTS),
        ("a gdzie to złożyć", Aspect.WHERE),
        ("mozna przez internet?", Aspect.WHERE),
        ("ile to kosztuje", Aspect.FEES),
        ("na jakim druku", Aspect.FORMS),
        ("a jaka podstawa prawna?", Aspect.LEGAL_BASIS),
        ("kto może dostać", Aspect.SUMMARY),
    ],
)
def test_follow_up_asks_for_one_part_of_the_topic(text: str, aspect: Aspect) -> None:
    assert follow_up(text) is aspect


@pytest.mark.parametrize(
    "text",
    [
        "ile wynosi zasiłek macierzyński",
        "gdzie złożyć wniosek o emeryturę",
        "a jak jest z rentą wdowią?",
        "ile to jest 2+2",
        "dziękuję",
        "",
        "Ile trwa urlop, jeśli urodziły się bliźnięta i jedno z dzieci leży w szpitalu?",
    ],
)
def test_message_that_names_a_topic_is_no_follow_up(text: str) -> None:
    assert follow_up(text) is None


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "ile wynosi zasiłek macierzyński i jak zgłosić dziecko do ubezpieczenia?",
            ("ile wynosi zasiłek macierzyński", "jak zgłosić dziecko do ubezpieczenia"),
        ),
        (
            "Jak złożyć wniosek o emeryturę? Kiedy wypłata zasiłku?",
            ("Jak złożyć wniosek o emeryturę", "Kiedy wypłata zasiłku"),
        ),
        ("ile wynosi 13 emerytura oraz kiedy wypłacają 14", ("ile wynosi 13 emerytura", "kiedy wypłacają 14")),
    ],
)
def test_two_questions_in_one_message_are_told_apart(text: str, asked: tuple[str, str]) -> None:
    assert two_questions(text) == asked


@pytest.mark.parametrize(
    "text",
    ["ile wynosi zasiłek macierzyński", "emerytura i renta", "co? jak? gdzie złożyć wniosek?", "słowo " * 50, ""],
)
def test_one_question_stays_whole(text: str) -> None:
    assert two_questions(text) is None
