"""How long waiting takes, for any waits that could have been measured."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.hours import AlwaysOpen, OfficeHours
from helpdesk.waiting import FEWEST, Taken, minutes_to_wait

MINUTE = timedelta(minutes=1)
waits = st.builds(Taken, st.integers(1, 200), st.timedeltas(timedelta(), timedelta(hours=9)))
enough = st.lists(waits, min_size=FEWEST, max_size=40)
instants = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is given beside
spans = st.timedeltas(timedelta(), timedelta(days=10))


@settings(deadline=None)
@given(st.lists(waits, max_size=FEWEST - 1), st.integers(1, 100))
def test_too_few_waits_give_no_time_at_all(taken: list[Taken], position: int) -> None:
    assert minutes_to_wait(taken, position) is None


@settings(deadline=None)
@given(enough, st.integers(1, 100))
def test_time_lies_between_the_quickest_and_the_slowest_place_measured(taken: list[Taken], position: int) -> None:
    minutes = minutes_to_wait(taken, position)

    paces = [wait.waited / wait.place for wait in taken]
    assert minutes is not None
    assert minutes >= 1
    assert (minutes - 1) * MINUTE <= max(paces) * position + timedelta(seconds=1)
    assert minutes * MINUTE >= min(paces) * position - timedelta(seconds=1)


@settings(deadline=None)
@given(enough, st.integers(1, 100))
def test_who_is_behind_never_waits_shorter(taken: list[Taken], position: int) -> None:
    nearer, farther = minutes_to_wait(taken, position), minutes_to_wait(taken, position + 1)

    assert nearer is not None
    assert farther is not None
    assert nearer <= farther


@settings(deadline=None)
@given(enough, st.integers(1, 100), st.randoms())
def test_order_of_the_waits_does_not_matter(taken: list[Taken], position: int, random: object) -> None:
    shuffled = taken.copy()
    random.shuffle(shuffled)

    assert minutes_to_wait(shuffled, position) == minutes_to_wait(taken, position)


@pytest.mark.parametrize(("position", "minutes"), [(1, 3), (2, 6), (10, 30)])
def test_equal_waits_give_their_own_time_for_each_place(position: int, minutes: int) -> None:
    taken = [Taken(place, place * 3 * MINUTE) for place in (1, 1, 2, 4, 7)]

    assert minutes_to_wait(taken, position) == minutes


def test_one_forgotten_customer_does_not_move_the_time() -> None:
    taken = [Taken(1, MINUTE)] * 6 + [Taken(1, timedelta(hours=8))]

    assert minutes_to_wait(taken, 1) == 1


@settings(deadline=None)  # other work on the machine must not fail a test
@given(instants, spans, spans)
def test_opening_time_adds_up_and_is_never_longer_than_time(
    begin: datetime, first: timedelta, second: timedelta
) -> None:
    hours = OfficeHours()
    middle, end = begin + first, begin + first + second

    whole = hours.open_between(begin, end)

    assert whole == hours.open_between(begin, middle) + hours.open_between(middle, end)
    assert timedelta() <= whole <= end - begin
    assert AlwaysOpen().open_between(begin, end) == end - begin


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        ("2026-11-20T11:00", "2026-11-20T12:30", 1.5),
        ("2026-11-20T16:00", "2026-11-23T07:00", 2.0),  # Friday 17:00 to Monday 8:00 in Warsaw
        ("2026-11-21T08:00", "2026-11-22T20:00", 0.0),  # a weekend
        ("2026-12-23T16:00", "2026-12-28T06:30", 1.5),  # over Christmas
        ("2026-03-27T16:00", "2026-03-30T06:00", 2.0),  # the clocks go forward in between
        ("2026-11-20T12:00", "2026-11-20T11:00", 0.0),
    ],
)
def test_only_opening_hours_count(begin: str, end: str, hours: float) -> None:
    first, last = (datetime.fromisoformat(instant).replace(tzinfo=UTC) for instant in (begin, end))

    assert OfficeHours().open_between(first, last) == timedelta(hours=hours)
