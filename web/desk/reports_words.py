"""The words of the reports from one data file: definitions of figures, titles and headings of tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "reports.yaml"


class Kind(str, Enum):
    """What a column holds, which says how it is written."""

    LABEL = "label"
    COUNT = "count"
    MEAN = "mean"
    SHARE = "share"
    RATING = "rating"
    """A share of ratings; None when there are too few."""
    CHANGE = "change"
    SECONDS = "seconds"
    MOMENT = "moment"


@dataclass(frozen=True)
class Figure:
    """A figure's name and what exactly it counts."""

    id: str
    name: str
    text: str


@dataclass(frozen=True)
class Column:
    """A column of a table and the figures that it shows; none for labels."""

    heading: str
    kind: Kind
    figures: Sequence[Figure] = ()


@dataclass(frozen=True)
class Heading:
    """What stands above a table, and the names of its rows where they are fixed."""

    title: str
    columns: Sequence[Column]
    rows: Mapping[str, str] = field(default_factory=dict)

    @property
    def figures(self) -> Sequence[Figure]:
        """Return each figure of the table once, in the order of its columns."""
        return list({figure.id: figure for column in self.columns for figure in column.figures}.values())


@lru_cache(maxsize=1)
def _read() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def words(group: str) -> Mapping[str, str]:
    """Return the names of a group, such as `sections` or `outcomes`, in their order."""
    found: Mapping[str, str] = _read()[group]
    return found


def word(name: str) -> str:
    """Return a single word or phrase."""
    return words("words")[name]


@lru_cache(maxsize=1)
def figures() -> Mapping[str, Figure]:
    """Return every figure by its id."""
    return {key: Figure(key, one["name"], one["text"]) for key, one in _read()["figures"].items()}


@lru_cache(maxsize=1)
def headings() -> Mapping[str, Heading]:
    """Return what stands above each table, by the table's name; raises KeyError for a figure without definition."""
    return {
        name: Heading(table["title"], [_column(column) for column in table["columns"]], table.get("rows", {}))
        for name, table in _read()["tables"].items()
    }


def _column(written: Mapping[str, Any]) -> Column:
    ids = written.get("figures") or [written["figure"]] if written["kind"] != Kind.LABEL.value else []
    return Column(written["heading"], Kind(written["kind"]), [figures()[key] for key in ids])
