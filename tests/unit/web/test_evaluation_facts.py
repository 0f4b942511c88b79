"""What pages show of an evaluation's figures."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.tables import EvaluationRun
from web.desk.evaluation_facts import EDGE, HEIGHT, WIDTH, courses, figure_rows

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def run(day: int = 0, **figures: float) -> EvaluationRun:
    return EvaluationRun(path="search", figures=figures, before={}, created_at=NOW + timedelta(days=day))


@pytest.mark.parametrize(
    ("name", "before", "after", "change"),
    [
        ("first", 0.93, 0.94, "better"),
        ("first", 0.93, 0.92, "worse"),
        ("first", 0.93, 0.91, "much worse"),
        ("first", 0.93, 0.9302, "same"),
        ("wrong", 0.02, 0.01, "better"),
        ("wrong", 0.02, 0.035, "much worse"),
        ("answered", 0.8, 0.9, "more"),
    ],
)
def test_a_change_is_told_by_which_way_the_figure_should_go(
    name: str, before: float, after: float, change: str
) -> None:
    one = run(**{name: after})
    one.before = {name: before}

    (row,) = figure_rows(one)

    assert row.change == change


def test_figures_with_a_floor_stand_first_and_a_broken_floor_is_marked() -> None:
    rows = figure_rows(run(answered=0.9, wrong=0.05, first=0.95))

    assert [(row.name, row.is_broken, row.is_ceiling) for row in rows] == [
        ("first", False, False),
        ("wrong", True, True),
        ("answered", False, False),
    ]


def test_a_course_runs_from_left_to_right_and_keeps_inside_its_picture() -> None:
    (course,) = courses([run(0, first=0.95), run(1, first=0.85), run(2, first=0.9)], "search")

    assert [dot.x for dot in course.dots] == [EDGE, WIDTH / 2, WIDTH - EDGE]
    assert [dot.y for dot in course.dots] == [EDGE, HEIGHT - EDGE, HEIGHT / 2]
    assert course.floor_y == course.dots[2].y
    assert (course.last.share, course.last.day) == (0.9, "25.11.2026")


def test_a_small_change_is_not_drawn_as_a_landslide() -> None:
    (course,) = courses([run(0, first=0.901), run(1, first=0.9)], "search")

    assert abs(course.dots[0].y - course.dots[1].y) < 0.1 * HEIGHT
