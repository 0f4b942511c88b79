"""Translations of articles: their files, their originals, what is shown of them, and their lint."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from knowledge.amounts import load_amounts
from knowledge.article import Article
from knowledge.errors import LibraryError
from knowledge.library import Library, load
from knowledge.linting.translations import outdated_translations, translation_errors
from knowledge.render import translated_text
from knowledge.translation_search import searcher_of
from knowledge.translations import FOLDER, TranslatedArticle, Translations, load_translations, parse_translation
from okienko.places import ARTICLES, ROOT
from understanding.foreign import ANSWER, MOST_OFFERED, OFFER

DAY = date(2026, 11, 21)
HELD_OUT = ROOT / "tests" / "data" / "foreign_questions.yml"

LEAST_ANSWERED = 0.7
"""Measured when written: 62 of 83 held-out questions are answered at once, 78 are answered or offered."""
LEAST_OFFERED = 0.9
MOST_WRONG = 2
"""Of 149 held-out questions; measured when written: 1."""


@pytest.fixture(scope="module")
def translations() -> Translations:
    return load_translations()


@pytest.fixture(scope="module")
def articles() -> Library:
    return load(ARTICLES)


def told(translations: Translations, original: Article, day: date = DAY) -> TranslatedArticle:
    found = translations.told(original, "uk", load_amounts(), day)
    assert found is not None
    return found


def test_ten_articles_are_told_in_ukrainian_each_with_twenty_questions(translations: Translations) -> None:
    ukrainian = translations.into("uk").values()

    assert len(ukrainian) == 10
    assert min(len(one.questions) for one in ukrainian) >= 20


def test_no_translation_differs_from_its_original_or_is_older(translations: Translations, articles: Library) -> None:
    assert list(translation_errors(translations, articles.articles, load_amounts())) == []
    assert list(outdated_translations(translations, articles.articles)) == []


def test_amounts_are_filled_in_with_ukrainian_words(translations: Translations, articles: Library) -> None:
    article = told(translations, articles.articles["emerytura-dla-obywateli-ukrainy"]).article

    assert "{{" not in article.body
    assert "з 1 березня 2026 р." in article.body


def test_amount_of_the_past_is_said_to_be_so(translations: Translations, articles: Library) -> None:
    original = replace(articles.articles["zasilek-macierzynski"], valid_until=None)

    later = told(translations, original, DAY + timedelta(days=3_000)).article

    assert "zł" in later.body


def test_text_says_that_it_is_a_help_and_where_the_polish_one_stands(
    translations: Translations, articles: Library
) -> None:
    text = translated_text(told(translations, articles.articles["zasilek-chorobowy"]))

    assert "Що зробити:" in text
    assert "Формуляри: Z-3, Z-3a, Z-3b, ZAS-53" in text
    assert "/wiedza/uk/zasilek-chorobowy" in text
    assert text.rstrip().endswith("польський текст: /wiedza/zasilek-chorobowy")
    assert "Увага" not in text


def test_outdated_translation_is_shown_and_says_since_when(translations: Translations, articles: Library) -> None:
    original = replace(articles.articles["zasilek-chorobowy"], changed=date(2027, 1, 5))

    text = translated_text(told(translations, original))

    assert "польський текст новіший за цей переклад (змінено 5 січня 2027)" in text


def test_lint_reports_an_outdated_translation_but_not_its_differences(
    translations: Translations, articles: Library
) -> None:
    changed = replace(articles.articles["zasilek-chorobowy"], changed=date(2027, 1, 5), forms=("Z-3",))
    known = {**articles.articles, changed.id: changed}

    (warning,) = outdated_translations(translations, known)

    assert "of_changed" in warning.reason
    assert warning.file == "uk/zasilek-chorobowy.md"
    assert list(translation_errors(translations, known, load_amounts())) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"forms": ("Z-3",)}, "forms:"),
        ({"steps": ("Jeden",)}, "steps:"),
        ({"summary": "33 i 34"}, "summary: other numbers"),
        ({"fees": "{{dobry-start}}"}, "fees: the references"),
    ],
)
def test_lint_refuses_a_translation_that_says_something_else(
    translations: Translations, articles: Library, change: dict[str, object], reason: str
) -> None:
    other = replace(articles.articles["zasilek-chorobowy"], **change)
    known = {**articles.articles, other.id: other}

    problems = list(translation_errors(translations, known, load_amounts()))

    assert problems
    assert all(problem.reason.startswith(reason) for problem in problems)


def test_lint_refuses_a_translation_of_no_article(translations: Translations) -> None:
    assert len(list(translation_errors(translations, {}, load_amounts()))) == 10


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("lang: uk", "lang: ru", "lang: 'ru' differs from the folder 'uk'"),
        ("id: zasilek-chorobowy", "id: inny", "id: 'inny' differs from the file's name"),
        ("of_changed: 2026-11-21", "of_changed: wczoraj", "of_changed: 'wczoraj' is not a date"),
        ("fees: ", "fee: ", "unknown field 'fee'"),
    ],
)
def test_error_names_file_and_field(old: str, new: str, reason: str) -> None:
    text = (FOLDER / "uk" / "zasilek-chorobowy.md").read_text(encoding="utf-8").replace(old, new, 1)

    with pytest.raises(LibraryError) as caught:
        parse_translation(text, "uk/zasilek-chorobowy.md")

    assert any(str(problem).startswith("uk/zasilek-chorobowy.md:") for problem in caught.value.problems)
    assert reason in str(caught.value)


def test_folder_without_translations_is_no_error(tmp_path: Path) -> None:
    assert list(load_translations(tmp_path).all()) == []


def test_held_out_questions_are_answered_or_refused(translations: Translations) -> None:
    raw = yaml.safe_load(HELD_OUT.read_text(encoding="utf-8"))
    asked = [(text, article) for article, texts in raw["answered"].items() for text in texts]
    searcher = searcher_of(translations, "uk")

    found = [(article, searcher.search(text)) for text, article in asked]
    strange = [searcher.search(text) for text in raw["refused"]]

    given = [(article, hits[0].article) for article, hits in found if hits and hits[0].confidence >= ANSWER]
    offered = [
        article in {hit.article for hit in hits[:MOST_OFFERED] if hit.confidence >= OFFER} for article, hits in found
    ]
    wrong = sum(article != hit for article, hit in given)
    wrong += sum(bool(hits) and hits[0].confidence >= ANSWER for hits in strange)
    assert sum(article == hit for article, hit in given) / len(asked) >= LEAST_ANSWERED
    assert sum(offered) / len(asked) >= LEAST_OFFERED
    assert wrong <= MOST_WRONG


@pytest.mark.parametrize("text", ["", "???", "12345", "🙂"])
def test_text_without_letters_finds_nothing(translations: Translations, text: str) -> None:
    assert searcher_of(translations, "uk").search(text) == ()
