"""Every value of an open set that a consultant may read has a Polish name."""

import pytest

from helpdesk.handover_summary import WISHES
from helpdesk.ratings import RATEABLE
from understanding.acts import Act
from understanding.dialogues.catalogue import BY_NAME
from understanding.foreign import LANGUAGES
from web.labels import name_of


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("Wish", wish) for wish in sorted(WISHES)),
        *(("Dialogue", name) for name in BY_NAME),
        *(("Given", given) for given in sorted(RATEABLE)),
        *(("Language", language) for language in ("pl", *sorted(LANGUAGES))),
    ],
)
def test_value_has_a_polish_name(kind: str, value: str) -> None:
    assert name_of(kind, value) != value


def test_value_without_a_name_is_shown_as_it_is() -> None:
    assert name_of("Language", "xx") == "xx"


def test_wishes_are_acts() -> None:
    assert {Act.named(wish) for wish in WISHES}.isdisjoint({Act.FALLBACK})
