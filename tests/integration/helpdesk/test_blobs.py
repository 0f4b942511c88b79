"""Raw mails and attachments in the database and in a folder, on both databases."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk import blobs, deletion, rotation
from helpdesk.blob_folder import BlobFolder
from helpdesk.database import Database
from helpdesk.errors import BlobsAway, NotFound
from helpdesk.lifecycle import RawMailState
from helpdesk.sealing import Sealer, new_key
from helpdesk.tables import Blob, RawMail
from tests.conftest import KEY, NOON, SEALER

LETTER = b"From: anna@example.org\r\n\r\nIle wynosi zasilek?\r\n" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def filing(database_url: str, folder: Path) -> Iterator[Database]:
    database = Database(database_url, SEALER, BlobFolder(folder))
    yield database
    database.close()


def put(database: Database, content: bytes = LETTER) -> str:
    with database.session() as session:
        sha256 = blobs.put(session, content)
        session.commit()
    return sha256


def got(database: Database, sha256: str) -> bytes:
    with database.reading() as session:
        return blobs.get(session, sha256)


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def test_bytes_are_in_one_sealed_file_and_not_in_the_database(filing: Database, folder: Path) -> None:
    sha256 = put(filing)

    (file,) = files(folder)
    assert got(filing, sha256) == LETTER
    assert b"zasilek" not in file.read_bytes()
    assert len(file.read_bytes()) < len(LETTER)
    assert file.stat().st_mode & 0o077 == 0
    with filing.reading() as session:
        assert len(session.get_one(Blob, sha256).content) < 300


def test_either_place_is_read_whatever_the_setting(database: Database, filing: Database, folder: Path) -> None:
    in_database, in_folder = put(database, b"first"), put(filing, b"second")

    assert (got(filing, in_database), got(database, in_folder)) == (b"first", b"second")

    moved = folder.rename(folder.with_name("moved"))
    filing.engine.dialect.okienko_blobs = BlobFolder(moved)
    assert got(filing, in_folder) == b"second"


def test_same_bytes_are_kept_once(filing: Database, folder: Path) -> None:
    assert put(filing) == put(filing)
    assert len(files(folder)) == 1


def test_what_is_not_committed_is_rubbish_and_harms_nothing(filing: Database, folder: Path) -> None:
    with filing.session() as session:
        blobs.put(session, LETTER)
    left = files(folder)

    sha256 = put(filing)
    with filing.reading() as session:
        early, late = blobs.sweep(session), blobs.sweep(session, older_than=-1)

    assert (early, late) == (0, 1)
    assert got(filing, sha256) == LETTER
    assert set(left).isdisjoint(files(folder))


def test_replaced_bytes_leave_no_file_behind_once_that_is_committed(filing: Database, folder: Path) -> None:
    sha256 = put(filing)
    before = files(folder)

    with filing.session() as session:
        blobs.replace(session, sha256, b"without the PIN")
    assert got(filing, sha256) == LETTER

    with filing.session() as session:
        blobs.replace(session, sha256, b"without the PIN")
        session.commit()
    assert got(filing, sha256) == b"without the PIN"
    assert set(before).isdisjoint(files(folder))


def test_deleted_mail_leaves_no_file(filing: Database, folder: Path) -> None:
    with filing.session() as session:
        raw = RawMail(
            mailbox="a", folder="INBOX", uidvalidity=1, uid=1, sha256=blobs.put(session, LETTER), size=9,
            state=RawMailState.PROCESSED, stored_at=NOON - timedelta(days=900),
        )  # fmt: skip
        session.add(raw)
        blobs.put(session, b"nobody's attachment")
        session.commit()
        deletion.empty_mails(session, [raw.id])
        session.commit()
        deletion.erase_orphans(session)
        session.commit()

    assert not files(folder)
    assert got(filing, raw.sha256) == b""


def test_files_are_sealed_anew_by_a_rotation(filing: Database, folder: Path) -> None:
    sha256 = put(filing)
    new = new_key()
    filing.seal_with(Sealer([new, KEY]))

    renewed = [rotation.rotate(filing)["files"] for _ in range(2)]

    filing.seal_with(Sealer([new]))
    assert renewed == [1, 0]
    assert got(filing, sha256) == LETTER


def test_folder_that_cannot_be_written_fails_the_transaction_and_leaves_nothing(
    filing: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with filing.session() as session, pytest.raises(BlobsAway, match="No space left"):
        blobs.put(session, LETTER)
    monkeypatch.undo()

    assert not files(folder)
    with filing.reading() as session:
        assert not session.scalars(select(Blob)).all()


def test_lost_file_and_lost_folder_are_told_apart(filing: Database, folder: Path) -> None:
    sha256 = put(filing)

    folder.rename(folder.with_name("not-mounted"))
    with pytest.raises(BlobsAway):
        got(filing, sha256)
    folder.mkdir()
    with pytest.raises(NotFound):
        got(filing, sha256)
