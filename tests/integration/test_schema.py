import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from helpdesk.database import Database
from helpdesk.errors import DatabaseOutdated, DatabaseTooNew
from helpdesk.tables import Base
from okienko.schema import check, upgrade


def test_migrations_make_exactly_the_mapped_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, Base.metadata)

    assert not differences


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database)

    check(database)


def test_database_of_a_newer_version_is_refused_and_left_as_it_is(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))

    with pytest.raises(DatabaseTooNew, match="from_the_future"):
        upgrade(database)

    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "from_the_future"


def test_empty_database_is_not_served(tmp_path: object) -> None:
    with pytest.raises(DatabaseOutdated):
        check(Database(f"sqlite:///{tmp_path}/empty.db"))
