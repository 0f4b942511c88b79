"""Personal data disappears from a text, and nothing else does."""

import pytest

from polish.masking import Finding, mask

MASKED = [
    ("mój pesel 44051401359", "mój pesel [PESEL]"),
    ("440514 01359 to ja", "[PESEL] to ja"),
    ("PESEL: 44051401358", "PESEL: [PESEL]"),
    ("tel 501 234 567 pesel 44051401359", "tel [TELEFON] pesel [PESEL]"),
    ("NIP 526-030-02-91 firmy", "NIP [NIP] firmy"),
    ("nip PL5260300291", "nip [NIP]"),
    ("numer NIP 1234567890", "numer NIP [NIP]"),
    ("regon 123456785", "regon [REGON]"),
    ("konto PL61 1090 1014 0000 0712 1981 2874", "konto [KONTO]"),
    ("61109010140000071219812874", "[KONTO]"),
    ("mój rachunek 61-1090-1014-0000-0712-1981-2875", "mój rachunek [KONTO]"),
    ("na DE89 3704 0044 0532 0130 00 proszę", "na [KONTO] proszę"),
    ("dowód ABA300000", "dowód [DOWOD]"),
    ("seria i numer dowodu: abc 123456", "seria i numer dowodu: [DOWOD]"),
    ("paszport ZS0000177", "paszport [PASZPORT]"),
    ("numer paszportu AB1234567", "numer paszportu [PASZPORT]"),
    ("dzwońcie 501-234-567", "dzwońcie [TELEFON]"),
    ("+48 501 234 567", "[TELEFON]"),
    ("(22) 123-45-67 wieczorem", "[TELEFON] wieczorem"),
    ("tel +48501234567", "tel [TELEFON]"),
    ("0048501234567", "[TELEFON]"),
    ("+380 67 123 45 67", "[TELEFON]"),
    ("pisz na jan.kowalski@example.com.", "pisz na [EMAIL]."),
    ("mój pin to 1234", "mój pin to [PIN]"),
    ("PIN: 12 34", "PIN: [PIN]"),
    ("hasło do pue 123456", "hasło do pue [PIN]"),
    ("podaję haslem 98765432", "podaję haslem [PIN]"),
    ("kod z smsa 482913", "kod z smsa [PIN]"),
    ("1234 to mój pin", "[PIN] to mój pin"),
    ("hasło: Kotek2024", "hasło: [PIN]"),
]

KEPT = [
    "infolinia 22 560 16 00",
    "zadzwoń +48 22 560 16 00 albo 225601600",
    "napisz na cot@zus.pl",
    "123 456 789 zł",
    "wpłaciłem 500 600 700,00",
    "dostałem 1 234,56 zł",
    "urodziłem się 14.05.1944, wniosek z 2026-11-21",
    "Dz.U. z 2024 r. poz. 1243, art. 59 ust. 5d",
    "formularze Z-3, ZUS RCA, ERP-7, PIT-11A i A1",
    "800 plus i 4000 zł",
    "kod 0510 czy 057000",
    "zgłoszenie z kodem 05 40 00",
    "stary numer 801 400 987",
    "kod tytułu ubezpieczenia 0110",
    "kod pocztowy 00-950",
    "zapomniałem pin 2 razy",
    "hasło wygasło w 2024",
    "13 i 14 emerytura w 2026",
    "w latach 1990 - 1995 i 1999 - 2003",
    "mój pin nie działa",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_personal_data_is_replaced(text: str, expected: str) -> None:
    assert mask(text).text == expected


@pytest.mark.parametrize("text", KEPT)
def test_amounts_dates_forms_and_public_contacts_stay(text: str) -> None:
    assert mask(text).text == text


@pytest.mark.parametrize("text", [text for text, _ in MASKED])
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text).text

    again = mask(once)

    assert again.text == once
    assert again.found == ()


def test_findings_hold_positions_in_the_original() -> None:
    text = "pin 1234, pesel 44051401359"

    masked = mask(text)

    assert masked.found == (Finding("pin", 4, 8), Finding("pesel", 16, 27))


def test_many_long_digit_runs_are_masked_without_delay() -> None:
    text = "1 2 3 4 5 6 7 8 9 0 " * 500

    assert mask(text).text
