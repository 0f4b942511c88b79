"""The glossary: the data, and which message wants a term explained."""

import re
from pathlib import Path

import pytest

from knowledge.errors import DataFileError
from knowledge.glossary import DEFAULT_FILE, Glossary, Term, load_glossary
from knowledge.library import Library, load

ARTICLES = DEFAULT_FILE.parent / "articles"
DATE = re.compile(r"20\d\d(-\d\d(-\d\d)?)?")

ENTRY = """\
- term: {term}
  definition: Próba.
  aliases: [{alias}]
  related_topic: proba
"""


@pytest.fixture(scope="module")
def library() -> Library:
    return load(ARTICLES)


@pytest.fixture(scope="module")
def glossary(library: Library) -> Glossary:
    return Glossary(load_glossary(), library)


def name_of(term: Term | None) -> str | None:
    return term.term if term else None


@pytest.mark.parametrize("term", load_glossary(), ids=lambda term: term.term)
def test_every_term_leads_to_an_article(library: Library, term: Term) -> None:
    assert term.article in library.articles


@pytest.mark.parametrize("term", load_glossary(), ids=lambda term: term.term)
def test_every_definition_is_one_or_two_sentences(term: Term) -> None:
    # A stop after "r", "m.in" or "ul" ends no sentence.
    sentences = re.findall(r"(?<!\br)(?<!\bul)(?<!m\.in)\.(?= [A-ZŁŚŻ]|$)", term.definition)

    assert term.definition.endswith(".")
    assert len(sentences) <= 2
    assert len(term.definition) <= 200


@pytest.mark.parametrize("term", load_glossary(), ids=lambda term: term.term)
def test_source_of_a_term_is_a_page_with_a_date(term: Term) -> None:
    assert (term.source is None) == (term.as_of is None)
    if term.source is not None and term.as_of is not None:
        assert term.source.startswith(("http://", "https://"))
        assert DATE.fullmatch(term.as_of)


def test_no_term_rests_on_a_guess() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")

    assert "source: model" not in text
    assert "confidence" not in text


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("UPP", "UPP"),
        ("upp", "UPP"),
        ("płatnika składek", "płatnik składek"),
        ("platnik skladek", "płatnik składek"),
        ("okresy nieskładkowe", "okres nieskładkowy"),
        ("numer rachunku składkowego", "NRS"),
        ("zus", "ZUS"),
        ("", None),
        ("krasnoludek", None),
    ],
)
def test_term_is_found_by_each_of_its_names(glossary: Glossary, typed: str, term: str | None) -> None:
    assert name_of(glossary.by_name(typed)) == term


ASKED = [
    ("co to jest płatnik składek", "płatnik składek"),
    ("co znaczy UPP", "UPP"),
    ("wyjaśnij pojęcie fikcja doręczenia", "fikcja doręczenia"),
    ("definicja mocodawca", "mocodawca"),
    ("kto to jest świadczeniobiorca", "świadczeniobiorca"),
    ("IVR co to", "IVR"),
    ("co to jest fikcja doreczenia", "fikcja doręczenia"),
    ("Co to jest kapitał początkowy?", "kapitał początkowy"),
    ("co to znaczy zbieg tytułów ubezpieczeń", "zbieg tytułów ubezpieczeń"),
    ("czym jest subkonto w ZUS", "subkonto"),
    ("czym są okresy nieskładkowe", "okres nieskładkowy"),
    ("co to karencja", "okres wyczekiwania"),
    ("upo co to", "UPO"),
    ("co oznacza skrót IOSKU", "IOSKU"),
    ("co to NRS", "NRS"),
    ("kim jest orzecznik", "lekarz orzecznik"),
    ("co to znaczy ze jestem platnikiem skladek", "płatnik składek"),
    ("proszę wyjaśnić, co to jest opłata prolongacyjna", "opłata prolongacyjna"),
    ("co to jest metryka w płatniku", "metryka"),
    ("ePUAP co to jest", "ePUAP"),
    ("definicja osoby współpracującej", "osoba współpracująca"),
    ("skrót CKK", "CKK"),
    ("co znaczy delegowanie", "delegowanie"),
    ("Dzień dobry, co to jest OFE? Dziękuję", "OFE"),
    ("co to jest odwolanie", "odwołanie"),
    ("co to jest waloryzacja", "waloryzacja"),
    ("co to wlasciwie jest 30-krotność", "30-krotność"),
    ("wytłumacz mi pojęcie układ ratalny", "układ ratalny"),
    ("co to jest IWA", "IWA"),
    ("co znaczy niezdolność do samodzielnej egzystencji", "niezdolność do samodzielnej egzystencji"),
    ("co rozumieć przez stopę wypadkową", "stopa procentowa składki wypadkowej"),
]

