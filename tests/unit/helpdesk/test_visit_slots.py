"""The times of e-visits: always working days between 9:00 and 14:30 in Warsaw, whatever the instant."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.hours import WARSAW, is_working_day
from helpdesk.visit_slots import FARTHEST, LENGTH, bookable_days, is_bookable, slots_of, spread

INSTANTS = st.integers(0, 12 * 365 * 24 * 60).map(lambda m: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
AROUND_CHANGES_OF_TIME = st.sampled_from(
    [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)]
).flatmap(lambda day: st.timedeltas(timedelta(days=-3), timedelta(days=3)).map(lambda shift: day + shift))
FREE_DAYS = [date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 6), date(2027, 3, 29)]


@settings(deadline=None)
@given(INSTANTS | AROUND_CHANGES_OF_TIME)
def test_bookable_slots_are_on_working_days_from_nine_to_half_past_two_in_warsaw(now: datetime) -> None:
    slots = [slot for day in bookable_days(now) for slot in slots_of(day)]

    assert slots
    for slot in slots:
        local = slot.astimezone(UTC).astimezone(WARSAW)
        end = (slot.astimezone(UTC) + LENGTH).astimezone(WARSAW)
        assert is_working_day(local.date())
        assert time(9) <= local.time()
        assert end.time() <= time(14, 30)
        assert timedelta(0) < local.date() - now.astimezone(WARSAW).date() <= timedelta(days=FARTHEST)
        assert is_bookable(slot.astimezone(UTC), now)


@settings(deadline=None)
@given(INSTANTS | AROUND_CHANGES_OF_TIME, st.integers(0, 5000))
def test_instant_between_slots_is_never_bookable(now: datetime, number: int) -> None:
    slots = [slot for day in bookable_days(now) for slot in slots_of(day)]
    slot = slots[number % len(slots)]

    assert not is_bookable(slot + timedelta(minutes=1 + number % 29), now)


@pytest.mark.parametrize("day", FREE_DAYS)
def test_days_off_have_no_slots(day: date) -> None:
    assert slots_of(day) == ()


def test_a_working_day_has_eleven_slots_and_the_last_ends_at_half_past_two() -> None:
    slots = slots_of(date(2026, 11, 30))

    assert len(slots) == 11
    assert (slots[0].time(), (slots[-1] + LENGTH).time()) == (time(9), time(14, 30))


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (datetime(2026, 11, 20, 23, 30, tzinfo=WARSAW), date(2026, 11, 23)),
        (datetime(2026, 11, 21, 0, 30, tzinfo=WARSAW), date(2026, 11, 23)),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 12, 23, 12, 0, tzinfo=WARSAW), date(2026, 12, 28)),
    ],
)
def test_first_bookable_day_is_the_next_working_day_in_warsaw(now: datetime, first: date) -> None:
    assert bookable_days(now)[0] == first


@settings(deadline=None)
@given(st.sets(st.integers(0, 60), max_size=40), st.integers(1, 12))
def test_spread_gives_as_many_as_asked_in_order_from_the_free_ones(chosen: set[int], limit: int) -> None:
    days = bookable_days(datetime(2026, 11, 20, 11, 0, tzinfo=UTC))
    every = [slot for day in days for slot in slots_of(day)]
    free = [every[number] for number in sorted(chosen)]

    offered = spread(free, limit)

    assert list(offered) == sorted(set(offered) & set(free))
    assert len(offered) <= limit
    assert bool(offered) is bool(free)
