"""The data files of this package, read when first asked for and kept."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def load(name: str) -> Mapping[str, Any]:
    """Return the mapping held by `data/<name>.yaml` of this package."""
    content = files(__package__).joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(content)
    return loaded
