"""The figures of the dialogue acts, counted by hand, and the page that shows them."""

from datetime import date

import pytest

from okienko.evaluation.acts import Judged, act_figures, confused, scores
from okienko.evaluation.acts_page import page

JUDGED = [
    Judged("a", "greet", "greet", 0.9),
    Judged("b", "greet", "greet", 0.8),
    Judged("c", "greet", "thank", 0.4),
    Judged("d", "thank", "thank", 0.9),
]


def test_an_act_is_scored_by_what_was_right_wanted_and_given() -> None:
    found = scores(JUDGED)

    assert (found["greet"].precision, found["greet"].recall, found["greet"].count) == (1, pytest.approx(2 / 3), 3)
    assert (found["thank"].precision, found["thank"].recall, found["thank"].f1) == (0.5, 1, pytest.approx(2 / 3))


def test_macro_counts_acts_alike_and_weighted_counts_examples_alike() -> None:
    found = act_figures(JUDGED)

    assert found["macro"] == pytest.approx((0.8 + 2 / 3) / 2)
    assert found["weighted"] == pytest.approx((3 * 0.8 + 2 / 3) / 4)
    assert found["accuracy"] == 0.75


def test_act_that_is_never_given_scores_nought() -> None:
    assert scores([Judged("a", "greet", "nlu_fallback", 0.3)])["greet"].f1 == 0


def test_page_shows_figures_and_confusions_of_both_sets() -> None:
    lines = list(page(JUDGED, JUDGED[:2], 5, date(2026, 11, 30)))

    assert "| 4 examples, 5 folds | 0.733 | 0.767 | 0.750 |" in lines
    assert "| 2 held-out phrases | 1.000 | 1.000 | 1.000 |" in lines
    assert "| greet | thank | 1 |" in lines
    assert "| 1 | greet | 2 | 1 |" in lines
    assert confused(JUDGED) == {("greet", "thank"): 1}
