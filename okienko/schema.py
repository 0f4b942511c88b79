"""The database's schema: bringing it up to date, and refusing one that this version cannot work on.

A migration that says `older_versions_serve = True` only adds: what ran before it goes on beside it. So a database knows
the oldest version that may work on it (`schema_floor`), and nodes can be renewed one after the other.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util.exc import CommandError as AlembicError
from sqlalchemy import Column, MetaData, String, Table, delete, insert, inspect, select
from sqlalchemy.exc import OperationalError

from helpdesk.database import Database
from helpdesk.errors import DatabaseOutdated, DatabaseTooNew
from helpdesk.tables.full_text import SCHEMA_FLOOR
from okienko.errors import SchemaBusy
from okienko.places import MIGRATIONS

MARK = "older_versions_serve"
"""The name in a migration's module by which it says that the version before it may go on beside it."""
GAVE_WAY = frozenset({"55P03", "40P01"})
"""PostgreSQL's codes of a lock that was not to be had in time, and of a deadlock (its manual, appendix A)."""
TRIES, PAUSE = 40, 0.5
"""How often a migration is tried that gave way to those who work, and the seconds between two tries."""

_floor = Table(SCHEMA_FLOOR, MetaData(), Column("revision", String(32), nullable=False))
"""One row: the revision of the oldest version that may work on this database. Kept like Alembic's own table."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pending:
    """A migration that the database lacks.

    Attributes:
        revision: its revision.
        about: what it is about, in its own words.
        older_serve: whether versions without it may go on beside it.
    """

    revision: str
    about: str
    older_serve: bool


def current(database: Database) -> str | None:
    """Return the revision that the database is at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head(migrations: Path = MIGRATIONS) -> str | None:
    """Return the revision of this version of the program."""
    return ScriptDirectory(str(migrations)).get_current_head()


def upgrade(database: Database, migrations: Path = MIGRATIONS) -> None:
    """Bring the database to this version's schema; of two nodes that do it at once, one waits and finds it done.

    Raises:
        DatabaseTooNew: a newer version of the program migrated it; it is left as it is.
        SchemaBusy: the office used a table all the time, and was not kept waiting; nothing was changed.
    """
    _refuse_newer(database, migrations)
    # First, so that no older node starts between a migration that it cannot stand and the note of it.
    _note_floor(database, head(migrations), migrations)
    for tries_left in reversed(range(TRIES)):
        try:
            command.upgrade(_config(database, migrations), "head")
            return
        except OperationalError as problem:
            if getattr(problem.orig, "sqlstate", None) not in GAVE_WAY:
                raise
            if not tries_left:
                raise SchemaBusy("a table is in use all the time; nothing was changed, try again") from problem
        log.info("schema.gave_way", tries_left=tries_left)
        time.sleep(PAUSE)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to an earlier revision, such as `0002`; what came later is lost."""
    command.downgrade(_config(database, MIGRATIONS), revision)
    _note_floor(database, current(database), MIGRATIONS)


def pending(database: Database, migrations: Path = MIGRATIONS) -> Sequence[Pending]:
    """Return the migrations that the database lacks, in their order; raises DatabaseTooNew."""
    _refuse_newer(database, migrations)
    done = current(database) or "base"
    lacking = reversed(list(ScriptDirectory(str(migrations)).iterate_revisions("head", done)))
    return [Pending(one.revision, _about(one), _older_serve(one)) for one in lacking]


def check(database: Database, migrations: Path = MIGRATIONS) -> None:
    """Return when this version may work on the database: it is at this version's schema, or only had something added.

    Raises:
        DatabaseTooNew: a newer version migrated it, and this one may not go on beside that.
        DatabaseOutdated: it lacks migrations of this version.
    """
    at = current(database)
    if at == head(migrations) and at is not None:
        return
    if at is None or knows(at, migrations):
        raise DatabaseOutdated
    if not knows(_oldest(database), migrations):
        raise DatabaseTooNew(at)
    log.warning("schema.newer_but_only_added_to", revision=at, ours=head(migrations))


def knows(revision: str | None, migrations: Path = MIGRATIONS) -> bool:
    """Return whether a revision is among this version's migrations."""
    if revision is None:
        return False
    try:
        return ScriptDirectory(str(migrations)).get_revision(revision) is not None
    except AlembicError:
        return False


def _config(database: Database, migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["engine"] = database.engine
    return config


def _refuse_newer(database: Database, migrations: Path) -> None:
    revision = current(database)
    if revision is not None and not knows(revision, migrations):
        raise DatabaseTooNew(revision)


def _older_serve(migration: Script) -> bool:
    return bool(getattr(migration.module, MARK, False))


def _about(migration: Script) -> str:
    return (migration.doc or "").strip().rstrip(".")


def _oldest(database: Database) -> str | None:
    """Return the revision of the oldest version that may work on the database; None where nothing is said of it."""
    if not inspect(database.engine).has_table(_floor.name):
        return None
    with database.engine.connect() as connection:
        return connection.scalar(select(_floor.c.revision))


def _note_floor(database: Database, at: str | None, migrations: Path) -> None:
    """Write down the newest migration that older versions do not stand: who has it in the program may work here."""
    revision = _floor_of(at, migrations) if at is not None else None
    with database.engine.begin() as connection:
        _floor.create(connection, checkfirst=True)
        connection.execute(delete(_floor))
        if revision is not None:
            connection.execute(insert(_floor).values(revision=revision))


def _floor_of(at: str, migrations: Path) -> str | None:
    walked = list(ScriptDirectory(str(migrations)).iterate_revisions(at, "base"))
    return next((one.revision for one in walked if not _older_serve(one)), None)
