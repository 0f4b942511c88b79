"""Which group a question joins: the one whose likest questions are like it on average, or none."""

import numpy as np
import pytest

from knowledge.likeness import best_group, grouped


def group_of(likeness: list[float], groups: list[int], threshold: float = 0.5) -> int | None:
    return best_group(np.array(likeness, dtype=np.float32), np.array(groups, dtype=np.int64), threshold)


@pytest.mark.parametrize(
    ("likeness", "groups", "expected"),
    [
        ([], [], None),
        ([0.4], [1], None),
        ([0.6], [1], 1),
        ([0.6, 0.9], [1, 2], 2),
        ([0.9, 0.0, 0.0], [1, 1, 1], None),  # like one of three only: 0.3 on average
        ([0.9, 0.6, 0.6, 0.0, 0.0], [1, 1, 1, 1, 1], 1),  # the three likest are asked, however many there are
        ([0.6, 0.6, 0.95, 0.1], [1, 1, 2, 2], 1),
    ],
)
def test_question_joins_the_group_of_the_likest_questions(
    likeness: list[float], groups: list[int], expected: int | None
) -> None:
    assert group_of(likeness, groups) == expected


def test_questions_that_come_one_after_another_are_grouped_by_those_before_them() -> None:
    likeness = np.array([[1, 0.9, 0, 0.8], [0.9, 1, 0, 0.7], [0, 0, 1, 0], [0.8, 0.7, 0, 1]], dtype=np.float32)

    assert grouped(likeness, 0.5) == [0, 0, 1, 0]
