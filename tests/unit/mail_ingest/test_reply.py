"""The finder of new words, beyond the whole mails of `tests/mail/reply-*.eml`."""

import pytest

from mail_ingest.parsing import reply_text
from mail_ingest.parsing.reply import is_forwarded

ANSWER = "Tak, proszę."


@pytest.mark.parametrize(
    "attribution",
    [
        "W dniu 3.06.2026 o 10:12, Biuro pisze:",
        "W dniu śr., 3 cze 2026 o 10:12 Biuro <biuro@example.org> napisał(a):",
        "Dnia 3 czerwca 2026 10:12 Biuro <biuro@example.org> napisał(a):",
        "Wiadomość napisana przez Biuro <biuro@example.org> w dniu 3 cze 2026, o godz. 10:12:",
        "2026-06-03 10:12 GMT+02:00 Biuro <biuro@example.org> napisał(a):",
        "Biuro <biuro@example.org> napisał:",
        "On 3 Jun 2026, at 10:12, Office <office@example.org> wrote:",
        "Am 03.06.2026 um 10:12 schrieb Büro:",
        "Am Mi., 3. Juni 2026 um 10:12 Uhr schrieb Büro <buero@example.org>:",
        "---- Wł. Śr, 03 cze 2026 10:12:33 +0200 Biuro <biuro@example.org> napisał(a) ----",
    ],
)
def test_quotation_below_an_attribution_is_left_out(attribution: str) -> None:
    assert reply_text(f"{ANSWER}\n\n{attribution}\n> Czy tak?\n> Pozdrawiamy\n") == ANSWER


@pytest.mark.parametrize(
    "ending",
    [
        "Wysłane z iPhone'a",
        "Wysłane z iPhone’a",
        "Wysłane z mojego smartfona Samsung Galaxy.",
        "Pobierz aplikację Outlook dla systemu Android<https://example.org/x>",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "-- \nJan Próbny\ntel. 000 000 000",
        "--\nJan Próbny",
        "________________________________\nTa wiadomość e-mail jest poufna i przeznaczona dla adresata.",
        "This email and any attachments are confidential and intended solely for the recipient.",
    ],
)
def test_what_programs_add_below_is_left_out(ending: str) -> None:
    assert reply_text(f"{ANSWER}\n\n{ending}\n") == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "Od: 1 maja pracuję na pół etatu.\nDo: końca roku tak zostanie.",
        "Temat: zasiłek\nProszę o pomoc.",
        "Wysłane z iPhone'a zdjęcia dołączam niżej.\nCzy wystarczą?",
        "Niniejsza wiadomość dotyczy mojej mamy.",
        "Dziękuję.\n\nNiniejszy wniosek składam drugi raz, czy to potrzebne?",
        "Pozdrawiam\nJan Próbny",
        "W dniu 3.06.2026 urzędnik napisał: proszę czekać.\nCzekam do dziś.",
        "1. pierwszy\n--\n2. drugi\n" + "dalej\n" * 20 + "koniec",
    ],
)
def test_words_of_the_customer_are_kept_when_in_doubt(text: str) -> None:
    assert reply_text(text) == text


def test_forwarded_mail_is_kept_whole() -> None:
    text = "Co to jest?\n\nOd: Firma <firma@example.org>\nDo: Jan\nTemat: Składki\n\n> Proszę zapłacić."

    assert reply_text(text, forwarded=is_forwarded("PD: Składki")) == text


def test_mail_forwarded_with_a_marker_is_kept_below_it() -> None:
    text = "Co to?\n\nPoczątek przekazywanej wiadomości:\n\n> Od: Firma <firma@example.org>\n> Zapłać."

    assert reply_text(text) == text


def test_quotation_is_never_the_whole_answer_unless_there_is_nothing_else() -> None:
    assert reply_text("> tylko cytat") == "> tylko cytat"
    assert reply_text("") == ""


@pytest.mark.parametrize(
    "text",
    [
        "> a b c\n" * 100_000,
        "W dniu 3.06.2026 o 10:12 pisze\n" * 30_000,
        "Od: x@y\n" * 120_000,
        "--\n\nNiniejsza wiadomość\n" * 40_000,
        "Od: " * 250_000,
        " " * 1_000_000 + ">",
        "napisał:" * 120_000,
    ],
    ids=["quotes", "attributions", "labels", "signatures", "one label line", "blanks", "verbs"],
)
@pytest.mark.timeout(20)
def test_texts_built_to_take_long_end_in_time(text: str) -> None:
    assert reply_text(text)
