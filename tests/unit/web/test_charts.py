"""The pictures of the reports: places in proportion, nothing outside, and words for those who do not see them."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from web.charts.bars import ROOM, WIDTH, Bar, Bars
from web.charts.heat import Heat
from web.charts.lines import Lines
from web.charts.scales import lengths, marks
from web.charts.stacks import Stack, Stacks
from web.desk.reports_charts import Chart, picture
from web.desk.reports_tables import Table
from web.pages import rendered

ATTACK = "<script>alert(1)</script>"
BARS = Bars("b", "Tytuł", "Opis", [Bar(ATTACK, 10, "10"), Bar("pół", 5, "5"), Bar("nic", 0, "0")])
STACKS = Stacks("s", "Tytuł", "Opis", ["a", ATTACK, "c"], [Stack("x", [6, 0, 2], "8"), Stack("y", [2, 2, 0], "4")])
LINES = Lines("l", "Tytuł", "Opis", ["24.10", "25.10", "26.10"], [0, 10, 3], [1, 2, 20], ("ten", "poprzedni"))
HEAT = Heat("h", "Tytuł", "Opis", ["pon.", "wt."], ["00:00", ATTACK], [[0, 1], [5, 10]])
EVERY = [BARS, STACKS, LINES, HEAT]


@pytest.mark.parametrize("most", [0, 1, 3, 4, 7, 26, 99, 100, 12_345])
def test_marks_are_round_begin_at_nothing_and_reach_the_most(most: int) -> None:
    found = marks(most)

    assert found[0] == 0
    assert found[-1] >= most
    assert 2 <= len(found) <= 7
    assert len({after - before for before, after in pairwise(found)}) == 1


def test_lengths_are_in_proportion_and_nothing_is_long_when_all_is_nothing() -> None:
    assert lengths([10, 5, 0], 300) == [300, 150, 0]
    assert lengths([0.5], 300, most=1) == [150]
    assert lengths([0, 0], 300) == [0, 0]
    assert lengths([], 300) == []


def test_bars_fill_the_room_in_proportion() -> None:
    assert [one.width for one in BARS.drawn] == [ROOM, ROOM / 2, 0]


def test_stacks_leave_out_empty_parts_and_join_without_a_gap() -> None:
    first, second = STACKS.drawn

    assert [(part.kind, part.width) for part in first.parts] == [(0, 297.0), (2, 99.0)]
    assert first.parts[1].x == first.parts[0].x + first.parts[0].width
    assert sum(part.width for part in second.parts) == pytest.approx(198)  # half as much


def test_stacks_of_shares_all_fill_the_room() -> None:
    shares = Stacks("s", "", "", STACKS.kinds, STACKS.stacks, shares=True)

    assert [sum(part.width for part in row.parts) for row in shares.drawn] == [396, 396]


def test_lines_go_from_left_to_right_and_higher_values_stand_higher() -> None:
    now, before = LINES.points

    assert [point.x for point in now] == sorted(point.x for point in now)
    assert now[1].y < now[2].y < now[0].y
    assert before[2].y == min(mark.y for mark in LINES.axis)


def test_heat_is_darker_where_there_is_more() -> None:
    assert [field.degree for field in HEAT.fields] == [0, 1, 3, 5]


@pytest.mark.parametrize("chart", EVERY, ids=lambda chart: type(chart).__name__)
def test_picture_is_named_and_told_and_needs_no_style_of_its_own(chart: Chart) -> None:
    svg = rendered(chart.template, chart=chart)

    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    named = {root.get("aria-labelledby"): "Tytuł", root.get("aria-describedby"): "Opis"}
    assert {one.get("id"): one.text for one in root if one.tag in {"title", "desc"}} == named
    assert "<script" not in svg
    assert "style" not in svg
    for one in root.iter("rect"):
        x, width = float(one.get("x", 0)), float(one.get("width", 0))
        assert 0 <= x <= x + width <= WIDTH
        assert float(one.get("y", 0)) + float(one.get("height", 0)) <= chart.height


def test_picture_of_one_day_has_its_point_in_the_middle() -> None:
    one = Lines("l", "", "", ["24.10"], [3], [0], ("a", "b"))

    assert rendered(one.template, chart=one).count("<circle") == 1
    assert 150 < one.points[0][0].x < 300


def test_table_of_nothing_has_no_picture_and_neither_has_one_without_drawing() -> None:
    assert picture(Table("waits", [["Razem", 0, None, None, None, None]], total=True)) is None
    assert picture(Table("appointments", [["E-wizyty", 1, 1, 1, 1, 1, 0.5]])) is None
    assert picture(Table("waits", [["A", 1, 60, 60, 1.0, 1.0], ["Razem", 1, 60, 60, 1.0, 1.0]], total=True)) is not None
