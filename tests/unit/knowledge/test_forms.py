"""The official forms: the data, the tolerant symbols, and which message asks for nothing but a form."""

import re
from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.forms import DEFAULT_FILE, Form, Forms, load_forms
from knowledge.library import Library, load
from knowledge.reference_words import load_reference_words

ARTICLES = DEFAULT_FILE.parent / "articles"
DATE = re.compile(r"20\d\d(-\d\d(-\d\d)?)?")

ENTRY = """\
- symbol: {symbol}
  name: Wniosek próbny
  purpose: próba
  profiles: [{profile}]
  where_to_submit: eZUS
  aliases: []
  as_of: '2024'
  source: https://www.zus.pl/a
"""


@pytest.fixture(scope="module")
def library() -> Library:
    return load(ARTICLES)


@pytest.fixture(scope="module")
def forms(library: Library) -> Forms:
    return Forms(load_forms(), library)


def symbol_of(form: Form | None) -> str | None:
    return form.symbol if form else None


@pytest.mark.parametrize("form", load_forms(), ids=lambda form: form.slug)
def test_every_form_has_a_source_with_a_date(form: Form) -> None:
    assert form.source.startswith(("http://", "https://"))
    assert DATE.fullmatch(form.as_of)
    assert form.name
    assert form.purpose
    assert form.profiles
    assert form.where_to_submit


def test_no_form_rests_on_a_guess() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")

    assert "source: model" not in text
    assert "confidence" not in text


def test_symbols_and_slugs_are_unique() -> None:
    forms = load_forms()

    assert len({form.symbol for form in forms}) == len({form.slug for form in forms}) == len(forms)


@pytest.mark.parametrize(
    ("symbol", "slug"),
    [("ZUS ZUA", "zus-zua"), ("Z-3a", "z-3a"), ("ZUS DRA cz. II", "zus-dra-cz-ii"), ("E 207 PL", "e-207-pl")],
)
def test_slug_is_the_symbol_as_part_of_an_address(forms: Forms, symbol: str, slug: str) -> None:
    found = forms.by_slug(slug)

    assert symbol_of(found) == symbol


@pytest.mark.parametrize(
    ("typed", "symbol"),
    [
        ("zus zua", "ZUS ZUA"),
        ("ZUA", "ZUS ZUA"),
        ("z3", "Z-3"),
        ("Z-3a", "Z-3a"),
        ("zas53", "ZAS-53"),
        ("ZUS DRA cz. II", "ZUS DRA cz. II"),
        ("DRA część 2", "ZUS DRA cz. II"),
        ("RP-7", "ERP-7"),
        ("RUD", "ZUS RUD"),
        ("IMIR", "Informacja roczna dla osoby ubezpieczonej"),
        ("pel o", "PEL-O"),
        ("US3", "US-3"),
        ("ZUS-US-OFE-03", "ZUS-US-OFE-03"),
        ("ZUS", None),
        ("Z-99", None),
        ("", None),
    ],
)
def test_symbol_is_found_however_it_is_typed(forms: Forms, typed: str, symbol: str | None) -> None:
    assert symbol_of(forms.by_symbol(typed)) == symbol


ASKED = [
    ("druk ZUA", "ZUS ZUA"),
    ("formularz z-15a skąd pobrać", "Z-15A"),
    ("gdzie znajdę wniosek EMP do pobrania", "EMP"),
    ("poproszę druk ERP-7 pdf", "ERP-7"),
    ("z3", "Z-3"),
    ("co to jest ZUS ZUA", "ZUS ZUA"),
    ("do czego służy EZP", "EZP"),
    ("formulaż zua", "ZUS ZUA"),
    ("Dzień dobry, proszę o druk Z-12. Dziękuję", "Z-12"),
    ("dra cz 2 co to", "ZUS DRA cz. II"),
    ("skad pobrac fromularz zus dra", "ZUS DRA"),
    ("formularz z 3", "Z-3"),
    ("gdzie ściągnąć zas 53?", "ZAS-53"),
    ("np-7", "ZNp-7"),
    ("druk rp7", "ERP-7"),
    ("ezz formluarz skad pobrac", "EZZ"),
    ("PEL-O", "PEL-O"),
    ("pel", "PEL"),
    ("usp", "USP"),
    ("us-1", "US-1"),
    ("po co jest RSA", "ZUS RSA"),
    ("co to za dokument ERO", "ERO"),
    ("co to jest i do czego służy druk OL-9", "OL-9"),
    ("jaki symbol ma wniosek RWN i skąd go wziąć", "RWN"),
    ("aktualny druk ZUA 2026", "ZUS ZUA"),
    ("e207 pl formularz", "E 207 PL"),
    ("rmua co to jest", "Informacja roczna dla osoby ubezpieczonej"),
    ("druk A1", "A1"),
    ("formularz e-ZLA", "e-ZLA"),
    ("wzór pełnomocnictwa do zus", "PEL"),
    ("wniosek o emeryturę pdf", "EMP"),
    ("druk na emeryture", "EMP"),
    ("wniosek emp na emeryture skad pobrac", "EMP"),
    ("skąd wziąć wniosek o rentę rodzinną", "ERR"),
    ("druk wniosku o emeryturę pomostową", "EPOM"),
    ("potrzebuję formularz zgłoszenia pracownika", "ZUS ZUA"),
    ("formularz 800 plus", "SW-R"),
    ("formularz 800+", "SW-R"),
    ("druk wakacje składkowe", "RWS"),
    ("jaki druk na raty w zus", "RSR"),
    ("druk do zasiłku chorobowego", "ZAS-53"),
    ("druk wniosek o zasiłek pogrzebowy", "Z-12"),
]

