"""The drill: a filled house is saved, brought back into an empty one, and counted; on both kinds of database."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from helpdesk import blobs, overview
from helpdesk.blob_folder import BlobFolder
from helpdesk.conversations import hear, start
from helpdesk.database import Database
from helpdesk.errors import DatabaseTooNew
from helpdesk.sealing import new_key
from helpdesk.tables import Blob, ChatMessage, Conversation
from okienko.backup.making import Made, make
from okienko.backup.manifest import FILE
from okienko.backup.restoring import examine, restore
from okienko.errors import CommandError
from tests.conftest import KEY, NOON, SEALER, _run_on
from tests.mail_desk import mail
from tests.post import receive


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A house with chats and mails, whose raw mails lie in files."""
    database = Database(database_url, SEALER, BlobFolder(tmp_path / "blobs"))
    with database.session() as session:
        chat = start(session, "secret", now=NOON)
        for number in range(5):
            hear(session, chat, f"Pytanie {number}", client_id=str(number), now=NOON)
        session.commit()
    for number in range(4):
        receive(database, mail(f"Pytanie {number}", mid=f"m{number}"))
    yield database
    database.close()


@pytest.fixture
def empty(house: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty house of the same kind."""
    if house.engine.dialect.name == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.db'}", SEALER, BlobFolder(tmp_path / "new-blobs"))
        yield database
        database.close()
        return
    server, name = request.getfixturevalue("postgres"), f"restored_{uuid4().hex}"
    _run_on(server, f"CREATE DATABASE {name}")
    database = Database(f"{server}/{name}", SEALER, BlobFolder(tmp_path / "new-blobs"))
    yield database
    database.close()
    _run_on(server, f"DROP DATABASE {name} WITH (FORCE)")


def saved(house: Database, tmp_path: Path, **known: object) -> Made:
    usual = {"keys": [KEY], "keep": 0, "now": NOON}
    return make(house, tmp_path / "backups", **{**usual, **known})


def test_everything_is_there_after_a_restore(house: Database, empty: Database, tmp_path: Path) -> None:
    made = saved(house, tmp_path)

    found = examine(empty, restore(empty, made.folder, keys=[KEY]))

    assert found.whole
    assert made.manifest.rows["chat_message"] == 5
    assert made.manifest.rows["raw_mail"] == 4
    assert found.blobs == made.manifest.blobs == 4
    with house.reading() as before, empty.reading() as after:
        assert overview.mail_counts(after) == overview.mail_counts(before)
        said = select(ChatMessage.text).order_by(ChatMessage.id)
        assert after.scalars(said).all() == before.scalars(said).all()
        for sha256 in before.scalars(select(Blob.sha256)):
            assert blobs.get(after, sha256) == blobs.get(before, sha256)


def test_restored_house_goes_on(house: Database, empty: Database, tmp_path: Path) -> None:
    restore(empty, saved(house, tmp_path).folder, keys=[KEY])

    receive(empty, mail("Jeszcze jedno pytanie", mid="later"))
    with empty.session() as session:
        start(session, "another", now=NOON)
        session.commit()
        assert len(session.scalars(select(Conversation)).all()) == 2
        assert overview.mail_counts(session).stored == 5


def test_restored_letters_that_wait_are_told_of(house: Database, empty: Database, tmp_path: Path) -> None:
    with house.reading() as session:
        queued = overview.mail_counts(session).queued

    found = examine(empty, restore(empty, saved(house, tmp_path).folder, keys=[KEY]))

    assert found.queued == queued > 0


def test_house_that_is_not_empty_is_never_overwritten(house: Database, tmp_path: Path) -> None:
    made = saved(house, tmp_path)

    with pytest.raises(CommandError, match="not empty"):
        restore(house, made.folder, keys=[KEY])

    with house.reading() as session:
        assert len(session.scalars(select(ChatMessage)).all()) == 5


def test_restore_with_other_keys_is_refused_before_anything_is_changed(
    house: Database, empty: Database, tmp_path: Path
) -> None:
    made = saved(house, tmp_path)

    with pytest.raises(CommandError, match="key"):
        restore(empty, made.folder, keys=[new_key()])

    with empty.engine.connect() as connection:
        assert not empty.engine.dialect.has_table(connection, "conversation")


def test_no_key_is_in_the_backup(house: Database, tmp_path: Path) -> None:
    made = saved(house, tmp_path)

    assert not any(KEY.encode() in file.read_bytes() for file in made.folder.rglob("*") if file.is_file())


@pytest.mark.parametrize("harm", ["dump", "blob", "manifest"])
def test_backup_that_was_harmed_is_not_restored(house: Database, empty: Database, tmp_path: Path, harm: str) -> None:
    made = saved(house, tmp_path)
    if harm == "dump":
        (made.folder / made.manifest.dump).write_bytes(b"something else")
    elif harm == "blob":
        next((made.folder / "blobs").glob("*/*")).unlink()
    else:
        (made.folder / FILE).unlink()

    with pytest.raises(CommandError, match="whole"):
        restore(empty, made.folder, keys=[KEY])


def test_backup_of_a_newer_version_is_refused(house: Database, empty: Database, tmp_path: Path) -> None:
    made = saved(house, tmp_path)
    account = json.loads((made.folder / FILE).read_text(encoding="utf-8"))
    (made.folder / FILE).write_text(json.dumps({**account, "revision": "9999"}), encoding="utf-8")

    with pytest.raises(DatabaseTooNew):
        restore(empty, made.folder, keys=[KEY])


def test_only_so_many_backups_stay(house: Database, tmp_path: Path) -> None:
    made = [saved(house, tmp_path, keep=2, now=NOON.replace(hour=hour)) for hour in (1, 2, 3)]

    assert [one.folder.exists() for one in made] == [False, True, True]
    assert made[2].removed == [made[0].folder]


def test_rows_that_come_while_it_is_made_do_not_confuse_its_counts(house: Database, tmp_path: Path) -> None:
    before = saved(house, tmp_path).manifest.rows["conversation"]

    with house.session() as session:
        session.execute(text("DELETE FROM chat_message WHERE client_id = '4'"))
        session.commit()
    after = saved(house, tmp_path, now=NOON.replace(hour=13)).manifest.rows

    assert (before, after["conversation"], after["chat_message"]) == (1, 1, 4)
