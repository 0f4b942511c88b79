"""When a chat of a silent or absent customer ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from helpdesk.house import House
from helpdesk.silence import PRESENT, Quiet, Step, is_present, next_step
from tests.conftest import NOON

HOUSE = House(silent_minutes=10, end_minutes=5, gone_minutes=3)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


LED = Quiet(
    waits=False,
    since=NOON - minutes(5),
    is_owed=False,
    consultant_at=NOON,
    seen_at=NOON + minutes(60),
    warned_at=None,
)
"""The consultant spoke last, at noon; the customer's window stays open."""
WAITS = replace(LED, waits=True, since=NOON, consultant_at=None)


@pytest.mark.parametrize(
    ("after", "step"),
    [(9.9, Step.NOTHING), (10, Step.WARN), (60, Step.WARN)],
)
def test_silence_is_warned_of_when_its_time_has_come(after: float, step: Step) -> None:
    assert next_step(LED, HOUSE, NOON + minutes(after)) is step


@pytest.mark.parametrize(("after", "step"), [(14.9, Step.NOTHING), (15, Step.END)])
def test_warned_chat_ends_after_its_respite(after: float, step: Step) -> None:
    warned = replace(LED, warned_at=NOON + minutes(10))

    assert next_step(warned, HOUSE, NOON + minutes(after)) is step


@pytest.mark.parametrize(
    "owed",
    [
        replace(LED, is_owed=True),
        replace(LED, consultant_at=None),
        replace(LED, consultant_at=NOON - minutes(6)),
    ],
    ids=["customer spoke last", "nothing said yet", "said by the consultant before this part"],
)
def test_answer_that_is_owed_is_not_cut_off_even_when_the_customer_is_gone(owed: Quiet) -> None:
    assert next_step(replace(owed, seen_at=NOON), HOUSE, NOON + minutes(600)) is Step.NOTHING


def test_warning_before_the_consultants_last_words_counts_no_more() -> None:
    resumed = replace(LED, warned_at=NOON - minutes(1))

    assert next_step(resumed, HOUSE, NOON + minutes(6)) is Step.NOTHING


@pytest.mark.parametrize(("after", "step"), [(2.9, Step.NOTHING), (3, Step.END)])
def test_gone_customer_is_waited_for_only_so_long(after: float, step: Step) -> None:
    for chat in (LED, WAITS):
        assert next_step(replace(chat, seen_at=NOON), HOUSE, NOON + minutes(after)) is step


def test_absence_counts_from_the_consultants_words_not_from_before_them() -> None:
    gone = replace(LED, seen_at=NOON - minutes(30))

    assert next_step(gone, HOUSE, NOON + minutes(2)) is Step.NOTHING
    assert next_step(gone, HOUSE, NOON + minutes(3)) is Step.END


def test_who_waits_with_an_open_window_keeps_the_place_however_long() -> None:
    assert next_step(WAITS, HOUSE, NOON + minutes(60)) is Step.NOTHING


def test_window_counts_as_open_for_a_moment_after_its_last_sign() -> None:
    assert is_present(NOON, NOON + PRESENT / 2)
    assert not is_present(NOON, NOON + PRESENT)
    assert not is_present(None, NOON)
