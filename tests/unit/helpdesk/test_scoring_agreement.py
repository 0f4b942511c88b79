"""Agreement of two scorers against values counted by hand, and against scikit-learn's kappa."""

import pytest
from sklearn.metrics import cohen_kappa_score

from helpdesk.scoring_agreement import agreement, weighted_kappa

COUNTED = [(4, 4), (3, 4), (2, 0), (1, 1)]
"""Squared differences 0, 1, 4, 0, so 1.25 is observed. The eight points are one 0, two 1, one 2, one 3, three 4:
their 64 ordered pairs differ by 286 squared points, so 286/64 is expected, and 1 - 1.25 * 64/286 = 103/143."""


def test_kappa_is_what_was_counted_by_hand() -> None:
    assert weighted_kappa(COUNTED) == pytest.approx(103 / 143)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([(4, 4), (0, 0), (2, 2)], 1.0),
        ([(0, 4), (4, 0)], -1.0),
        ([(0, 0), (0, 4), (4, 0), (4, 4)], 0.0),
    ],
    ids=["always the same", "always the opposite", "as by chance"],
)
def test_kappa_at_its_corners(pairs: list[tuple[int, int]], kappa: float) -> None:
    assert weighted_kappa(pairs) == pytest.approx(kappa)


@pytest.mark.parametrize("pairs", [[], [(3, 3), (3, 3)]], ids=["no pairs", "one value only"])
def test_kappa_is_not_defined_where_nothing_could_differ(pairs: list[tuple[int, int]]) -> None:
    assert weighted_kappa(pairs) is None


def test_who_of_the_two_scored_first_changes_nothing() -> None:
    assert weighted_kappa([(b, a) for a, b in COUNTED]) == weighted_kappa(COUNTED)


def test_kappa_is_scikit_learns_over_the_pairs_in_both_directions() -> None:
    pairs = [(i * 7 % 5, i * 3 % 5) for i in range(40)] + COUNTED * 5
    first, second = [a for a, _ in pairs], [b for _, b in pairs]

    theirs = cohen_kappa_score(first + second, second + first, weights="quadratic")

    assert weighted_kappa(pairs) == pytest.approx(theirs)


def test_agreement_counts_same_points_differences_and_what_only_one_found_applicable() -> None:
    found = agreement(2, [*COUNTED, (None, None), (None, 3), (0, None)])

    assert (found.cases, found.pairs, found.same, found.one_sided) == (2, 4, 2, 2)
    assert found.difference == pytest.approx(0.75)
    assert found.same_percent == 50
    assert found.is_thin


def test_agreement_without_pairs_has_no_figures() -> None:
    found = agreement(1, [(None, None)])

    assert (found.pairs, found.difference, found.kappa, found.same_percent) == (0, None, None, None)
