"""Which words are known: to hunspell, to Morfeusz, or to the office."""

from pathlib import Path

import pytest

from knowledge.spelling import Speller, find_speller, read_words, words_of

needs_speller = pytest.mark.skipif(
    find_speller() is None, reason="hunspell is not installed (`apt-get install hunspell hunspell-pl` as root)"
)


@pytest.fixture
def speller(tmp_path: Path) -> Speller:
    office_words = tmp_path / "words.txt"
    office_words.write_text("# names\nePłatnik\nbabciowe # a benefit\n", encoding="utf-8")
    speller = find_speller(office_words)
    assert speller is not None
    return speller


@needs_speller
@pytest.mark.parametrize("word", ["zasiłek", "Zasiłek", "ZASIŁEK", "Kraków", "wideotłumacza", "ePłatnik", "Babciowe"])
def test_right_word_is_known(speller: Speller, word: str) -> None:
    assert speller.unknown({word}) == frozenset()


@needs_speller
@pytest.mark.parametrize("word", ["zasilek", "zasiłke", "gdańsk", "sie", "eplatnik", "epłatnik", "rzeby"])
def test_wrong_word_is_unknown(speller: Speller, word: str) -> None:
    assert speller.unknown({word, "zasiłek"}) == {word}


@needs_speller
def test_no_words_are_all_known(speller: Speller) -> None:
    assert speller.unknown(()) == frozenset()


def test_machine_without_hunspell_has_no_speller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert find_speller() is None


@needs_speller
def test_hunspell_without_polish_dictionary_is_no_speller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.spelling._LANGUAGE", "xx_XX")

    assert find_speller() is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zasiłek za 2025 rok", ["Zasiłek", "za", "rok"]),
        ("ZUS-u, NFZ-owi i e-wizyta", ["ZUS", "NFZ", "wizyta"]),
        ("Z-3a, ERP-7 i 800+", ["ERP"]),
        ("opiekuńczo-leczniczy", ["opiekuńczo", "leczniczy"]),
        ("portal Emp@tia", ["portal"]),
    ],
)
def test_numbers_endings_and_single_letters_have_no_spelling(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == words


def test_remarks_in_the_list_are_no_words(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("# names\n\nCEIDG\nWN  # of an account\n", encoding="utf-8")

    assert read_words(file) == {"CEIDG", "WN"}