NOT_ASKED = [
    "jak wypełnić ZUA za zleceniobiorcę po terminie",
    "w jakim terminie złożyć DRA",
    "rsr ile to trwa",
    "kto składa IWA",
    "jak wysłać ZUA",
    "gdzie złożyć EMP",
    "dokąd wysłać OL-9",
    "nie działa ZUA",
    "czy muszę składać ZUA",
    "jakie dokumenty do ENS",
    "ERN wniosek jakie załączniki",
    "co podać w ZUA",
    "zas53 online",
    "Z-3 przez eZUS",
    "ZUA czy ZZA",
    "Z-3 i Z-3a",
    "druk z-15",
    "wakacje składkowe",
    "wniosek o emeryturę",
    "wniosek o L4",
    "druk zwolnienia lekarskiego dla psa",
    "dobry start",
    "pełnomocnictwo",
    "druk",
    "mam pytanie o druk",
    "a1",
    "co to jest a1",
    "czy A1 jest potrzebne przy delegacji",
    "e-zla",
    "PIT-11A",
    "kiedy dostanę PIT",
    "zła",
    "to jest zły druk",
    "lubię żur",
    "formularz zła",
    "mam 3 dzieci",
    "z 3 maja",
    "druki ZUS dla firm",
    "zaświadczenie o ubezpieczeniu ZUS pdf",
    "Do czego ZUS potrzebuje danych z raportu RPA?",
    "dzień dobry",
    "ile wynosi składka zdrowotna",
    "",
]


@pytest.mark.parametrize(("message", "symbol"), ASKED)
def test_message_that_asks_for_nothing_but_a_form_gives_it(forms: Forms, message: str, symbol: str) -> None:
    assert symbol_of(forms.asked_for(message)) == symbol


@pytest.mark.parametrize("message", NOT_ASKED)
def test_message_with_another_question_gives_no_form(forms: Forms, message: str) -> None:
    assert symbol_of(forms.asked_for(message)) is None


def test_long_message_gives_no_form(forms: Forms) -> None:
    assert forms.asked_for("druk ZUA " * 30) is None


def test_no_long_question_of_an_article_asks_for_nothing_but_a_form(forms: Forms, library: Library) -> None:
    questions = [question for article in library.articles.values() for question in article.questions[::8]]

    asked = [question for question in questions if len(question.split()) > 8 and forms.asked_for(question)]

    assert asked == []


def test_articles_of_a_form_are_those_that_list_it_the_telling_ones_first(forms: Forms, library: Library) -> None:
    found = forms.by_symbol("EMP")

    assert found is not None
    assert found.articles[0] == "wniosek-o-emeryture"
    assert set(found.articles) == {key for key, article in library.articles.items() if "EMP" in article.forms}


def test_articles_list_a_form_under_any_of_its_symbols(forms: Forms) -> None:
    found = forms.by_symbol("ZUS RUD")

    assert found is not None
    assert "umowa-o-dzielo-rud" in found.articles


def test_missing_field_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "forms.yaml"
    file.write_text(ENTRY.format(symbol="AAA", profile="platnik").replace("  purpose: próba\n", ""), encoding="utf-8")

    with pytest.raises(DataFileError, match=r"forms\.yaml: entry 1: .*purpose"):
        load_forms(file)


def test_unknown_profile_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "forms.yaml"
    file.write_text(ENTRY.format(symbol="AAA", profile="krol"), encoding="utf-8")

    with pytest.raises(DataFileError, match=r"forms\.yaml: entry 1: .*krol"):
        load_forms(file)


def test_word_that_yaml_reads_as_a_truth_value_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text("plain:\n- [tak, no]\n", encoding="utf-8")

    with pytest.raises(DataFileError, match=r"words\.yaml: plain: every word must be text"):
        load_reference_words(file)


def test_missing_set_of_words_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text("plain:\n- [tak]\n", encoding="utf-8")

    with pytest.raises(DataFileError, match=r"words\.yaml: request: must be a list"):
        load_reference_words(file)


@pytest.mark.parametrize("second", ["Z-3", "z 3", "ZUS Z3"])
def test_two_forms_with_one_symbol_are_refused(tmp_path: Path, second: str) -> None:
    file = tmp_path / "forms.yaml"
    entries = [ENTRY.format(symbol=symbol, profile="platnik") for symbol in ("Z-3", second)]
    file.write_text("".join(entries), encoding="utf-8")

    with pytest.raises(DataFileError, match="two forms share"):
        load_forms(file)
