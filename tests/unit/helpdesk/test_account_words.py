"""What in an answer by mail makes the desk warn, and what never leaves by mail."""

import pytest

from helpdesk.account_words import MOST, identifiers, signs


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("Pana emerytura wynosi obecnie więcej.", "payment", "emerytura wynosi"),
        ("Przysługuje Pani 3 412,55 zł brutto.", "amount", "3 412,55 zł"),
        ("Wypłacimy Państwu\n1.780,96 zł w lipcu.", "amount", "1.780,96 zł"),
        ("Na Pana koncie widać wpłatę.", "account", "Na Pana koncie"),
        ("Pani zaległość wynosi tyle co przedtem.", "balance", "zaległość wynosi"),
        ("Decyzja z dnia 12.05.2026 jest w drodze.", "decision", "Decyzja z dnia 12.05.2026"),
        ("Decyzję znak ABC wysłano.", "decision", "Decyzję znak"),
        ("Pana wniosek z 3 marca 2026 wpłynął.", "delivered", "wniosek z 3 marca 2026"),
        ("Podlega Pan ubezpieczeniu od dnia 1 stycznia 2026.", "insurance", "Podlega Pan"),
    ],
)
def test_words_of_an_account_are_found_with_their_rule(text: str, rule: str, words: str) -> None:
    found = {sign.rule: sign.words for sign in signs(text)}

    assert rule in found
    assert words in found[rule]


@pytest.mark.parametrize(
    "text",
    [
        "Zasiłek macierzyński wynosi 81,5% podstawy wymiaru.",
        "Składka zdrowotna wynosi 381,78 zł miesięcznie.",
        "Świadczenie wychowawcze to 800 zł na dziecko.",
        "Od decyzji można odwołać się w ciągu miesiąca od jej doręczenia.",
        "Wniosek składa się najwcześniej 30 dni przed osiągnięciem wieku.",
        "Infolinia: 22 560 16 00.",
        "",
    ],
)
def test_general_information_warns_of_nothing(text: str) -> None:
    assert signs(text) == []
    assert identifiers(text) == []


def test_an_amount_in_another_sentence_than_the_customer_is_general() -> None:
    assert signs("Prosimy Pana o cierpliwość. Opłata wynosi 17 zł.") == []


def test_identifiers_are_named_once_each_in_their_order() -> None:
    found = identifiers("PESEL 44051401359, rachunek PL61 1090 1014 0000 0712 1981 2874 i znów 44051401359")

    assert found == ["pesel", "iban"]


def test_a_long_hostile_text_is_judged_with_a_bounded_result() -> None:
    assert len(signs("Pana 1 zł. " * 10_000 + "decyzja " + "aaa " * 50_000)) <= MOST
