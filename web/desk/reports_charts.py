"""The pictures of the reports: each is drawn from a table that stands beside it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from web.charts.bars import Bar, Bars
from web.charts.heat import Heat
from web.charts.lines import Lines
from web.charts.stacks import Stack, Stacks
from web.desk.reports_numbers import count, written
from web.desk.reports_tables import Table
from web.desk.reports_words import word

Chart = Bars | Stacks | Lines | Heat
Drawing = Callable[[Table], Chart]
MOST_BARS = 20


def bars(column: int, *, most: float | None = None) -> Drawing:
    """Return how to draw one column of a table as bars; rows without a value are left out."""

    def draw(table: Table) -> Bars:
        kind = table.heading.columns[column].kind
        rows = [row for row in table.parts if row[column] is not None][:MOST_BARS]
        shown = [Bar(str(row[0]), float(row[column]), written(row[column], kind)) for row in rows]
        return Bars(f"chart-{table.name}-{column}", _title(table, column), _told(shown), shown, most)

    return draw


def stacks(columns: Sequence[int], *, shares: bool = False) -> Drawing:
    """Return how to draw some columns of a table as parts of one bar for each row; rows of nothing are left out."""

    def draw(table: Table) -> Stacks:
        kinds = [table.heading.columns[column].heading for column in columns]
        rows = [(row[0], [row[column] for column in columns]) for row in table.rows]
        shown = [Stack(str(name), values, count(sum(values))) for name, values in rows if sum(values)]
        if not shares:
            # All together would make the others short.
            shown = shown[:-1] if table.total and len(shown) > 1 else shown
        told = "; ".join(f"{name}: {_parts(kinds, values)}" for name, values in rows if sum(values))
        return Stacks(f"chart-{table.name}", table.heading.title, told, kinds, shown, shares)

    return draw


def _parts(kinds: Sequence[str], values: Sequence[int]) -> str:
    return ", ".join(f"{kind} {count(value)}" for kind, value in zip(kinds, values, strict=True) if value)


def lines(now: int, before: int) -> Drawing:
    """Return how to draw two columns of a table as lines over its rows."""

    def draw(table: Table) -> Lines:
        rows = table.parts
        told = "; ".join(f"{row[0]}: {count(row[now])}" for row in rows[:MOST_BARS])
        return Lines(
            f"chart-{table.name}",
            table.heading.title,
            told,
            [str(row[0])[:5] for row in rows],
            [row[now] for row in rows],
            [row[before] for row in rows],
            (word("this_period"), word("period_before")),
        )

    return draw


def heat(table: Table) -> Heat:
    """Draw a table of numbers as a heat map."""
    columns = [column.heading for column in table.heading.columns[1:]]
    cells = [(row[0], name, number) for row in table.rows for name, number in zip(columns, row[1:], strict=True)]
    greatest = sorted(cells, key=lambda cell: -cell[2])[:3]
    told = "; ".join(f"{name} {hour}: {count(number)}" for hour, name, number in greatest if number)
    return Heat(
        "chart-hours",
        table.heading.title,
        told or word("none"),
        columns,
        [str(row[0]) for row in table.rows],
        [row[1:] for row in table.rows],
    )


def _title(table: Table, column: int) -> str:
    return f"{table.heading.title}: {table.heading.columns[column].heading}"


def _told(shown: Sequence[Bar]) -> str:
    return "; ".join(f"{bar.name}: {bar.written}" for bar in shown) or word("none")


PICTURES: Mapping[str, Drawing] = {
    "days": lines(5, 6),
    "queues": stacks((1, 2, 3, 4)),
    "hours": heat,
    "waits": bars(2),
    "endings": stacks((1, 2, 3, 4, 5), shares=True),
    "kept": bars(1, most=1),
    "backlog": stacks((1, 2, 3)),
    "outcomes": stacks((1, 2, 3, 4, 5, 6), shares=True),
    "recognition": bars(1),
    "topics": bars(1),
    "by_profile": bars(3, most=1),
    "by_part": bars(3, most=1),
    "by_queue": bars(3, most=1),
    "load": bars(1),
    "mails": bars(1),
}
"""What is drawn of which table; the others are tables alone."""
FOLDED = frozenset({"days", "hours"})
"""Long tables that their picture comes before; they are folded until somebody opens them."""


def picture(table: Table) -> Chart | None:
    """Return the picture of a table; None when it has none, or nothing to show."""
    draw = PICTURES.get(table.name)
    if draw is None or not any(_is_something(cell) for row in table.rows for cell in row[1:]):
        return None
    chart = draw(table)
    shown: Sequence[Any] = chart.bars if isinstance(chart, Bars) else chart.stacks if isinstance(chart, Stacks) else [1]
    return chart if shown else None


def _is_something(cell: Any) -> bool:
    return cell not in (None, 0)
