"""The floor of the dialogue acts: cross-validation of the real pipeline, kept until its inputs change."""

import pytest

from knowledge.library import Library
from okienko.evaluation.acts import act_figures
from okienko.evaluation.crossing import cross
from okienko.evaluation.runs import broken_floors
from tests.conftest import engine_settings


# Five trainings, on a machine that may be busy.
@pytest.mark.timeout(1_500)
def test_acts_keep_their_floor_in_cross_validation(library: Library) -> None:
    crossed = cross(engine_settings(), library)

    assert broken_floors(act_figures(crossed.examples), "nlu") == []
