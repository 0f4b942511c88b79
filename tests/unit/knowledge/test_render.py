"""What a customer reads of an article."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.article import Article, Source
from knowledge.library import load
from knowledge.polish_dates import polish_date
from knowledge.render import answer_text, body_html

WriteArticle = Callable[..., Path]


def article_with(write_article: WriteArticle, **replaced: str) -> Article:
    return load(write_article(**replaced)).articles["proba"]


def test_answer_has_summary_steps_date_source_and_link(write_article: WriteArticle) -> None:
    text = answer_text(article_with(write_article))

    assert text.startswith("Zasiłek próbny\n\nZasiłek próbny wynosi 100 zł.\n")
    assert "\n1. Złożyć wniosek\n" in text
    assert "Formularze: ZAM" in text
    assert "Stan na: grudzień 2025. Ostatnia zmiana tekstu: 21 listopada 2026." in text
    assert "Źródło: zus.pl, https://www.zus.pl/zasilek" in text
    assert text.endswith("/wiedza/proba\n")


def test_answer_shows_no_heading_over_an_empty_list(write_article: WriteArticle) -> None:
    text = answer_text(article_with(write_article, fees="fees: ''"))

    assert "Potrzebne dokumenty" not in text
    assert "Opłaty" not in text
    assert "\n\n\n" not in text


def test_long_list_is_cut_and_says_so(write_article: WriteArticle) -> None:
    text = answer_text(article_with(write_article, documents="documents: [a1, a2, a3, a4, a5, a6, a7]"))

    assert "- a5\n- i inne, opisane na stronie tematu\n" in text
    assert "a6" not in text


def test_answer_in_a_mail_links_to_the_whole_address(write_article: WriteArticle) -> None:
    text = answer_text(article_with(write_article), site="https://pomoc.example")

    assert "https://pomoc.example/wiedza/proba" in text


def test_characters_of_markup_are_not_escaped_in_plain_text(write_article: WriteArticle) -> None:
    assert "Kowalski & syn <1>" in answer_text(article_with(write_article, title="title: Kowalski & syn <1>"))


def test_markup_in_the_body_comes_out_as_text(write_article: WriteArticle) -> None:
    folder = write_article()
    file = folder / "zasilki" / "proba.md"
    file.write_text(file.read_text(encoding="utf-8") + "\n<script>alert(1)</script>\n", encoding="utf-8")

    html = body_html(load(folder).articles["proba"])

    assert "<h2>Szczegóły</h2>" in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 11, 21), "21 listopada 2026"),
        ("2025-12", "grudzień 2025"),
        ("2025", "2025"),
        ("2026-03-01", "1 marca 2026"),
    ],
)
def test_date_is_written_as_precisely_as_it_is_known(value: date | str, expected: str) -> None:
    assert polish_date(value) == expected


def test_page_of_an_office_is_shown_before_a_newer_page_of_a_newspaper(write_article: WriteArticle) -> None:
    article = article_with(write_article)
    news = Source("https://gazeta.example/a", "2026-05")

    both = Article(**{**vars(article), "sources": (news, *article.sources)})

    assert both.main_source.host == "zus.pl"
    assert both.as_of == "2026-05"