NOT_ASKED = [
    "co to jest kapitał początkowy i jak go ustalić",
    "co to jest kapital poczatkowy i po co mi on",
    "co to jest waloryzacja i kiedy będzie w tym roku",
    "kapitał początkowy",
    "okres wyczekiwania",
    "fikcja doręczenia",
    "rola",
    "skarga",
    "waloryzacja",
    "odwołanie",
    "ubezpieczony",
    "orzeczenie",
    "subkonto",
    "kiedy waloryzacja",
    "jak złożyć odwołanie",
    "ile wynosi opłata prolongacyjna",
    "co zrobić z awizo",
    "nie działa ePUAP",
    "czy jestem płatnikiem składek",
    "gdzie jest oddział",
    "gdzie znajdę UPP",
    "ile trwa okres wyczekiwania",
    "jak zmienić rolę",
    "co to za pismo",
    "co to jest",
    "co to jest pogoda",
    "kto to jest prezydent",
    "kto jest płatnikiem zasiłków w mojej firmie",
    "co znaczy UPP przy moim wniosku o 800 plus",
    "co to jest metryka i rola",
    "dzień dobry",
    "",
]


@pytest.mark.parametrize(("message", "term"), ASKED)
def test_message_that_asks_for_a_meaning_gives_the_term(glossary: Glossary, message: str, term: str) -> None:
    assert name_of(glossary.asked_for(message)) == term


@pytest.mark.parametrize("message", NOT_ASKED)
def test_message_with_another_question_gives_no_term(glossary: Glossary, message: str) -> None:
    assert name_of(glossary.asked_for(message)) is None


def test_bare_term_is_left_to_the_article_that_has_it_as_title(library: Library) -> None:
    term = Term("układ ratalny", "Próba.", (), "uklad-ratalny")
    unwritten = Term("glejt", "Próba.", (), "uklad-ratalny")
    glossary = Glossary((term, unwritten), library)

    assert glossary.asked_for("układ ratalny") is None
    assert glossary.asked_for("co to jest układ ratalny") == term
    assert glossary.asked_for("glejt") == unwritten
    assert glossary.asked_for("Dzień dobry, glejt") == unwritten


def test_bare_word_that_is_also_used_for_other_things_is_not_explained(library: Library) -> None:
    term = Term("glejt", "Próba.", (), "uklad-ratalny", common=True)
    glossary = Glossary((term,), library)

    assert glossary.asked_for("glejt") is None
    assert glossary.asked_for("co to jest glejt") == term


def test_missing_field_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "glossary.yaml"
    file.write_text("- term: a\n  aliases: []\n  related_topic: b\n", encoding="utf-8")

    with pytest.raises(DataFileError, match=r"glossary\.yaml: entry 1: .*definition"):
        load_glossary(file)


def test_name_of_two_terms_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "glossary.yaml"
    file.write_text(ENTRY.format(term="żółw", alias="a") + ENTRY.format(term="b", alias="zolw"), encoding="utf-8")

    with pytest.raises(DataFileError, match="two terms share the name 'zolw'"):
        load_glossary(file)
