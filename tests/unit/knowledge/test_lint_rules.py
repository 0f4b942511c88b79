"""The rules of the lint, each over a small library with a good and a bad article."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from helpdesk.queues import Profile
from knowledge.errors import Problem
from knowledge.forms import Form, Forms
from knowledge.library import load
from knowledge.linting.misspellings import misspelt
from knowledge.linting.pages import lay_out
from knowledge.linting.questions import equal_questions, near_questions
from knowledge.linting.readability import foggy, long_sentences
from knowledge.linting.relations import dead_relations
from knowledge.linting.review import Limits, Review
from knowledge.linting.symbols import unknown_forms
from knowledge.linting.validity import expired, expiring, old_sources
from knowledge.plain_language import load_plain_language
from knowledge.spelling import find_speller

WriteArticle = Callable[..., Path]
Rule = Callable[[Review], Iterable[Problem]]

TODAY = date(2026, 11, 21)
FORM = Form(
    symbol="ZAM",
    name="Wniosek próbny",
    purpose="zasiłek próbny",
    profiles=(Profile.INSURED,),
    where_to_submit="eZUS",
    aliases=(),
    as_of="2025",
    source="https://www.zus.pl/zam",
)
QUESTIONS = ("pierwsze", "drugie", "trzecie", "czwarte", "piąte", "szóste", "siódme")
SPELLER = find_speller()
needs_speller = pytest.mark.skipif(
    SPELLER is None, reason="hunspell is not installed (`apt-get install hunspell hunspell-pl` as root)"
)


def found_by(rule: Rule, folder: Path, limits: Limits | None = None) -> list[str]:
    library = load(folder)
    review = Review(
        pages=lay_out(folder, library),
        today=TODAY,
        limits=limits or Limits(),
        language=load_plain_language(),
        forms=Forms([FORM], library),
        speller=SPELLER,
    )
    return [str(problem) for problem in rule(review)]


def asking(question: str, article: str) -> str:
    """The field `questions` with this question first and seven others that no other article has."""
    return f"questions: [{question!r}, {', '.join(f'{article} {word}' for word in QUESTIONS)}]"


def set_body(folder: Path, body: str) -> None:
    file = folder / "zasilki" / "proba.md"
    head = file.read_text(encoding="utf-8").split("## ")[0]
    file.write_text(f"{head}\n{body}\n", encoding="utf-8")


def test_relation_is_dead_only_when_its_article_does_not_exist(write_article: WriteArticle) -> None:
    write_article("inna")
    folder = write_article(related="related:\n- inna\n- nie-ma-takiej")

    assert found_by(dead_relations, folder) == ["zasilki/proba.md:20: related: no article 'nie-ma-takiej'"]


def test_symbol_that_no_form_has_is_found_with_the_nearest_one(write_article: WriteArticle) -> None:
    folder = write_article(forms="forms: [zus zam, ZAMM]")

    assert found_by(unknown_forms, folder) == [
        "zasilki/proba.md:12: forms: no form 'ZAMM' in forms.yaml; did you mean 'ZAM'?"
    ]


@pytest.mark.parametrize(
    ("until", "rule"),
    [
        ("2026-11-20", expired),
        ("2026-11-21", expiring),
        ("2027-01-20", expiring),
        ("2027-01-21", None),
        ("null", None),
    ],
)
def test_article_is_expired_or_soon_will_be_or_neither(
    write_article: WriteArticle, until: str, rule: Rule | None
) -> None:
    folder = write_article(valid_until=f"valid_until: {until}")

    assert [each for each in (expired, expiring) if found_by(each, folder)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("as_of", "is_old"),
    [
        ("2024-11", False),
        ("2024-10", True),
        ("2024-11-01", False),
        ("2024", False),
        ("2023", True),
    ],
)
def test_source_is_old_after_two_years_counted_in_its_favour(
    write_article: WriteArticle, as_of: str, is_old: bool
) -> None:
    folder = write_article(**{"  as_of": f"  as_of: '{as_of}'"})

    assert bool(found_by(old_sources, folder)) is is_old


def test_one_young_source_is_enough(write_article: WriteArticle) -> None:
    older = "  as_of: '2020'\n- url: https://www.zus.pl/nowa\n  as_of: '2026-01'"
    folder = write_article(**{"  as_of": older})

    assert found_by(old_sources, folder) == []


def test_limit_of_months_can_be_set(write_article: WriteArticle) -> None:
    folder = write_article()

    found = found_by(old_sources, folder, Limits(source_months=10))

    assert found == ["zasilki/proba.md:20: sources: the newest is of 2025-12, 11 months ago (at most 10)"]


def test_question_of_two_articles_is_found_without_its_polish_letters(write_article: WriteArticle) -> None:
    write_article("druga", questions=asking("Ile trwa zasiłek?", "druga"))
    folder = write_article("pierwsza", questions=asking("ile trwa zasilek", "pierwsza"))

    assert found_by(equal_questions, folder) == [
        "zasilki/pierwsza.md:25: questions: the same question stands in zasilki/druga.md:25: 'Ile trwa zasiłek?'"
    ]
    assert found_by(near_questions, folder) == []


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("komu przysługuje renta rodzinna", "renta rodzinna komu przysługują"),
        ("gdzie mogę złożyć wniosek o zasiłek pogrzebowy", "gdzie moge zlozyc wniosek o zasiłek pogrzebow"),
    ],
)
def test_question_that_differs_in_endings_order_or_a_slip_is_near(
    write_article: WriteArticle, question: str, other: str
) -> None:
    write_article("druga", questions=asking(question, "druga"))
    folder = write_article("pierwsza", questions=asking(other, "pierwsza"))

    assert len(found_by(near_questions, folder)) == 1
    assert found_by(equal_questions, folder) == []


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("kiedy będzie wypłata 13 emerytury w tym roku", "kiedy będzie wypłata 14 emerytury w tym roku"),
        ("komu przysługuje renta rodzinna", "komu przysługuje renta socjalna"),
    ],
)
def test_question_about_another_matter_is_not_near(write_article: WriteArticle, question: str, other: str) -> None:
    write_article("druga", questions=asking(question, "druga"))
    folder = write_article("pierwsza", questions=asking(other, "pierwsza"))

    assert found_by(near_questions, folder) == []


def test_repetition_within_an_article_confuses_nobody(write_article: WriteArticle) -> None:
    folder = write_article(questions=asking("próba pierwsze", "proba"))

    assert found_by(equal_questions, folder) == []
    assert found_by(near_questions, folder) == []


def test_long_words_and_sentences_are_foggy(write_article: WriteArticle) -> None:
    folder = write_article()
    set_body(
        folder,
        "Niezwłoczne uwzględnienie okoliczności uzasadniających zastosowanie preferencyjnych rozwiązań organizacyjnych "
        "każdorazowo wymaga indywidualnego rozpatrzenia przedłożonej dokumentacji potwierdzającej.",
    )

    (found,) = found_by(foggy, folder)

    assert found.startswith("zasilki/proba.md:7: plain language: fog index ")
    assert "okoliczności" in found


def test_lists_and_headings_are_not_foggy(write_article: WriteArticle) -> None:
    folder = write_article()
    set_body(
        folder,
        "## Uwzględnienie okoliczności uzasadniających zastosowanie\n\nTrzeba mieć:\n\n"
        "- potwierdzającą dokumentację,\n- indywidualne rozpatrzenie okoliczności,\n- preferencyjne rozwiązania",
    )

    assert found_by(foggy, folder) == []


def test_long_sentence_is_found_where_it_begins(write_article: WriteArticle) -> None:
    folder = write_article()
    set_body(folder, "Krótko.\n\nTo jest " + "i to " * 17 + "koniec. Dalej znowu krótko.")

    found = found_by(long_sentences, folder)

    assert [line.partition(" (at most")[0] for line in found] == [
        "zasilki/proba.md:30: plain language: 37 words in a sentence"
    ]


def test_remark_that_must_be_there_does_not_make_a_sentence_long(write_article: WriteArticle) -> None:
    folder = write_article()
    set_body(folder, "To jest " + "i to " * 16 + "koniec (stan na styczeń 2026 r.).")

    assert found_by(long_sentences, folder) == []


@needs_speller
def test_misspelt_word_is_found_once_where_it_stands(write_article: WriteArticle) -> None:
    folder = write_article()
    set_body(folder, "## Szczegóły\n\nTreść artykółu.\nZnowu treść artykółu.")

    assert found_by(misspelt, folder) == ["zasilki/proba.md:30: body: unknown word 'artykółu'"]


@needs_speller
def test_questions_may_be_misspelt(write_article: WriteArticle) -> None:
    folder = write_article(questions=asking("ile wynoci zasilek porbny", "proba"))

    assert found_by(misspelt, folder) == []


@needs_speller
def test_addresses_amounts_and_forms_are_no_words(write_article: WriteArticle) -> None:
    folder = write_article()
    set_body(folder, "Formularz ZAM jest na https://www.zus.pl/wzzory i xyzx.zus.pl. Kwota: {{kwoota:od}}. Emp@tia.")

    assert found_by(misspelt, folder) == []
