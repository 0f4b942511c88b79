from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from helpdesk.hours import AlwaysOpen, OfficeHours

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20 07:00", True),  # a Friday
        ("2026-11-20 17:59", True),
        ("2026-11-20 18:00", False),
        ("2026-11-20 06:59", False),
        ("2026-11-21 12:00", False),  # a Saturday
        ("2026-11-11 12:00", False),  # Independence Day, a Wednesday
        ("2026-12-24 12:00", False),  # free since 2025
        ("2024-12-24 12:00", True),
        ("2026-04-06 12:00", False),  # Easter Monday
        ("2026-06-04 12:00", False),  # Corpus Christi
    ],
)
def test_office_is_open_on_polish_working_days_from_seven_to_six(moment: str, is_open: bool) -> None:
    assert OfficeHours().is_open(datetime.fromisoformat(moment).replace(tzinfo=WARSAW)) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-20 18:00", "2026-11-23 07:00"),
        ("2026-11-20 05:00", "2026-11-20 07:00"),
        ("2026-12-23 20:00", "2026-12-28 07:00"),
        ("2026-03-27 19:00", "2026-03-30 07:00"),  # the clocks change in between
    ],
)
def test_next_opening_skips_nights_weekends_and_holidays(moment: str, opening: str) -> None:
    found = OfficeHours().next_opening(datetime.fromisoformat(moment).replace(tzinfo=WARSAW))

    assert found == datetime.fromisoformat(opening).replace(tzinfo=WARSAW)


def test_next_opening_of_an_open_office_is_now() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=WARSAW)

    assert OfficeHours().next_opening(now) == now


def test_demonstration_is_open_at_night() -> None:
    assert AlwaysOpen().is_open(datetime(2026, 11, 21, 3, tzinfo=WARSAW))
