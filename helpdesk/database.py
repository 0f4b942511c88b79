"""The connection to the database: SQLite (WAL) or PostgreSQL, chosen by the URL alone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from helpdesk import ticket_words
from helpdesk.blob_folder import BlobFolder, keep_left, remove_left
from helpdesk.sealing import Sealer

BUSY_MS = 15_000
"""How long SQLite waits for another writer before it gives up."""
KEPT_OPEN, MORE = 20, 10
"""Connections of one process that stay open once they were needed, and those that it opens beside them for a moment."""
QUIET = 1.0
"""Seconds for which a connection may rest unasked: after a longer rest it is asked whether it still lives."""
CLOSE_WITHIN, CLOSE_LOOK = 5.0, 0.01
"""Seconds that closing waits for units of work under way, and between two looks."""


class Database:
    """Sessions on one database. Building it opens no connection.

    Args:
        url: an SQLAlchemy URL, such as `sqlite:////var/lib/okienko/okienko.db` or
            `postgresql+psycopg://user:password@host/okienko`.
        sealer: seals and opens the columns that hold personal data; None for work that touches none of them.
        blobs: the folder where raw mails and attachments are kept; None for the database itself.
    """

    def __init__(self, url: str, sealer: Sealer | None = None, blobs: BlobFolder | None = None) -> None:
        self.engine = _engine(url)
        self.seal_with(sealer)
        self.blobs = blobs
        self.engine.dialect.okienko_blobs = blobs  # type: ignore[attr-defined]  # likewise an attribute of ours
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        event.listen(self._sessions, "after_flush", ticket_words.keep)
        event.listen(self._sessions, "after_commit", remove_left)
        event.listen(self._sessions, "after_rollback", keep_left)
        reading = self.engine.execution_options(okienko_reading=True)
        self._readers = sessionmaker(reading, expire_on_commit=False)

    def seal_with(self, sealer: Sealer | None) -> None:
        """Seal and open with other keys from now on, as after a rotation."""
        # Column types see nothing of a session but its dialect.
        self.engine.dialect.okienko_sealer = sealer  # type: ignore[attr-defined]  # an attribute of ours on its class

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session for one unit of work; leaving without `commit()` rolls back."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that only reads: on SQLite it does not wait for writers."""
        with self._readers() as session:
            yield session

    def ping(self) -> None:
        """Raise SQLAlchemy's OperationalError unless the database answers."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def forget_deleted(self) -> None:
        """Leave nothing of deleted rows in the database's own files.

        SQLite overwrites deleted rows (`secure_delete`), and here also its log; PostgreSQL frees the space of deleted
        rows for being overwritten. Backups and archived logs are the operator's to expire.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            sqlite = self.engine.dialect.name == "sqlite"
            if sqlite:
                # The full-text index only notes what was deleted until its parts are merged.
                connection.exec_driver_sql("INSERT INTO ticket_fts (ticket_fts) VALUES ('optimize')")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if sqlite else "VACUUM")

    def close(self) -> None:
        """Close the connections, those of units of work under way when they are done (waited for a few seconds)."""
        patience = time.monotonic() + CLOSE_WITHIN
        # A connection that comes back after the disposal would stay open: its pool is forgotten by then.
        while self._in_use() and time.monotonic() < patience:
            time.sleep(CLOSE_LOOK)
        self.engine.dispose()

    def _in_use(self) -> int:
        pool = self.engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_size=KEPT_OPEN, max_overflow=MORE, pool_use_lifo=True)
        _ask_after_rest(engine)
        return engine
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _ask_after_rest(engine: Engine) -> None:
    """Ask a connection that rested for long whether it still lives; the pool replaces one that is gone.

    Asking at each use, as `pool_pre_ping` does, would be one statement in five of a chat's turn.
    """

    def rest(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    def wake(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) < QUIET:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as problem:
            raise DisconnectionError from problem

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", wake)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions begin late and deadlock on upgrade; `_begin_sqlite` begins them instead.
    connection.isolation_level = None
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
    for pragma in (*pragmas, f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: a transaction that reads first and writes later could not be waited for.
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    reading = connection.get_execution_options().get("okienko_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
