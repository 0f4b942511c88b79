"""The words of the chat that do not come from the bot: read from one Polish data file."""

from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "texts.yaml"


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def text(name: str, /, **values: object) -> str:
    """Return a text by its name with its placeholders filled; raises KeyError for an unknown name."""
    return _texts()[name].format(**values)
