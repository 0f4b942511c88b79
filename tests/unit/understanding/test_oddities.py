"""What is odd about a message as typed."""

import pytest

from knowledge.library import load
from okienko.places import ARTICLES
from understanding.oddities import Oddity, oddity, same_message


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("ktr wnsk zlzyc", Oddity.NO_VOWELS),
        ("skldk zdrwtn", Oddity.NO_VOWELS),
        ("SKLDK ZDRWTN", Oddity.NO_VOWELS),
        ("asdfgh", Oddity.MASHED),
        ("asdasd", Oddity.MASHED),
        ("qwerty qwerty", Oddity.MASHED),
        ("aaaaaaa", Oddity.MASHED),
        ("emerytura", Oddity.ONE_WORD),
        ("EMERYTURA", Oddity.ONE_WORD),
        ("ZUS?", Oddity.ONE_WORD),
        ("L4", Oddity.ONE_WORD),
        ("12345", Oddity.SIGNS),
        ("???", Oddity.SIGNS),
        ("🙂🙂", Oddity.SIGNS),
        ("Szanowni Państwo, " + "piszę w sprawie mojej renty. " * 30, Oddity.PASTED_LETTER),
        ("Dzień dobry\n\n" + "Proszę o odpowiedź w mojej sprawie, bo czekam już długo.\n" * 6, Oddity.PASTED_LETTER),
        ("ile wynosi zasiłek macierzyński", None),
        ("ILE WYNOSI ZASIŁEK MACIERZYŃSKI", None),
        ("druk ZUS ZWUA", None),
        ("jak wypełnić PIT", None),
        ("rwn 2026", None),
        ("dzień dobry", None),
        ("", None),
        ("  ", None),
    ],
)
def test_oddity_is_told(text: str, odd: Oddity | None) -> None:
    assert oddity(text) is odd


def test_questions_to_the_knowledge_are_at_most_short_or_long() -> None:
    questions = [text for article in load(ARTICLES).articles.values() for text in article.questions]

    odd = {text: found for text in questions if (found := oddity(text)) and found not in (Oddity.ONE_WORD,)}

    assert odd == {}


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Ile wynosi zasiłek?", "ile wynosi zasilek", True),
        ("halo", "HALOOOO!!!", True),
        ("kiedy wypłata", "kiedy  wypłata ", True),
        ("ile wynosi 800 plus", "ile wynosi 300 plus", False),
        ("2000", "20", False),
        ("?", "!", False),
        ("", "", False),
    ],
)
def test_same_message_is_recognised(first: str, second: str, same: bool) -> None:
    assert same_message(first, second) is same
