"""What counts as a sentence, a syllable and a hard word."""

import pytest

from knowledge.plain_language import load_plain_language

LANGUAGE = load_plain_language()


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("nie", 1), ("dziura", 2), ("linia", 2), ("świadczenie", 3), ("ubezpieczenie", 5), ("w", 0), ("UE", 2)],
)
def test_softening_i_makes_no_syllable(word: str, syllables: int) -> None:
    assert LANGUAGE.syllables(word) == syllables


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Zasiłek trwa 182 dni. Potem się kończy.", 2),
        ("Mówi o tym art. 36 ustawy, tj. przepis z ul. Ładnej.", 1),
        ("Obowiązuje od 2025 r. Potem się zmieni.", 2),
        ("W 2025 r. kwota wzrosła o 5,5 proc. i już nie spadła.", 1),
        ("Czy warto? Tak! „Na pewno.” Naprawdę…", 4),
        ("Ma 18. urodziny", 1),
        ("To jest tutaj (stan na maj 2025 r.). Potem nie.", 2),
        ("  ", 0),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, sentences: int) -> None:
    assert len(LANGUAGE.sentences(text)) == sentences


@pytest.mark.parametrize(
    ("word", "is_hard"),
    [
        ("okoliczność", True),
        ("okoliczności", True),
        ("pomagaliśmy", False),
        ("dzieciństwami", False),
        ("emerytury", False),
        ("dom", False),
    ],
)
def test_word_is_hard_by_its_dictionary_form(word: str, is_hard: bool) -> None:
    assert LANGUAGE.is_hard(word) is is_hard


def test_fog_index_is_gunnings() -> None:
    fog = LANGUAGE.fog(["Mama ma małego kota i dokumentację psa.", "Tata nie ma."])

    assert (fog.words, fog.sentences, dict(fog.hard)) == (10, 2, {"dokumentację": 1})
    assert fog.index == pytest.approx(0.4 * (5 + 10))


def test_names_abbreviations_and_numbers_are_not_hard() -> None:
    fog = LANGUAGE.fog(["Pani z Konstantynopolitańczykowa ma PUEOIAE i 123456."])

    assert not fog.hard


def test_text_without_sentences_has_no_fog() -> None:
    assert LANGUAGE.fog([]).index == 0
