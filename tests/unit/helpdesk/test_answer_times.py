"""Statutory times to answer, counted in months (art. 57 KPA)."""

from datetime import UTC, date, datetime

import pytest

from helpdesk.answer_times import answer_by, class_rules, last_day
from helpdesk.hours import WARSAW
from helpdesk.lifecycle import TicketClass


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2026, 10, 20), date(2026, 11, 20)),
        (date(2026, 11, 30), date(2026, 12, 30)),
        (date(2027, 1, 29), date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 11, 24), date(2026, 12, 28)),  # Christmas Eve to Sunday are off
        (date(2026, 11, 26), date(2026, 12, 28)),
        (date(2026, 12, 31), date(2027, 2, 1)),
        (date(2027, 4, 3), date(2027, 5, 4)),  # 3 May is a holiday
        (date(2026, 12, 1), date(2027, 1, 4)),
        (date(2026, 10, 11), date(2026, 11, 12)),  # 11 November is a holiday
    ],
)
def test_a_month_ends_on_the_same_day_or_the_next_working_day(received: date, last: date) -> None:
    assert last_day(received, 1) == last


def test_day_of_receipt_is_the_day_in_warsaw() -> None:
    just_after_midnight = datetime(2026, 6, 9, 22, 30, tzinfo=UTC)

    assert answer_by(TicketClass.COMPLAINT, just_after_midnight) == datetime(2026, 7, 10, 23, 59, 59, tzinfo=WARSAW)


@pytest.mark.parametrize("kind", [TicketClass.COMPLAINT, TicketClass.SUGGESTION, TicketClass.PERSONAL_DATA])
def test_classes_with_a_statutory_time_name_law_source_and_date(kind: TicketClass) -> None:
    rules = class_rules()[kind]

    assert rules.months == 1
    assert rules.law.startswith("art. ")
    assert rules.source.startswith("https://")
    assert rules.as_of


@pytest.mark.parametrize("kind", [TicketClass.QUESTION, TicketClass.PRAISE])
def test_other_classes_have_no_statutory_time(kind: TicketClass) -> None:
    assert answer_by(kind, datetime(2026, 11, 20, tzinfo=UTC)) is None
