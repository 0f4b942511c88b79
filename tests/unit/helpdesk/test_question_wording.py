"""What of a customer's words is kept as an open question: the matter, and nobody's name or number."""

import pytest

from helpdesk.learning.wording import LONGEST, has_placeholders, kept, without_placeholders


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nazywam się jan kowalski i pytam o rentę", "Nazywam się [OSOBA] i pytam o rentę"),
        ("Jestem Anna Wiśniewska, ile czekam na decyzję?", "Jestem [OSOBA], ile czekam na decyzję?"),
        ("Pani Kowalska nie odbiera, co robić?", "Pani [OSOBA] nie odbiera, co robić?"),
        ("Mąż Ryszard zmarł w Gdańsku", "Mąż [OSOBA] zmarł w Gdańsku"),
        ("mieszkam ul. Długa 5/7, 80-001 Gdańsk, kto pomoże", "mieszkam [ADRES], [NUMER] Gdańsk, kto pomoże"),
        ("numer sprawy 1234567 co z tym", "numer sprawy [NUMER] co z tym"),
        ("urodzona 12.03.1956 kiedy emerytura", "urodzona 1956 kiedy emerytura"),
        ("PESEL 44051401359 jaka emerytura", "PESEL [PESEL] jaka emerytura"),
        ("ile mam kurwa czekać na zasiłek", "ile mam […] czekać na zasiłek"),
    ],
)
def test_names_numbers_addresses_and_insults_are_blotted_out(text: str, expected: str) -> None:
    assert kept(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Kiedy w maju będzie wypłata?",
        "składka od 120 000 zł rocznie",
        "pracowałem w latach 1990-1995",
        "zmiana składki od 01.01.2026",
        "Szanowni Państwo, Karta Polaka a zasiłek",
        "Płatnik nie wysyła DRA",
        "gdzie ZUS Z-3",
        "emerytura",
    ],
)
def test_words_of_the_matter_stay(text: str) -> None:
    assert kept(text) == text


@pytest.mark.parametrize(
    "text", ["", "Dzień dobry", "hej", "spierdalaj", "Pozdrawiam, Teresa", "44051401359", "no tak"]
)
def test_greetings_insults_and_bare_numbers_are_no_questions(text: str) -> None:
    assert kept(text) is None


def test_customers_own_name_is_found_in_other_cases() -> None:
    assert (
        kept("u Przykładowej Zenobii była kontrola", known_names=["Zenobia Przykładowa"]) == "u [OSOBA] była kontrola"
    )


def test_keeping_what_was_kept_changes_nothing() -> None:
    once = kept("Nazywam się Jan Kowalski, nr 1234567, ul. Długa 5: gdzie wniosek?")

    assert once is not None
    assert kept(once) == once


def test_long_text_is_cut_at_a_word() -> None:
    found = kept("renta wdowia " * 200)

    assert found is not None
    assert len(found) <= LONGEST + 2
    assert found.endswith(("wdowia …", "renta …"))


def test_placeholders_are_known_and_left_out_of_comparing() -> None:
    assert has_placeholders("Jestem [OSOBA] i pytam")
    assert not has_placeholders("Jestem i pytam")
    assert without_placeholders("Jestem [OSOBA] i pytam") == "Jestem i pytam"
