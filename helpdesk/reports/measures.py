"""What the figures are measured with, on SQLite and PostgreSQL alike: seconds, hours in Warsaw, medians, shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Unpack

from sqlalchemy import ColumnElement, Integer, Select, String, case, cast, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from helpdesk.polish_days import WARSAW

Rows = Select[Unpack[tuple[Any, ...]]]
"""A query for rows of any columns."""


class SecondsBetween(FunctionElement[int]):
    """Whole seconds from one column of instants to another."""

    name = "seconds_between"
    type = Integer()
    inherit_cache = True


@compiles(SecondsBetween)
def _in_postgresql(element: SecondsBetween, compiler: Any, **kw: Any) -> str:
    begin, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(ROUND(EXTRACT(EPOCH FROM ({end} - {begin}))) AS INTEGER)"


@compiles(SecondsBetween, "sqlite")
def _in_sqlite(element: SecondsBetween, compiler: Any, **kw: Any) -> str:
    begin, end = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(ROUND((julianday({end}) - julianday({begin})) * 86400) AS INTEGER)"


def hour_of(moment: Any) -> ColumnElement[str]:
    """Return the hour (UTC) of a column of instants as text; `in_warsaw` reads it."""
    # Both databases write an instant in the order of ISO 8601. Warsaw differs from UTC by whole hours, so that what
    # was counted by hours of UTC can be told apart by hours of Warsaw afterwards.
    return func.substr(cast(moment, String), 1, 13)


def in_warsaw(hour: str) -> datetime:
    """Return the beginning of an hour that `hour_of` wrote, in Warsaw time."""
    return datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC).astimezone(WARSAW)


@dataclass(frozen=True)
class Spread:
    """How values lie.

    Attributes:
        count: how many there are.
        median: the middle one; of two in the middle, what lies between them. None without any.
        ninety: the smallest one that nine of ten do not exceed. None without any.
    """

    count: int = 0
    median: float | None = None
    ninety: float | None = None


NONE = Spread()
"""How no values lie."""


def spreads(session: Session, values: Rows) -> Mapping[Any, Spread]:
    """Return how values lie, by key: `values` selects them as `key` and `value`; NULLs are left out."""
    rows = values.subquery()
    placed = (
        select(
            rows.c.key,
            rows.c.value,
            func.row_number().over(order_by=rows.c.value, partition_by=rows.c.key).label("place"),
            func.count().over(partition_by=rows.c.key).label("many"),
        )
        .where(rows.c.value.is_not(None))
        .subquery()
    )
    place, many, value = placed.c.place, placed.c.many, placed.c.value
    middle = func.avg(case((place.in_(((many + 1) // 2, (many + 2) // 2)), value)))
    ninth = func.max(case((place == (many * 9 + 9) // 10, value)))
    wanted = select(placed.c.key, many, middle, ninth).group_by(placed.c.key, many)
    return {key: Spread(count, float(half), float(most)) for key, count, half, most in session.execute(wanted)}


def spread(session: Session, values: Rows) -> Spread:
    """Return how values lie that are selected as `value`, all together."""
    rows = values.subquery()
    return spreads(session, select(cast(0, Integer).label("key"), rows.c.value)).get(0, NONE)


def share(part: int, whole: int) -> float | None:
    """Return which part of a whole something is, 0 to 1; None of nothing."""
    return part / whole if whole else None


def as_counts(rows: Sequence[Any]) -> Mapping[Any, int]:
    """Return rows of a key and a number as a mapping."""
    return {key: int(number or 0) for key, number in rows}
