"""One rough Latin spelling for Ukrainian and Russian."""

import pytest

from polish.transliteration import rough_latin


@pytest.mark.parametrize(
    "spellings",
    [
        ("Як отримати виплату", "yak otrymaty vyplatu", "jak otrymaty wyplatu"),
        ("пенсія", "пенсия", "pensiia", "pensija"),
        ("лікарняний", "likarnianyi"),
        ("об'єкт", "об’єкт", "obyekt"),
        ("щоденно", "shchodenno", "szczodenno"),
    ],
)
def test_a_word_is_spelt_alike_whatever_letters_it_was_typed_in(spellings: tuple[str, ...]) -> None:
    assert len({rough_latin(spelling) for spelling in spellings}) == 1
