"""Which versions of the program may work on which schema, so that nodes can be renewed one after the other."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, select, text

from helpdesk.conversations import start
from helpdesk.database import Database
from helpdesk.errors import DatabaseOutdated, DatabaseTooNew
from helpdesk.tables import Conversation
from okienko import schema
from okienko.places import MIGRATIONS
from tests.conftest import NOON, SEALER
from tests.migrations import ADDING, BREAKING, FUTURE, breaks, snapshot, with_one_more

SCRIPTS = {one.revision: one for one in schema.ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
CLAIMING = sorted(name for name, one in SCRIPTS.items() if getattr(one.module, schema.MARK, False))


def test_this_version_goes_on_where_a_newer_one_only_added(database: Database, tmp_path: Path) -> None:
    schema.upgrade(database, with_one_more(tmp_path, ADDING, older_serve=True))

    schema.check(database)

    with database.session() as session:
        start(session, "secret", now=NOON)
        session.commit()
        assert len(session.scalars(select(Conversation)).all()) == 1


def test_this_version_does_not_start_where_a_newer_one_changed_what_it_needs(
    database: Database, tmp_path: Path
) -> None:
    schema.upgrade(database, with_one_more(tmp_path, BREAKING, older_serve=False))

    with pytest.raises(DatabaseTooNew, match=FUTURE):
        schema.check(database)


def test_this_version_never_migrates_a_newer_schema(database: Database, tmp_path: Path) -> None:
    schema.upgrade(database, with_one_more(tmp_path, ADDING, older_serve=True))

    with pytest.raises(DatabaseTooNew):
        schema.upgrade(database)


def test_newer_version_does_not_start_before_its_migration(database: Database, tmp_path: Path) -> None:
    newer = with_one_more(tmp_path, ADDING, older_serve=True)

    with pytest.raises(DatabaseOutdated):
        schema.check(database, newer)


def test_older_version_is_kept_out_before_a_breaking_migration_begins(database: Database, tmp_path: Path) -> None:
    newer = with_one_more(tmp_path, "    raise RuntimeError('the power failed')", older_serve=False)

    with pytest.raises(RuntimeError, match="power"):
        schema.upgrade(database, newer)

    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT revision FROM schema_floor")) == FUTURE


def test_pending_migrations_tell_what_older_versions_stand(database: Database, tmp_path: Path) -> None:
    newer = with_one_more(tmp_path, BREAKING, older_serve=False)

    assert [(one.revision, one.older_serve) for one in schema.pending(database, newer)] == [(FUTURE, False)]
    assert schema.pending(database) == []


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (ADDING, []),
        (BREAKING, ["chat_message.client_id is gone"]),
        ("    op.drop_table('chat_note')", ["chat_note is gone"]),
        ("    op.add_column('blob', sa.Column('kind', sa.Text(), nullable=False))", ["blob.kind needs a value"]),
    ],
)
def test_what_a_migration_breaks_is_seen(tmp_path: Path, steps: str, told: list[str]) -> None:
    database = Database(f"sqlite:///{tmp_path / 'some.db'}", SEALER)
    schema.upgrade(database)
    before = snapshot(database.engine)

    schema.upgrade(database, with_one_more(tmp_path, steps, older_serve=False))

    assert breaks(before, snapshot(database.engine)) == told
    database.close()


@pytest.mark.parametrize("revision", CLAIMING)
def test_migration_that_claims_to_only_add_does_so(tmp_path: Path, revision: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'some.db'}", SEALER)
    config = schema._config(database, MIGRATIONS)
    command.upgrade(config, SCRIPTS[revision].down_revision)
    before = snapshot(database.engine)

    command.upgrade(config, revision)

    assert not breaks(before, snapshot(database.engine))
    database.close()


def test_migration_gives_way_to_those_who_work_until_it_gets_its_turn(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = _fresh(postgres, "busy")
    schema.upgrade(database)
    newer = with_one_more(tmp_path, ADDING, older_serve=True)
    monkeypatch.setattr(schema, "PAUSE", 0)
    monkeypatch.setattr(schema, "TRIES", 2)

    with database.engine.begin() as long_work:
        long_work.execute(text("LOCK TABLE chat_message IN ACCESS SHARE MODE"))
        with pytest.raises(schema.SchemaBusy):
            schema.upgrade(database, newer)
        assert "thank_you" not in inspect(database.engine).get_table_names()
        schema.check(database)
    schema.upgrade(database, newer)

    assert "thank_you" in inspect(database.engine).get_table_names()
    database.close()


def _fresh(postgres: str, name: str) -> Database:
    server = Database(f"{postgres}/postgres", SEALER)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.close()
    return Database(f"{postgres}/{name}", SEALER)
