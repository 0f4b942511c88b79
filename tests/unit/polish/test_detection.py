"""Which language is recognised, and that doubt means Polish."""

from pathlib import Path

import pytest
import yaml

from polish.detection import detect

TEXTS = Path(__file__).parents[2] / "data" / "languages.yml"
LEAST_RIGHT = 0.95

POLISH = [
    "ile wynosi macierzynski",
    "l4",
    "zus zua",
    "kiedy 13",
    "nie dziala mi pue",
    "Z-15a",
    "PIT-11A",
    "800+",
    "",
    "Anna Nowak",
    "hej",
    "czesc",
    "ok",
    "dzieki",
    "mama 4+",
    "erp7 gdzie wyslac",
    "haslo do pue",
    "eZUS login",
    "kiedy przelew",
    "kasa na konto?",
    "jestem na l4 i co teraz",
    "chce isc na emeryture",
    "ciaza i dzialalnosc",
    "skladka zdrowotna 2026 ryczalt",
    "preferencyjny ZUS start",
    "Dzień dobry, proszę o pomoc w sprawie renty rodzinnej",
    "a1 delegowanie do niemiec",
    "formularz U1 z anglii",
    "ekuz",
    "ZUS RCA korekta",
    "no hello",
    "pue zus help nie dziala",
    "mam problem z logowaniem error 500",
    "e-ZLA",
    "siema ziom co z moja kasa",
    "kiedy wyplata 14 emerytury 2026",
    "renta",
    "Sprawdź status wniosku ERN",
    "moj pesel sie nie zgadza",
    "to jest pilne",
    "wypowiedzenie umowy a zasilek",
    "po ile zasilek opiekunczy",
    "co to",
    "PUE",
    "babciowe",
    "aktywny rodzic w pracy",
    "czy moge isc do kina na l4",
    "odp",
    "komornik zajal mi emeryture",
    "ulga mały zus plus",
    "B2B",
    "Mein Kampf to nie",
    "profil PUE ePUAP login gov",
    "umowa z The Walt Disney Company",
    "mam formularz Certificate of Coverage co z nim",
    "thanks",
]

FOREIGN = [
    ("en", "Hello, how can I get my pension?"),
    ("en", "hello"),
    ("en", "I need help with my sick leave"),
    ("en", "Do you speak English?"),
    ("en", "What documents do I need to apply for child benefit in Poland?"),
    ("en", "how to register in zus"),
    ("de", "Wie bekomme ich meine Rente?"),
    ("de", "Guten Tag, ich arbeite in Polen und habe eine Frage zur Versicherung."),
    ("fr", "Bonjour, comment puis-je obtenir ma retraite ?"),
    ("es", "Hola, ¿cómo puedo solicitar la pensión?"),
    ("it", "Buongiorno, come posso richiedere la pensione?"),
    ("cs", "Dobrý den, jak mohu získat důchod z Polska?"),
    ("sk", "Dobrý deň, ako môžem získať dôchodok?"),
    ("ro", "Bună ziua, cum pot obține pensia mea din Polonia?"),
    ("uk", "Доброго дня, як отримати допомогу на дитину?"),
    ("hu", "Mikor kapom meg a nyugdíjamat Lengyelországból"),
    ("lt", "Kada gausiu pensiją iš Lenkijos"),
    ("zh", "我怎么领取养老金"),
    ("uk", "Дякую"),
    ("uk", "Добрий день, потрібна допомога"),
    ("ru", "Здравствуйте, как получить пособие на ребёнка?"),
    ("ru", "как получить пенсию"),
    ("be", "Добры дзень, як атрымаць пенсію ў Польшчы?"),
    ("vi", "Xin chào, làm thế nào để tôi nhận được lương hưu?"),
    ("tr", "Merhaba, emekli maaşımı nasıl alabilirim?"),
    ("ka", "გამარჯობა, როგორ მივიღო პენსია?"),
    ("ar", "كيف أحصل على معاشي التقاعدي؟"),
]


@pytest.mark.parametrize("text", POLISH)
def test_short_unaccented_and_doubtful_texts_are_polish(text: str) -> None:
    assert detect(text).lang == "pl"


@pytest.mark.parametrize(("lang", "text"), FOREIGN)
def test_foreign_texts_are_recognised(lang: str, text: str) -> None:
    assert detect(text).lang == lang


def test_equal_texts_give_equal_confidence() -> None:
    text = "Ich möchte wissen, wann meine Rente kommt"

    detections = {detect(text) for _ in range(5)}

    assert len(detections) == 1
    assert 0 <= detections.pop().confidence <= 1


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str]]:
    """Pairs of language and text."""
    by_language: dict[str, list[str]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return [(lang, text) for lang, texts in by_language.items() for text in texts]


def test_nearly_all_short_texts_are_recognised(texts: list[tuple[str, str]]) -> None:
    wrong = [(lang, text) for lang, text in texts if detect(text).lang != lang]

    assert len(texts) >= 120
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(texts), wrong


def test_no_polish_text_is_refused(texts: list[tuple[str, str]]) -> None:
    assert [text for lang, text in texts if lang == "pl" and detect(text).lang != "pl"] == []


def test_quotation_in_another_language_leaves_the_writer_polish() -> None:
    assert detect("co znaczy 'We regret to inform you that your application was refused'").lang == "pl"


def test_quotation_without_own_words_tells_its_language() -> None:
    assert detect('"How can I get my pension in Poland?"').lang == "en"
