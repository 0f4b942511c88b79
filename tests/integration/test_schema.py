import zlib

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from helpdesk import blobs
from helpdesk.database import Database
from helpdesk.errors import DatabaseOutdated, DatabaseTooNew
from helpdesk.tables import Base, Customer
from helpdesk.tables.full_text import is_mapped
from okienko.schema import check, downgrade, upgrade
from tests.conftest import NOON


def test_migrations_make_exactly_the_mapped_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_mapped})
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


def test_what_earlier_versions_kept_in_plain_is_sealed_by_the_upgrade(database: Database) -> None:
    downgrade(database, "0002")
    with database.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO customer (name, address, created_at) VALUES ('Anna', 'anna@example.org', :now)"),
            {"now": f"{NOON:%Y-%m-%d %H:%M:%S}"},
        )
        connection.execute(
            text("INSERT INTO blob (sha256, content) VALUES ('0a', :content)"), {"content": zlib.compress(b"list")}
        )

    upgrade(database)

    with database.reading() as session:
        assert session.scalars(select(Customer).where(Customer.address == "anna@example.org")).one().name == "Anna"
        assert blobs.get(session, "0a") == b"list"
    with database.engine.connect() as connection:
        assert "anna" not in connection.scalar(text("SELECT address FROM customer"))
        assert zlib.compress(b"list") not in bytes(connection.scalar(text("SELECT content FROM blob")))
