"""A wish for a person, alone or with what it is about."""

import pytest

from understanding.wishes import is_bare


@pytest.mark.parametrize(
    "text", ["to ja poprosze czlowieka", "Proszę o rozmowę z pracownikiem!", "konsultantka", "czy jest tam ktoś żywy?"]
)
def test_wish_alone_says_nothing_of_its_topic(text: str) -> None:
    assert is_bare(text)


@pytest.mark.parametrize(
    "text",
    [
        "poproszę osobę od zasiłków",
        "chcę porozmawiać o emeryturze",
        "konsultant w sprawie PUE proszę",
        "L4 i człowiek od zwolnień",
    ],
)
def test_wish_with_a_topic_is_more_than_a_wish(text: str) -> None:
    assert not is_bare(text)
