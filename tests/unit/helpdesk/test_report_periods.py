"""The days of reports: whole days in Warsaw, presets, and the days before them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from helpdesk.calendar import Calendar
from helpdesk.reports.open_time import OpenTime
from helpdesk.reports.periods import LONGEST, Period, Preset, period_of

NOW = datetime(2026, 3, 30, 22, 30, tzinfo=UTC)
"""Half past midnight of Tuesday, 31 March, in Warsaw; the clocks went forward on Sunday, the 29th."""


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (Preset.TODAY, date(2026, 3, 31), date(2026, 3, 31)),
        (Preset.YESTERDAY, date(2026, 3, 30), date(2026, 3, 30)),
        (Preset.WEEK, date(2026, 3, 25), date(2026, 3, 31)),
        (Preset.DAYS_30, date(2026, 3, 2), date(2026, 3, 31)),
        (Preset.MONTH, date(2026, 3, 1), date(2026, 3, 31)),
        (Preset.MONTH_BEFORE, date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_preset_counts_from_the_day_in_warsaw(preset: Preset, first: date, last: date) -> None:
    found = period_of(preset, now=NOW)

    assert (found.first, found.last) == (first, last)


def test_day_on_which_the_clocks_change_has_its_23_or_25_hours() -> None:
    spring = Period(date(2026, 3, 29), date(2026, 3, 29))
    autumn = Period(date(2026, 10, 25), date(2026, 10, 25))

    assert spring.end - spring.begin == timedelta(hours=23)
    assert autumn.end - autumn.begin == timedelta(hours=25)
    assert spring.begin == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_period_that_is_not_over_is_compared_with_one_that_ends_at_the_same_time_of_the_day() -> None:
    now = datetime(2026, 3, 29, 10, tzinfo=UTC)  # Sunday noon, summer time
    found = period_of(Preset.TODAY, now=now)

    assert found.end == now
    assert found.whole.end == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert found.before.end == datetime(2026, 3, 28, 11, tzinfo=UTC)  # Saturday noon, winter time
    assert found.before.until is not None


def test_period_that_is_over_is_compared_with_as_many_whole_days() -> None:
    found = period_of(Preset.MONTH_BEFORE, now=NOW)

    assert found.before == Period(date(2026, 1, 4), date(2026, 1, 31))
    assert (found.length, found.before.length, len(found.days)) == (28, 28, 28)


def test_own_days_come_in_their_order_and_end_after_a_year() -> None:
    reversed_days = period_of(Preset.OWN, now=NOW, first=date(2026, 2, 9), last=date(2026, 2, 3))
    too_long = period_of(Preset.OWN, now=NOW, first=date(2020, 1, 1), last=date(2026, 1, 1))
    without = period_of(Preset.OWN, now=NOW)
    ahead = period_of(Preset.OWN, now=NOW, first=date(2026, 5, 1))

    assert (reversed_days.first, reversed_days.last) == (date(2026, 2, 3), date(2026, 2, 9))
    assert too_long.length == LONGEST
    assert (without.first, without.last) == (date(2026, 3, 31), date(2026, 3, 31))
    assert (ahead.first, ahead.last) == (date(2026, 5, 1), date(2026, 5, 1))


def test_ruler_of_open_time_measures_as_the_calendar_does() -> None:
    calendar = Calendar()
    ruler = OpenTime(calendar, date(2026, 10, 22), date(2026, 10, 28))
    begin = datetime(2026, 10, 22, 3, 17, tzinfo=UTC)
    moments = [begin + timedelta(minutes=97 * number) for number in range(90)]

    for since in moments[::7]:
        for until in moments:
            assert ruler.between(since, until) == calendar.open_between(since, until).total_seconds()
