"""A table as a file that a Polish spreadsheet opens: UTF-8 with its mark, semicolons, commas in numbers."""

import csv
from io import StringIO

from helpdesk.reports.scope import Scope
from web.desk.reports_numbers import cell, unit
from web.desk.reports_tables import Table
from web.desk.reports_words import Column, word

MARK = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the system."""


def file_of(table: Table) -> bytes:
    """Return the file: a line of headings with their units, then the rows."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    columns = table.heading.columns
    writer.writerow([_heading(column) for column in columns])
    writer.writerows(
        [cell(value, column.kind) for value, column in zip(row, columns, strict=True)] for row in table.rows
    )
    return f"{MARK}{text.getvalue()}".encode()


def _heading(column: Column) -> str:
    name = unit(column.kind)
    return f"{column.heading} ({name})" if name else column.heading


def name_of_file(table: Table, scope: Scope) -> str:
    """Return the file's name with its period, in letters of ASCII, such as `raport-waits-2026-10-24-2026-10-26.csv`."""
    narrowed = [part.value for part in (scope.queue, scope.channel) if part is not None]
    return "-".join([word("file"), table.name, *narrowed, str(scope.period.first), str(scope.period.last)]) + ".csv"
