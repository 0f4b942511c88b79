"""The house's calendar: what it says of single days, and its counting against counting minute by minute."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.calendar import WEEK, Calendar, OtherDay, Span
from helpdesk.polish_days import WARSAW
from tests.calendar_strategies import calendars, minutes
from tests.naive_calendar import MINUTE, NaiveCounter

NONE = timedelta()
EVERY_DAY = Calendar(tuple(Span(time(0), time(0)) for _ in WEEK))
"""Open day and night, but for feasts."""


def warsaw(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=WARSAW)


@settings(deadline=None, max_examples=80)
@given(calendars(), minutes(), st.integers(-60, 4 * 1440), st.sampled_from([UTC, WARSAW]))
def test_open_time_is_what_counting_each_minute_gives(
    calendar: Calendar, begin: datetime, length: int, zone: tzinfo
) -> None:
    end = begin + length * MINUTE

    found = calendar.open_between(begin.astimezone(zone), end.astimezone(zone))

    assert found == NaiveCounter(calendar).open_between(begin, end)


@settings(deadline=None, max_examples=80)
@given(calendars(), minutes(), st.integers(0, 900), st.sampled_from([UTC, WARSAW]))
def test_deadline_is_the_minute_at_which_counting_ends(
    calendar: Calendar, begin: datetime, length: int, zone: tzinfo
) -> None:
    amount = length * MINUTE

    assert calendar.add_open(begin.astimezone(zone), amount) == NaiveCounter(calendar).add_open(begin, amount)


@settings(deadline=None, max_examples=80)
@given(calendars(), minutes())
def test_house_is_open_in_the_minutes_that_are_counted(calendar: Calendar, minute: datetime) -> None:
    assert calendar.is_open(minute) is NaiveCounter(calendar).is_open(minute)


@settings(deadline=None)
@given(calendars(), minutes())
def test_next_opening_is_open_and_nothing_is_open_before_it(calendar: Calendar, now: datetime) -> None:
    opening = calendar.next_opening(now)

    assert opening >= now
    assert calendar.is_open(opening)
    assert calendar.open_between(now, opening) == NONE


@settings(deadline=None)
@given(calendars(), minutes(), st.integers(0, 3000), st.integers(0, 3000))
def test_times_counted_one_after_the_other_add_up(calendar: Calendar, begin: datetime, first: int, more: int) -> None:
    middle, end = begin + first * MINUTE, begin + (first + more) * MINUTE

    whole = calendar.open_between(begin, middle) + calendar.open_between(middle, end)

    assert whole == calendar.open_between(begin, end)


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-28", 24), ("2026-12-24", 0), ("2024-12-24", 24)],
)
def test_days_on_which_the_clocks_change_have_their_own_length(day: str, hours: int) -> None:
    begin = warsaw(day)
    end = datetime.combine(begin.date() + timedelta(days=1), time(0), WARSAW)

    assert EVERY_DAY.open_between(begin, end) == timedelta(hours=hours)


def test_house_that_opens_in_the_hour_left_out_opens_when_the_clocks_change() -> None:
    calendar = Calendar(others={date(2026, 3, 29): OtherDay("noc", Span(time(2, 30), time(6)))})

    assert calendar.next_opening(warsaw("2026-03-29 00:00")) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert calendar.open_between(warsaw("2026-03-29 00:00"), warsaw("2026-03-29 12:00")) == timedelta(hours=3)


def test_day_that_the_house_sets_comes_before_week_and_feasts() -> None:
    eve, feast = date(2026, 12, 23), date(2026, 12, 24)
    calendar = Calendar(others={eve: OtherDay("szkolenie"), feast: OtherDay("", Span(time(8), time(12)))})

    assert not calendar.is_open(warsaw("2026-12-23 10:00"))
    assert calendar.is_open(warsaw("2026-12-24 10:00"))
    assert (calendar.name_of(eve), calendar.name_of(feast)) == ("szkolenie", "Wigilia Bożego Narodzenia")
    assert calendar.name_of(date(2026, 12, 22)) == ""


def test_deadline_that_ends_with_the_day_does_not_move_to_the_next_one() -> None:
    assert Calendar().add_open(warsaw("2026-11-20 17:00"), timedelta(hours=1)) == warsaw("2026-11-20 18:00")
    assert Calendar().add_open(warsaw("2026-11-20 17:00"), timedelta(hours=1, minutes=1)) == warsaw("2026-11-23 07:01")


@pytest.mark.parametrize("written", ["7-18", "07:00-06:00", "07:00-07:00", "24:00-25:00", "od rana"])
def test_hours_that_make_no_sense_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Span.read(written)


def test_week_without_an_open_day_is_refused() -> None:
    with pytest.raises(ValueError, match="open"):
        Calendar((None,) * 7)
