"""The words around an article on its public page, in Polish and in the languages of translations."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "page_words.yaml"


def page_words(lang: str) -> Mapping[str, Any]:
    """Return the words of a language; raises KeyError for one without words."""
    return _all()[lang]


def has_words(lang: str) -> bool:
    """Tell whether pages can be shown in a language."""
    return lang in _all()


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Mapping[str, Any]]:
    words: Mapping[str, Mapping[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return words
