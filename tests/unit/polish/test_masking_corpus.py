"""The corpus of texts with and without personal data (tests/data/masking.yml)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from polish.masking import mask

CORPUS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "data" / "masking.yml").read_text(encoding="utf-8")
)
MASKED = [(kind, text, left) for kind, cases in CORPUS["masked"].items() for text, left in cases]
KEPT = [text for texts in CORPUS["kept"].values() for text in texts]
KINDS = {"account": "iban"}


@pytest.mark.parametrize(("kind", "text", "left"), MASKED)
def test_personal_data_is_replaced_by_its_kind(kind: str, text: str, left: str) -> None:
    masked = mask(text)

    assert masked.text == left
    assert KINDS.get(kind, kind) in {finding.kind for finding in masked.found}


@pytest.mark.parametrize("text", KEPT)
def test_what_is_nobodys_data_stays(text: str) -> None:
    assert mask(text).text == text


@pytest.mark.parametrize("text", [text for _, text, _ in MASKED])
def test_a_masked_text_is_masked_no_further(text: str) -> None:
    once = mask(text).text

    assert mask(once).text == once


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(MASKED) >= 100
    assert len(KEPT) >= 50
