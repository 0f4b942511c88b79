"""What makes a score card complete, and its total."""

import pytest

from helpdesk.scoring_points import MOST_WORDS, CardProblem, points_from, problem_of, total_of

WORDS = "Proszę podać termin."


@pytest.mark.parametrize(
    ("points", "total"),
    [([4, 4], 1.0), ([0], 0.0), ([4, 2, None], 0.75), ([1, 2], 0.375), ([None, None], None), ([], None)],
)
def test_total_is_the_mean_of_what_applies(points: list[int | None], total: float | None) -> None:
    assert total_of(points) == total


@pytest.mark.parametrize(
    ("points", "feedback", "shown", "problem"),
    [
        ({1: 4, 2: None}, "", [1, 2], None),
        ({1: 2, 2: 2}, "", [1, 2], None),
        ({1: 1, 2: 4}, WORDS, [1, 2], None),
        ({1: 1, 2: 4}, "źle", [1, 2], CardProblem.FEEDBACK),
        ({1: 0, 2: 4}, "", [1, 2], CardProblem.FEEDBACK),
        ({1: 4}, "", [1, 2], CardProblem.MISSING),
        ({1: None, 2: None}, "", [1, 2], CardProblem.NOTHING),
        ({1: 4}, "", [1], CardProblem.CHANGED),
        ({1: 4, 2: 4, 3: 4}, "", [1, 2, 3], CardProblem.CHANGED),
        ({1: 4, 2: 4}, "x" * (MOST_WORDS + 1), [1, 2], CardProblem.LONG),
    ],
)
def test_card_is_given_only_when_it_is_complete(
    points: dict[int, int | None], feedback: str, shown: list[int], problem: CardProblem | None
) -> None:
    assert problem_of(points, feedback, [2, 1], shown) is problem


def test_points_are_read_from_a_form() -> None:
    assert [points_from(typed) for typed in ("0", "4", "-")] == [0, 4, None]


@pytest.mark.parametrize("typed", ["", "5", "-1", "04", "²", "٣", "x"])
def test_other_points_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        points_from(typed)
