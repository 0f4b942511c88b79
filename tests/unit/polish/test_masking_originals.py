"""What masking hands over for sealing, and PINs that only the conversation gives away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.pl import nip, pesel, regon

from polish import checksums
from polish.masking import mask
from polish.secrets_in_text import announces_pin


def test_findings_bring_their_originals_but_never_a_pin() -> None:
    masked = mask("tel 501 234 567, pin 4821, mail anna@wp.pl, hasło: Kotek2024")

    assert [(finding.kind, finding.original) for finding in masked.found] == [
        ("phone", "501 234 567"),
        ("pin", None),
        ("email", "anna@wp.pl"),
        ("pin", None),
    ]


def test_originals_do_not_show_when_a_finding_is_printed() -> None:
    assert "501" not in repr(mask("tel 501234567").found)


@pytest.mark.parametrize("text", ["4821", " 4 8 2 1 ", "4821.", "48-21", "cztery osiem dwa jeden", "４８２１"])
def test_digits_alone_are_a_pin_where_one_is_expected(text: str) -> None:
    assert "[PIN]" in mask(text, pin_expected=True).text
    assert mask(text).text == text


@pytest.mark.parametrize("text", ["00-950", "12.05.2026 rano", "mam 4 pytania", "501234567"])
def test_other_texts_are_no_pin_even_where_one_is_expected(text: str) -> None:
    assert "[PIN]" not in mask(text, pin_expected=True).text


@pytest.mark.parametrize(
    ("text", "announces"),
    [("mój pin to", True), ("PIN:", True), ("podaję pin", True), ("nie pamiętam pinu do pue, co robić", False)],
)
def test_an_announced_pin_is_expected_in_the_next_message(text: str, announces: bool) -> None:
    assert announces_pin(text) is announces


@given(st.from_regex(r"[0-9]{9,16}", fullmatch=True))
def test_checksums_agree_with_the_library(digits: str) -> None:
    assert checksums.is_pesel(digits) == pesel.is_valid(digits)
    assert checksums.is_nip(digits) == nip.is_valid(digits)
    assert checksums.is_regon(digits) == regon.is_valid(digits)
    assert checksums.is_card(digits) == (luhn.is_valid(digits) and int(digits) > 0)


@given(st.integers(4, 8), st.integers(1, 9))
def test_one_wrong_digit_breaks_an_identity_card(place: int, by: int) -> None:
    number = "ABA300000"

    changed = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]

    assert checksums.is_id_card(number)
    assert not checksums.is_id_card(changed)
