"""Days, hours and places in a list as people write them."""

from datetime import date, time

import pytest

from polish.times import Moment, read_moment, read_place, says_only_when

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("jutro o 10", date(2026, 12, 1), time(10)),
        ("pojutrze", date(2026, 12, 2), None),
        ("dziś", MONDAY, None),
        ("w środę o 10:30", date(2026, 12, 2), time(10, 30)),
        ("w srode na 9.30", date(2026, 12, 2), time(9, 30)),
        ("poniedziałek", date(2026, 12, 7), None),
        ("czw godz. 13", date(2026, 12, 3), time(13)),
        ("3 grudnia o dziesiątej", date(2026, 12, 3), time(10)),
        ("3-go grudnia 9.00", date(2026, 12, 3), time(9)),
        ("03.12 o 11:00", date(2026, 12, 3), time(11)),
        ("03.12.2026", date(2026, 12, 3), None),
        ("2026-12-03 10:00", date(2026, 12, 3), time(10)),
        ("5 stycznia", date(2027, 1, 5), None),
        ("o jedenastej", None, time(11)),
        ("10.30", None, time(10, 30)),
        ("31 lutego", None, None),
        ("32.13", None, None),
        ("kod 00-950", None, None),
        ("nie wiem", None, None),
    ],
)
def test_day_and_hour_are_read_as_written(text: str, day: date | None, at: time | None) -> None:
    moment = read_moment(text, MONDAY)

    assert (moment.day, moment.at) == (day, at)


def test_part_of_the_day_is_read() -> None:
    assert read_moment("w piątek po południu", MONDAY) == Moment(date(2026, 12, 4), None, (12, 24))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("ten drugi", 1),
        ("2", 1),
        ("nr 3", 2),
        ("ostatni", 3),
        ("pierwsza", 0),
        ("7", None),
        ("w czwartek", None),
        ("czwarty", 3),
        ("o 10", None),
        ("obojętnie", None),
    ],
)
def test_place_in_a_list_of_four_is_read(text: str, place: int | None) -> None:
    assert read_place(text, 4) == place


@pytest.mark.parametrize("text", ["jutro rano", "w środę o 10", "9.12 po południu", "najlepiej w piątek", "o 10"])
def test_text_that_only_names_a_moment_is_known(text: str) -> None:
    assert says_only_when(text)


@pytest.mark.parametrize(
    "text", ["emerytura", "jutrzejsza wypłata", "o emeryturę od maja", "w sprawie składek", "", "?"]
)
def test_text_that_says_more_than_a_moment_is_known(text: str) -> None:
    assert not says_only_when(text)
