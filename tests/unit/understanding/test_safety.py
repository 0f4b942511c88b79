"""The net below: who is in danger is noticed, who only sounds alike is not."""

import pytest
import yaml

from knowledge.library import load
from knowledge.question_sets import CALIBRATION, HELD_OUT, INQUIRIES, read_questions
from okienko.places import ARTICLES, ROOT
from polish.folding import fold
from understanding.safety import DangerKind, danger, is_bereaved, is_hardship

TEXTS = yaml.safe_load((ROOT / "tests" / "data" / "danger.yml").read_text(encoding="utf-8"))

MOST_FALSE = 0.0005
"""Of the questions people ask the knowledge; measured when written: none of 20,451."""


@pytest.mark.parametrize("text", TEXTS["danger"])
def test_danger_is_noticed(text: str) -> None:
    assert danger(text) is not None


@pytest.mark.parametrize("text", TEXTS["harmless"])
def test_what_only_sounds_alike_is_not_danger(text: str) -> None:
    assert danger(text) is None


def test_the_sets_are_large_enough_to_mean_something() -> None:
    assert len(set(TEXTS["danger"])) >= 120
    assert len(set(TEXTS["harmless"])) >= 150


def test_danger_is_noticed_without_polish_letters_in_capitals_and_between_other_words() -> None:
    missed = [
        text
        for text in TEXTS["danger"]
        for said in (fold(text).upper(), f"Dzień dobry, piszę w sprawie renty. {text}. Proszę o odpowiedź.")
        if text.isascii() and danger(said) is None
    ]

    # What is the whole message ("ratunku") says less in the middle of a letter.
    assert missed in ([], ["ratunku"])


def test_questions_to_the_knowledge_raise_no_alarm() -> None:
    questions = [text for article in load(ARTICLES).articles.values() for text in article.questions]
    questions += [one.text for folder in (CALIBRATION, HELD_OUT, INQUIRIES) for one in read_questions(folder)]

    false = [text for text in questions if danger(text)]

    assert len(questions) > 17_000
    assert len(false) / len(questions) < MOST_FALSE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("chcę umrzeć", DangerKind.SUICIDE),
        ("mąż mnie bije", DangerKind.VIOLENCE),
        ("wezwijcie karetkę", DangerKind.EMERGENCY),
        ("не хочу жити", DangerKind.SUICIDE),
    ],
)
def test_kind_of_the_danger_is_told(text: str, kind: DangerKind) -> None:
    found = danger(text)

    assert found is not None
    assert found.kind is kind


def test_somebodys_suicide_calls_for_tact_and_not_for_an_alarm() -> None:
    assert is_bereaved("mąż popełnił samobójstwo, czy dostanę rentę rodzinną")
    assert not is_bereaved("mąż umarł, czy dostanę rentę rodzinną")
    assert not is_bereaved("mąż się powiesił i ja też chcę umrzeć")


def test_want_is_hardship_and_not_danger() -> None:
    assert is_hardship("nie mam za co żyć, kiedy dostanę zasiłek")
    assert not is_hardship("nie mam za co żyć i nie chcę już żyć")
    assert not is_hardship("ile wynosi zasiłek")


@pytest.mark.parametrize("text", ["", " ", "[PESEL] [TELEFON]", "🙂" * 500])
def test_nothing_said_is_no_danger(text: str) -> None:
    assert danger(text) is None
