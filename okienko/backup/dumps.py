"""A whole database as one file, and back: PostgreSQL by its own programs, SQLite by its backup interface."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, func, inspect, make_url, select, text

from helpdesk.database import Database
from okienko.errors import CommandError, PartMissing

SQLITE, POSTGRESQL = "database.sqlite", "database.pgdump"
"""The names of the file, by which a restore knows what it is."""


def dump(database: Database, folder: Path) -> tuple[Path, Mapping[str, int]]:
    """Write the database into a new file of a folder; returns it and the rows of each table as they are in it.

    Nobody who works is held up or seen half-way: it is the state of one instant.

    Raises:
        PartMissing: PostgreSQL's programs are not installed.
        CommandError: they failed.
    """
    if database.engine.dialect.name == "sqlite":
        return _dump_sqlite(database, folder / SQLITE)
    return _dump_postgresql(database, folder / POSTGRESQL)


def load(database: Database, file: Path) -> None:
    """Bring a dumped database back into an empty one of the same kind.

    Raises:
        CommandError: the database is of the other kind, or PostgreSQL's program failed: nothing is changed then.
    """
    kind = "sqlite" if file.name == SQLITE else "postgresql"
    if database.engine.dialect.name != kind:
        raise CommandError(f"this backup is of a database of the kind {kind}; set OKIENKO_DATABASE_URL to one")
    if kind == "postgresql":
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        _run(database, "pg_restore", *options, f"--dbname={_name(database)}", str(file))
        return
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(_name(database))) as target:
        source.backup(target)


def is_empty(database: Database) -> bool:
    """Return whether a database holds no table at all."""
    return not inspect(database.engine).get_table_names()


def count_rows(connection: Connection) -> Mapping[str, int]:
    """Return how many rows each table holds, by its name."""
    tables = inspect(connection).get_table_names()
    return {
        name: connection.scalar(select(func.count()).select_from(Table(name, MetaData()))) or 0
        for name in sorted(tables)
    }


def _dump_sqlite(database: Database, file: Path) -> tuple[Path, Mapping[str, int]]:
    with closing(sqlite3.connect(_name(database))) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)
    copy = Database(f"sqlite:///{file}")
    with copy.engine.connect() as connection:
        rows = count_rows(connection)
    copy.close()
    # The copy's own log belongs to it no more once it is closed.
    with closing(sqlite3.connect(file)) as target:
        target.execute("PRAGMA journal_mode=DELETE")
    return file, rows


def _dump_postgresql(database: Database, file: Path) -> tuple[Path, Mapping[str, int]]:
    # One snapshot for both, so that the counts are those of the dump, whatever is written meanwhile.
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        rows = count_rows(connection)
        _run(database, "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={file}", _name(database))
    return file, rows


def _run(database: Database, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; who signs in and how is in its environment, where nobody else sees it."""
    if shutil.which(program) is None:
        raise PartMissing(f"{program} is not installed (Debian: postgresql-client)")
    url = database.engine.url
    known = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    known |= {f"PG{name.upper()}": value for name, value in url.query.items() if isinstance(value, str)}
    environment = {**os.environ, **{name: str(value) for name, value in known.items() if value}}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")


def _name(database: Database) -> str:
    name = make_url(database.engine.url).database
    if not name:
        raise CommandError("OKIENKO_DATABASE_URL names no database")
    return name
