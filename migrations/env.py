"""Alembic's entry: runs the migrations on the engine that `okienko.schema` hands over."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Engine

from helpdesk.tables import Base
from helpdesk.tables.base import Sealed, SealedBytes, SealedLookup, UtcDateTime
from helpdesk.tables.full_text import is_mapped


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what they are in the database, so that old migrations need none of our code."""
    plain = {
        UtcDateTime: "sa.DateTime()",
        Sealed: "sa.Text()",
        SealedLookup: "sa.Text()",
        SealedBytes: "sa.LargeBinary()",
    }
    return plain.get(type(item), False) if kind == "type" else False


engine: Engine = context.config.attributes["engine"]

ONE_AT_A_TIME = 0x0417E4C0
"""Our own number among PostgreSQL's advisory locks: of two nodes that migrate, one waits and finds it done."""
LONGEST_WAIT = "500ms"
"""While a migration waits for a table, everybody who comes later waits behind it: rather it gives up and is tried anew.

Also shorter than PostgreSQL's deadlock_timeout (1 s): where a migration and somebody's transaction wait for each other,
it is the migration that gives up.
"""

with engine.connect() as connection:
    if engine.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        driver.execute(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
        driver.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
    if engine.dialect.name == "sqlite":
        # SQLite alters a table by making it anew; the rows that refer to it must not go with the old one.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        include_name=is_mapped,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    if engine.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
