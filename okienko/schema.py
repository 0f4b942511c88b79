"""The database's schema: bringing it up to date, and refusing one that does not fit this version."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError as AlembicError

from helpdesk.database import Database
from helpdesk.errors import DatabaseOutdated, DatabaseTooNew
from okienko.places import MIGRATIONS


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.engine
    return config


def current(database: Database) -> str | None:
    """Return the revision that the database is at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database) -> None:
    """Bring the database to this version's schema.

    Raises:
        DatabaseTooNew: a newer version of the program migrated it; it is left as it is.
    """
    _refuse_newer(database)
    command.upgrade(_config(database), "head")


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to an earlier revision, such as `0002`; what came later is lost."""
    command.downgrade(_config(database), revision)


def check(database: Database) -> None:
    """Raise DatabaseTooNew or DatabaseOutdated unless the schema is exactly this version's."""
    _refuse_newer(database)
    if current(database) != ScriptDirectory.from_config(_config(database)).get_current_head():
        raise DatabaseOutdated


def _refuse_newer(database: Database) -> None:
    revision = current(database)
    if revision is None:
        return
    try:
        ScriptDirectory.from_config(_config(database)).get_revision(revision)
    except AlembicError:
        raise DatabaseTooNew(revision) from None
