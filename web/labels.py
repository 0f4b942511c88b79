"""Polish names of the closed sets, from one data file."""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "labels.yaml"


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, Mapping[str, str]]:
    loaded: Mapping[str, Mapping[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def label(member: Enum) -> str:
    """Return the Polish name of a member of a closed set; raises KeyError when none is written down."""
    return _labels()[type(member).__name__][member.value]


def deed(action: str) -> str:
    """Return the Polish name of an audited deed; the deed's own name when none is written down."""
    return name_of("Deed", action)


def names_of(kind: str) -> Mapping[str, str]:
    """Return all values of an open set that have a Polish name, with it."""
    return _labels()[kind]


def name_of(kind: str, value: str) -> str:
    """Return the Polish name of a value of an open set, such as `Deed` or `Language`; the value itself without one."""
    return _labels()[kind].get(value, value)
