"""The edition of articles that a release brings, as the texts of its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).with_name("articles")


@dataclass(frozen=True)
class Released:
    """One article of the release: its place (`<queue>/<id>.md`) and the text of its file."""

    file: str
    text: str


@cache
def released() -> Mapping[str, Released]:
    """Return the release's articles by id."""
    found = {
        path.stem: Released(path.relative_to(FOLDER).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.rglob("*.md"))
    }
    return MappingProxyType(found)
