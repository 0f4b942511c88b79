"""Transcripts: who said what and when, and what a mail may not carry."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.lifecycle import Author, Level
from helpdesk.policy import Channel
from helpdesk.tables import ChatMessage
from helpdesk.transcripts import lines, transcript

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def message(
    author: Author, text: str, kind: str = "text", level: Level | None = None, **details: object
) -> ChatMessage:
    known = {"level": level.value} if level else {}
    return ChatMessage(
        author=author,
        text=text,
        kind=kind,
        details={**details, **known},
        staff_id=7 if author is Author.CONSULTANT else None,
        created_at=NOON,
    )


def written(*messages: ChatMessage, channel: Channel = Channel.CHAT) -> str:
    found, left_out = lines(messages, {7: "Ewa Wzór"}, channel=channel, site="https://zus.example")
    return transcript(found, left_out=left_out)


def test_each_line_names_its_author_and_warsaw_time() -> None:
    late = message(Author.CUSTOMER, "pytanie")
    late.created_at = NOON + timedelta(hours=12)

    text = written(message(Author.BOT, "Dzień dobry"), message(Author.CONSULTANT, "W czym pomóc?"), late)

    assert "[20.11.2026, 12:00] Asystent:\nDzień dobry" in text
    assert "[20.11.2026, 12:00] Konsultant (Ewa Wzór):\nW czym pomóc?" in text
    assert "[21.11.2026, 00:00] Klient:\npytanie" in text


def test_paths_of_articles_become_links_and_foreign_addresses_stay() -> None:
    answer = "Stan na: 1 listopada 2026.\nWięcej: /wiedza/zasilek\nŹródło: https://www.example.pl/wiedza/x"

    text = written(message(Author.BOT, answer, "answer"))

    assert "Więcej: https://zus.example/wiedza/zasilek" in text
    assert "https://www.example.pl/wiedza/x" in text
    assert "Stan na: 1 listopada 2026." in text


def test_offered_topics_are_listed() -> None:
    buttons = [{"title": "Zasiłek", "payload": "article:zasilek"}, {"title": "Konsultant", "payload": "consultant"}]

    text = written(message(Author.BOT, "Którego tematu?", "choice", buttons=buttons))

    assert "- Zasiłek" in text
    assert "- Konsultant" not in text


@pytest.mark.parametrize("level", [Level.VERIFIED, Level.REPRESENTATIVE])
def test_mail_leaves_out_what_was_told_to_a_confirmed_customer_and_says_so(level: Level) -> None:
    said = (
        message(Author.CUSTOMER, "kiedy przelew", level=level),
        message(Author.SYSTEM, "Potwierdzono: Anna Przykładowa", "notice", level=level),
        message(Author.BOT, "Wizyta EW-000001 jutro", "status", level=level),
        message(Author.BOT, "Powtarzam: wizyta EW-000001", "smalltalk", level=level),
        message(Author.BOT, "Przelewy są 15. dnia miesiąca", "answer", level=level),
        message(Author.CONSULTANT, "Przelew 1234 zł wyszedł wczoraj", level=level),
    )

    mailed, shown = written(*said, channel=Channel.MAIL), written(*said)

    for secret in ("1234", "Anna Przykładowa", "EW-000001"):
        assert secret not in mailed
        assert secret in shown
    assert "kiedy przelew" in mailed
    assert "15. dnia" in mailed
    assert "nie jest bezpiecznym kanałem" in mailed
    assert "nie jest bezpiecznym kanałem" not in shown


@pytest.mark.parametrize("level", [None, Level.ADDRESS])
def test_mail_carries_all_that_was_told_to_an_unconfirmed_customer(level: Level | None) -> None:
    text = written(message(Author.CONSULTANT, "Proszę złożyć Z-3", level=level), channel=Channel.MAIL)

    assert "Proszę złożyć Z-3" in text
    assert "pominięt" not in text


def test_empty_conversation_has_a_transcript_too() -> None:
    assert "Zapis rozmowy" in written()
