"""What those get who do not write Polish."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import yaml

from knowledge.base import load_reference
from knowledge.library import load
from okienko.places import ARTICLES, ROOT
from understanding.acts import Act
from understanding.decision import Kind
from understanding.foreign import LANGUAGES, Foreigners, translated_article
from understanding.said import Said
from understanding.topics import Topics
from understanding.turn import Turn

DOMAIN = ROOT / "bot" / "domain" / "foreign_responses.yml"
LETTERS = ROOT / "helpdesk" / "templates" / "mail" / "language"
DAY = date(2026, 11, 20)


class Base:
    """Articles and translations without the Polish search, which nothing here asks."""

    def __init__(self) -> None:
        self.reference, self.library = load_reference(), load(ARTICLES)

    def translated(self, article_id: str, lang: str, day: date) -> object:
        found = self.library.articles.get(article_id)
        return found and self.reference.translations.told(found, lang, self.reference.amounts, day)


@pytest.fixture(scope="module")
def foreigners() -> Foreigners:
    base = Base()
    return Foreigners(cast(Topics, SimpleNamespace(knowledge=lambda: base, today=lambda: DAY)))


@pytest.fixture(scope="module")
def responses() -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["responses"]
    return found


def said(foreigners: Foreigners, text: str, lang: str) -> Said:
    (only,) = foreigners.answer(Turn(text, Act.FOREIGN_LANGUAGE, lang=lang)).said
    return only


def test_every_language_has_words_a_way_to_a_person_and_a_letter(responses: dict[str, list[dict[str, object]]]) -> None:
    assert len(LANGUAGES) >= 21
    for lang in LANGUAGES:
        (response,) = responses[f"utter_foreign_{lang}"]
        assert "+48 22 560 16 00" in str(response["text"])
        assert [button["payload"] for button in response["buttons"]] == ["consultant"]
        assert "{{ number }}" in Path(LETTERS / f"{lang}.txt").read_text(encoding="utf-8")
        assert Path(LETTERS / f"{lang}-subject.txt").read_text(encoding="utf-8").strip()


def test_ukrainian_question_is_answered_from_an_article(foreigners: Foreigners) -> None:
    reply = said(foreigners, "Як отримати 800 plus на дитину, якщо я маю статус UKR?", "uk")

    assert (reply.decision.kind, reply.decision.article, reply.lang) == (
        Kind.ANSWER,
        "800-plus-obywatele-ukrainy",
        "uk",
    )
    assert reply.response == "utter_foreign_article_uk"
    assert "SW-U" in reply.values["article"]


def test_ukrainian_question_that_nothing_answers_gets_all_ten_topics(foreigners: Foreigners) -> None:
    reply = said(foreigners, "Де поміняти водійські права?", "uk")

    assert (reply.decision.kind, reply.response) == (Kind.LANGUAGE, "utter_foreign_uk")
    assert len(reply.buttons) == 10
    assert all(button["payload"].startswith("option:uk.") for button in reply.buttons)


def test_likely_topics_come_first_and_the_others_follow(foreigners: Foreigners) -> None:
    reply = said(foreigners, "лікарняний на дитину", "uk")

    assert reply.response == "utter_foreign_topics_uk"
    assert reply.buttons[0]["payload"] == "option:uk.zasilek-chorobowy"
    assert len({button["payload"] for button in reply.buttons}) == 10


def test_russian_question_is_offered_the_ukrainian_topic_and_not_answered_in_ukrainian(foreigners: Foreigners) -> None:
    reply = said(foreigners, "Засчитают ли украинский стаж для пенсии в Польше?", "ru")

    assert (reply.decision.kind, reply.response, reply.lang) == (Kind.LANGUAGE, "utter_foreign_topics_ru", "ru")
    assert reply.buttons[0]["payload"] == "option:uk.emerytura-dla-obywateli-ukrainy"


@pytest.mark.parametrize(("lang", "response"), [("de", "utter_foreign_de"), ("sw", "utter_foreign_other")])
def test_other_languages_hear_how_to_get_help(foreigners: Foreigners, lang: str, response: str) -> None:
    reply = said(foreigners, "Guten Tag", lang)

    assert (reply.response, reply.lang, list(reply.buttons)) == (response, lang, [])


def test_pressed_button_shows_the_article(foreigners: Foreigners) -> None:
    answer = foreigners.of_option(Turn("", Act.INFORM, option="uk.zasilek-macierzynski"))

    assert answer is not None
    assert answer.said[0].decision.article == "zasilek-macierzynski"


@pytest.mark.parametrize("option", ["profile.platnik", "uk", "uk.", "ru.zasilek-macierzynski", None])
def test_option_of_something_else_is_left_alone(foreigners: Foreigners, option: str | None) -> None:
    assert foreigners.of_option(Turn("", Act.INFORM, option=option)) is None


@pytest.mark.parametrize("option", ["uk.nie-ma", "uk.../../etc", "uk.renta-socjalna"])
def test_article_that_is_not_translated_is_said_to_be_missing(foreigners: Foreigners, option: str) -> None:
    answer = foreigners.of_option(Turn("", Act.INFORM, option=option))

    assert answer is not None
    assert answer.said[0].response == "utter_foreign_missing_uk"
    assert translated_article(foreigners.topics, option) is None
