"""What is told of opening hours follows the house's calendar."""

from datetime import date, datetime, time

import pytest

from helpdesk.calendar import Calendar, OtherDay, Span
from helpdesk.hours import OfficeHours
from helpdesk.polish_days import WARSAW
from understanding.opening import Told, tell

CALENDAR = Calendar(
    others={
        date(2026, 11, 20): OtherDay("krótszy dzień", Span(time(9), time(13))),
        date(2026, 11, 23): OtherDay("szkolenie"),
        date(2026, 11, 24): OtherDay("", Span(time(10), time(18))),
    }
)
FRIDAY = date(2026, 11, 20)


def asked(text: str, hour: int = 10) -> Told:
    now = datetime.combine(FRIDAY, time(hour), WARSAW)
    return tell(text, OfficeHours(lambda: CALENDAR), CALENDAR, now)


def test_day_that_the_house_closes_is_told_with_its_name_and_the_next_opening() -> None:
    told = asked("czy w poniedziałek jest otwarte?")

    assert told.response == "utter_hours_feast"
    assert told.values["feast"] == "szkolenie"
    assert told.values["next"] == "wtorek 24.11.2026, 10:00"


@pytest.mark.parametrize(
    ("hour", "response"),
    [(8, "utter_hours_today_later"), (12, "utter_hours_today_open"), (14, "utter_hours_today_over")],
)
def test_today_is_told_by_the_hours_of_today(hour: int, response: str) -> None:
    told = asked("czy dziś jest otwarte?", hour)

    assert told.response == response
    assert told.values["next"] == "wtorek 24.11.2026, 10:00"
