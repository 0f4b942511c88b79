"""Codes of the second factor: the published vectors, the leeway, and that none counts twice."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from helpdesk.second_factor import STEP, right_step
from tests.conftest import NOON

SECRET = b32encode(b"12345678901234567890").decode()
"""Of the test vectors of RFC 6238, appendix B."""


def code_of(at: datetime) -> str:
    """What the app shows at an instant."""
    return pyotp.TOTP(SECRET).at(at)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_of_the_rfc_are_right_at_their_instant(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert right_step(SECRET, code, now=at, last_step=0) == seconds // STEP


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clock_may_differ_by_one_step(steps: int, taken: bool) -> None:
    code = code_of(NOON + timedelta(seconds=steps * STEP))

    assert (right_step(SECRET, code, now=NOON, last_step=0) is not None) is taken


def test_code_counts_once_and_none_before_it_afterwards() -> None:
    before, current = code_of(NOON - timedelta(seconds=STEP)), code_of(NOON)
    step = right_step(SECRET, current, now=NOON, last_step=0)
    assert step is not None

    assert right_step(SECRET, current, now=NOON, last_step=step) is None
    assert right_step(SECRET, before, now=NOON, last_step=step) is None
    assert right_step(SECRET, code_of(NOON + timedelta(seconds=STEP)), now=NOON, last_step=step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 5x", "-12345"])
def test_what_is_no_code_is_never_right(typed: str) -> None:
    assert right_step(SECRET, typed, now=NOON, last_step=0) is None


def test_blanks_in_a_code_do_not_count() -> None:
    code = code_of(NOON)

    assert right_step(SECRET, f" {code[:3]} {code[3:]} ", now=NOON, last_step=0) is not None
