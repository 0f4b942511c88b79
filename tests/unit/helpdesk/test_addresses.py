"""Which typed addresses a letter may be sent to."""

import pytest

from helpdesk.addresses import read_address
from helpdesk.errors import BadAddress


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" Anna.Wzor@Example.com ", "anna.wzor@example.com"),
        ("a+zus@poczta.example.pl", "a+zus@poczta.example.pl"),
        ("o'hara@example.org", "o'hara@example.org"),
        ("jan@żółw.example", "jan@xn--w-uga1v8h.example"),
    ],
)
def test_usable_address_is_read_in_lower_case(typed: str, read: str) -> None:
    assert read_address(typed, own_domain="zus.pl") == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anna",
        "anna@",
        "@example.com",
        "anna@example",
        "anna@example..com",
        "anna@-example.com",
        "anna@example.com, jan@example.com",
        "anna@example.com\nBcc: jan@example.com",
        "anna@exam\nple.com",
        "anna wzor@example.com",
        "<anna@example.com>",
        ".anna@example.com",
        "anna..wzor@example.com",
        "ż" * 300 + "@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "a@" + "bcd." * 70 + "com",
        "anna@127.0.0.1",
        "anna@[127.0.0.1]",
        "cot@zus.pl",
        "COT@ZUS.PL",
    ],
)
def test_what_no_letter_can_be_sent_to_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress):
        read_address(typed, own_domain="zus.pl")
