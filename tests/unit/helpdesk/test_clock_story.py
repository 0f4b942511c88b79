"""The story of a ticket's clock, as its moves tell it."""

from datetime import date, datetime, time, timedelta

from helpdesk.calendar import WEEK, Calendar, OtherDay, Span
from helpdesk.clock_story import Moved, OddDay, Pause, Story, WeekLine, odd_days, told, week_lines
from helpdesk.lifecycle import TicketStatus as Status
from helpdesk.polish_days import WARSAW
from tests.conftest import NOON

HOUR = timedelta(hours=1)


def moved(before: Status, after: Status, hours: int) -> Moved:
    return Moved(before, after, NOON + hours * HOUR)


def test_pauses_are_the_times_of_waiting_for_the_customer() -> None:
    moves = [
        moved(Status.NEW, Status.PENDING, 1),
        moved(Status.PENDING, Status.OPEN, 3),
        moved(Status.OPEN, Status.PENDING, 4),
    ]

    assert told(NOON, moves) == Story(NOON, [Pause(NOON + HOUR, NOON + 3 * HOUR), Pause(NOON + 4 * HOUR)])


def test_reopening_begins_another_story() -> None:
    moves = [
        moved(Status.NEW, Status.PENDING, 1),
        moved(Status.PENDING, Status.SOLVED, 2),
        moved(Status.SOLVED, Status.CLOSED, 3),
        moved(Status.CLOSED, Status.OPEN, 9),
    ]

    assert told(NOON, moves) == Story(NOON + 9 * HOUR, [])


def test_days_that_differ_from_the_week_are_named_with_their_hours() -> None:
    calendar = Calendar(others={date(2026, 12, 23): OtherDay("", Span(time(7), time(12)))})

    odd = odd_days(calendar, datetime(2026, 12, 21, 9, tzinfo=WARSAW), datetime(2026, 12, 24, 9, tzinfo=WARSAW))

    assert odd == [
        OddDay(date(2026, 12, 23), "", Span(time(7), time(12))),
        OddDay(date(2026, 12, 24), "Wigilia Bożego Narodzenia", None),
    ]


def test_weekdays_with_the_same_hours_are_one_line() -> None:
    assert week_lines(Calendar()) == [WeekLine(0, 4, WEEK[0]), WeekLine(5, 6, None)]
