"""Telephone numbers as customers write them."""

import pytest

from helpdesk.phones import normal_phone, takes_sms


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("501 234 567", "+48501234567"),
        ("501-234-567", "+48501234567"),
        ("+48501234567", "+48501234567"),
        ("0048 501 234 567", "+48501234567"),
        ("(71) 123 45 67", "+48711234567"),
        ("22 123 45 67", "+48221234567"),
        ("+380 44 123 45 67", "+380441234567"),
        ("+44 20 7946 0958", "+442079460958"),
        ("５０１ 234 567", "+48501234567"),
    ],
)
def test_numbers_of_people_get_one_spelling(typed: str, normal: str) -> None:
    assert normal_phone(typed) == normal


@pytest.mark.parametrize(
    "typed",
    ["", "112", "999", "19 757", "700 123 456", "703 123 456", "801 400 987", "800 112 112", "22 560 16 00",
     "+48 22 560 16 00", "501 234 56", "501 234 5678", "abc", "+48 501 234 567 ext", "5" * 100],
)  # fmt: skip
def test_services_short_numbers_and_the_office_itself_are_not_called(typed: str) -> None:
    assert normal_phone(typed) is None


@pytest.mark.parametrize(("phone", "texted"), [("+48501234567", True), ("+48711234567", False), ("x", False)])
def test_only_mobile_numbers_get_text_messages(phone: str, texted: bool) -> None:
    assert takes_sms(phone) is texted
