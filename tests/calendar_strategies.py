"""Calendars and instants for property tests: around changes of the clocks, feasts and the ends of years."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from helpdesk.calendar import WEEK, Calendar, OtherDay, Span

ODD_DAYS = [
    date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30),  # the clocks go forward
    date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26),  # the clocks go back
    date(2024, 12, 23), date(2024, 12, 24), date(2025, 12, 24),  # 24 December became free
    date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 5),  # the year ends
    date(2026, 4, 4), date(2026, 4, 6), date(2026, 11, 11),  # feasts
]  # fmt: skip

clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    opens, closes = sorted(draw(st.lists(clock_times, min_size=2, max_size=2, unique=True)))
    return Span(opens, draw(st.sampled_from([closes, time(0)])))


LEAST = 30
"""Minutes that a week is open at least: with fewer, a deadline leaves the years whose feasts the tests know by hand."""


def open_minutes(span: Span | None) -> int:
    if span is None:
        return 0
    closes = span.closes.hour * 60 + span.closes.minute
    return (closes or 24 * 60) - (span.opens.hour * 60 + span.opens.minute)


others = st.dictionaries(
    st.sampled_from(ODD_DAYS), st.builds(OtherDay, st.just("dzień"), st.none() | spans()), max_size=4
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """The office's own week, or any other; with some days that differ."""
    own = st.tuples(*[st.none() | spans()] * 7).filter(lambda week: sum(map(open_minutes, week)) >= LEAST)
    return Calendar(draw(st.just(WEEK) | own), draw(others))


@st.composite
def minutes(draw: st.DrawFn) -> datetime:
    """A full minute of one of the odd days, or of the day before or after."""
    day = draw(st.sampled_from(ODD_DAYS))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=draw(st.integers(-1440, 2880)))
