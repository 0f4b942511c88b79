"""The full-text index over `ticket_words`: what migrations make beside the mapped tables."""

from collections.abc import MutableMapping

VIRTUAL_TABLE = "ticket_fts"
"""SQLite's FTS5 table; its shadow tables have names that begin with this."""
VECTOR = "vector"
"""PostgreSQL's column with the words as it searches them; made anew for each match, they cost most of a search."""
INDEX = "ix_ticket_words_vector"
"""PostgreSQL's GIN index over it."""
SCHEMA_FLOOR = "schema_floor"
"""The table in which it is noted which versions of the program may work on the database; beside Alembic's own."""


def is_mapped(name: str | None, kind: str, _parents: MutableMapping[str, str | None]) -> bool:
    """Return whether something in the database is to be compared with the mapped tables (Alembic's `include_name`)."""
    if kind == "table":
        return name != SCHEMA_FLOOR and not (name or "").startswith(VIRTUAL_TABLE)
    return not (kind == "index" and name == INDEX) and not (kind == "column" and name == VECTOR)
