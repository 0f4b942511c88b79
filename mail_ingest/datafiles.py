"""Reading of this package's data files: markers, labels and wordings that are data, not code."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def read(name: str) -> Any:
    """Return the content of `data/<name>.yaml`; read once, callers must not change it."""
    text = (files("mail_ingest") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


@cache
def words(name: str, key: str) -> tuple[str, ...]:
    """Return one list of strings of a data file."""
    return tuple(str(word) for word in read(name)[key])


@cache
def word_set(name: str, *keys: str) -> frozenset[str]:
    """Return several lists of strings of a data file as one set."""
    return frozenset(word for key in keys for word in words(name, key))


def wording(key: str) -> str:
    """Return one text of `data/wording.yaml`."""
    return str(read("wording")[key])
