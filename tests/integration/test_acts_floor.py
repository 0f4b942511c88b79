"""The floor of the dialogue acts: cross-validation of the real pipeline, made anew whenever its inputs changed."""

import pytest

from knowledge.library import Library
from okienko.evaluation.acts import act_figures
from okienko.evaluation.crossing import cross, recorded
from okienko.evaluation.runs import broken_floors
from tests.conftest import engine_settings


# Five trainings, on a machine that may be busy; none where the record is of these very inputs.
@pytest.mark.timeout(1_500)
def test_acts_keep_their_floor_in_cross_validation(library: Library) -> None:
    settings = engine_settings()

    figures = recorded(settings, library) or act_figures(cross(settings, library).examples)

    assert broken_floors(figures, "nlu") == []
