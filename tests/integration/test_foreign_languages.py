"""Foreign messages through the real Rasa, its language gate and the actions."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from web.engine import join


def _say(rasa_url: str, *messages: str) -> list[Any]:
    """Send messages of one conversation; return the replies to the last one."""
    sender, sent = uuid4().hex, []
    for message in messages:
        body = {"sender": sender, "message": message}
        response = httpx.post(f"{rasa_url}/webhooks/rest/webhook", json=body, timeout=60)
        response.raise_for_status()
        sent = response.json()
    return list(join(sent))


def _payloads(reply: Any) -> list[str]:
    return [button["payload"] for button in reply.details.get("buttons", [])]


def test_ukrainian_question_is_answered_from_its_article_with_a_way_to_a_person(rasa_url: str) -> None:
    (reply,) = _say(rasa_url, "Як отримати 800 plus на дитину зі статусом UKR?")

    assert (reply.kind, reply.details["lang"]) == ("answer", "uk")
    assert reply.details["article"] == "800-plus-obywatele-ukrainy"
    assert "Що зробити:" in reply.text
    assert "consultant" in _payloads(reply)


def test_pressed_topic_is_shown_in_ukrainian(rasa_url: str) -> None:
    (reply,) = _say(rasa_url, '/inform{"option": "uk.zasilek-macierzynski"}')

    assert reply.details["article"] == "zasilek-macierzynski"
    assert "ZAM" in reply.text


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Засчитают ли украинский стаж для пенсии в Польше?", "ru"),
        ("Hello, how can I apply for child benefit in Poland?", "en"),
        ("Guten Tag, wie kann ich in Polen eine Rente beantragen?", "de"),
        ("Bonjour, comment puis-je obtenir une retraite en Pologne?", "fr"),
    ],
)
def test_other_languages_are_answered_in_them(rasa_url: str, text: str, lang: str) -> None:
    (reply,) = _say(rasa_url, text)

    assert (reply.kind, reply.details["lang"]) == ("language", lang)
    assert "consultant" in _payloads(reply)


def test_russian_question_offers_the_ukrainian_topic(rasa_url: str) -> None:
    (reply,) = _say(rasa_url, "Засчитают ли украинский стаж для пенсии в Польше?")

    assert "option:uk.emerytura-dla-obywateli-ukrainy" in _payloads(reply)


def test_polish_after_a_foreign_message_goes_on_in_polish(rasa_url: str) -> None:
    (reply,) = _say(rasa_url, "Hello, how can I apply for child benefit?", "ile wynosi zasiłek macierzyński")

    assert (reply.kind, reply.details["lang"]) == ("answer", "pl")


def test_polish_with_a_quoted_foreign_sentence_is_polish(rasa_url: str) -> None:
    text = "Pracownik z Ukrainy pyta: «я хворію, хто заплатить?». Kto wypłaca mu zasiłek chorobowy, my czy ZUS?"
    (reply,) = _say(rasa_url, text)

    assert reply.details["lang"] == "pl"
