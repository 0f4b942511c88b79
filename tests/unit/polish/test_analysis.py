"""Words, their dictionary forms, and what folding and cleaning make of them."""

import pytest

from polish.analysis import analyse
from polish.cleaning import clean
from polish.folding import fold


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("składki", "składka"),
        ("skladki", "składka"),
        ("MACIERZYNSKIEGO", "macierzyński"),
        ("dzialalnosc", "działalność"),
        ("ile", "ile"),
        ("mógłbym", "móc"),
        ("zus", "zus"),
        ("e-wizyty", "e-wizyta"),
        ("e-ZLA", "e-zla"),
        ("xyzzy", "xyzzy"),
    ],
)
def test_first_lemma_is_the_dictionary_form(word: str, lemma: str) -> None:
    assert analyse(word)[0].lemmas[0] == lemma


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Z-3 i Z-15a.", ["Z-3", "i", "Z-15a"]),
        ("ZUS ERP-7 (PIT-11A)", ["ZUS", "ERP-7", "PIT-11A"]),
        ("A1, ZUS ZUA; ERN-R?", ["A1", "ZUS", "ZUA", "ERN-R"]),
        ("800+ na dziecko!", ["800", "+", "na", "dziecko"]),
        ("", []),
        ("?!...", []),
    ],
)
def test_words_and_form_symbols_survive_without_punctuation(text: str, tokens: list[str]) -> None:
    assert [token.text for token in analyse(text)] == tokens


def test_tokens_know_their_places() -> None:
    text = "Kiedy, e-ZLA i Z-3"

    assert [text[token.start : token.start + len(token.text)] for token in analyse(text)] == [
        "Kiedy",
        "e-ZLA",
        "i",
        "Z-3",
    ]


def test_every_reading_of_a_word_is_kept() -> None:
    assert {"działać", "działo"} <= set(analyse("działa")[0].lemmas)


def test_folding_removes_case_and_accents() -> None:
    assert fold("ZAŻÓŁĆ gęślą Jaźń") == "zazolc gesla jazn"


def test_cleaning_keeps_lines_and_drops_the_invisible() -> None:
    assert clean("  Dzien\u0301\u200b  dobry \r\n\x00 ZUS\u00a0\u00a0 ") == "Dzie\u0144 dobry\nZUS"
