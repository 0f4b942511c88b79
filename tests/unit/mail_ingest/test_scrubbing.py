"""A PIN that came in a mail is in none of the bytes that are kept."""

from email.message import EmailMessage

import pytest

from mail_ingest.parsing import parse_mail
from mail_ingest.scrubbing import pins_of, without_pins


def mail(encoding: str, subject: str = "Pytanie", html: str | None = None) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "anna@example.org", subject
    message.set_content("Mój pin to 48261937, a pesel 44051401359. Żółw.", cte=encoding)
    if html:
        message.add_alternative(html, subtype="html", cte=encoding)
    return message.as_bytes()


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("html", [None, "<p>Mój pin to <b>48261937</b>, a pesel 44051401359</p>"])
def test_pin_is_gone_and_the_rest_is_there(encoding: str, html: str | None) -> None:
    content = mail(encoding, html=html)

    cleaned = without_pins(content, pins_of(parse_mail(content)))

    parsed = parse_mail(cleaned)
    assert "48261937" not in parsed.text
    assert b"48261937" not in cleaned
    assert "44051401359" in parsed.text
    assert "Żółw" in parsed.text
    assert not pins_of(parsed)


def test_pin_in_an_encoded_subject_is_gone_too() -> None:
    content = mail("base64", subject="Mój pin 48261937 nie działa, proszę")

    parsed = parse_mail(without_pins(content, pins_of(parse_mail(content))))

    assert parsed.subject == "Mój pin [PIN] nie działa, proszę"


def test_mail_without_a_pin_has_none() -> None:
    message = EmailMessage()
    message.set_content("Mam 48261937 groszy.")

    assert not pins_of(parse_mail(message.as_bytes()))
