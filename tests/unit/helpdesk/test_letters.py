"""Letters to customers."""

import pytest

from helpdesk.letters import render


def test_acknowledgement_names_the_ticket_and_warns_of_account_data() -> None:
    letter = render("acknowledgement", number="OK-000007", subject="Zasiłek & inne", lang="pl")

    assert letter.subject == "[OK-000007] Przyjęliśmy Pani/Pana wiadomość: Zasiłek & inne"
    assert "OK-000007" in letter.body
    assert "7:00-18:00" in letter.body
    assert "nie jest bezpiecznym miejscem" in letter.body


def test_answer_carries_the_consultants_words_as_they_are() -> None:
    letter = render("answer", number="OK-000007", subject="Zasiłek", text="a < b\n\n- jeden", consultant="Ewa Wzór")

    assert letter.subject == "Odp: [OK-000007] Zasiłek"
    assert "a < b\n\n- jeden" in letter.body
    assert "Ewa Wzór" in letter.body


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "thank you"),
        ("de", "Guten Tag"),
        ("uk", "Дякуємо"),
        ("ru", "Благодарим"),
        ("fr", "merci"),
        ("sw", "thank you"),
    ],
)
def test_letter_for_a_foreign_mail_speaks_its_language_and_polish(lang: str, words: str) -> None:
    letter = render("language", number="OK-000007", subject="x", lang=lang)

    assert words in letter.body
    assert "Dzień dobry" in letter.body
    assert "\n" not in letter.subject
