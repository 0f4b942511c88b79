"""Bringing a backup back into an empty house, and counting that everything is there."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from helpdesk import blobs, overview
from helpdesk.database import Database
from helpdesk.errors import DatabaseTooNew, HelpdeskError
from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import Blob, OutboxMail, OutboxSms
from okienko.backup.dumps import count_rows, is_empty, load
from okienko.backup.making import BLOBS, copy_one, files_of
from okienko.backup.manifest import Manifest, fingerprint
from okienko.errors import CommandError
from okienko.schema import knows, upgrade


@dataclass(frozen=True)
class Found:
    """What is there after a restore.

    Attributes:
        differing: tables whose rows are not as many as in the backup's account.
        unreadable: hashes of blobs that cannot be read.
        blobs: how many can.
        mail_agrees: whether every mail is accounted for.
        queued: letters and text messages that the outbox would send now.
    """

    differing: Sequence[str]
    unreadable: Sequence[str]
    blobs: int
    mail_agrees: bool
    queued: int

    @property
    def whole(self) -> bool:
        """Whether everything is there."""
        return not self.differing and not self.unreadable and self.mail_agrees


def restore(database: Database, folder: Path, *, keys: Sequence[str]) -> Manifest:
    """Bring a backup back; nothing that is there is ever overwritten.

    Raises:
        CommandError: it is no whole backup, the keys are others, or database or blobs are not empty.
        DatabaseTooNew: the backup is of a newer version of the program.
    """
    manifest = Manifest.read(folder)
    if not knows(manifest.revision):
        raise DatabaseTooNew(manifest.revision)
    missing = [name for name in manifest.keys if name not in {fingerprint(key) for key in keys}]
    if missing:
        raise CommandError(f"a key of this backup is not among OKIENKO_SECRET_KEYS: {', '.join(missing)}")
    if not is_empty(database):
        raise CommandError("the database is not empty; restore into a new one")
    files = list(files_of(folder / BLOBS))
    if len(files) != manifest.blobs:
        raise CommandError(f"{folder} is not whole: {len(files)} files of blobs are there instead of {manifest.blobs}")
    if files and database.blobs is None:
        raise CommandError("this backup has blobs in files; set OKIENKO_BLOBS to an empty folder")
    if database.blobs and next(database.blobs.files(), None) is not None:
        raise CommandError(f"{database.blobs.folder} is not empty; restore into a new folder")
    for file in files:
        if database.blobs is not None:
            copy_one(file, database.blobs.folder)
    load(database, folder / manifest.dump)
    return manifest


def examine(database: Database, manifest: Manifest) -> Found:
    """Count a restored house against the backup's account, bring it to this version's schema, and read every blob."""
    with database.engine.connect() as connection:
        rows = count_rows(connection)
    names = sorted(manifest.rows.keys() | rows.keys())
    upgrade(database)
    readable, unreadable = _blobs(database)
    with database.reading() as session:
        waiting = sum(
            session.scalar(select(func.count()).select_from(table).where(table.status == OutboxStatus.QUEUED)) or 0
            for table in (OutboxMail, OutboxSms)
        )
        agrees = overview.mail_counts(session)
    parts = agrees.unprocessed + agrees.joined + agrees.set_aside + agrees.other
    differing = [name for name in names if manifest.rows.get(name) != rows.get(name)]
    return Found(differing, unreadable, readable, agrees.stored == parts, waiting)


def _blobs(database: Database) -> tuple[int, Sequence[str]]:
    with database.reading() as session:
        hashes = session.scalars(select(Blob.sha256).order_by(Blob.sha256)).all()
    unreadable = [sha256 for sha256 in hashes if not _is_readable(database, sha256)]
    return len(hashes) - len(unreadable), unreadable


def _is_readable(database: Database, sha256: str) -> bool:
    with database.reading() as session:
        try:
            blobs.get(session, sha256)
        except (HelpdeskError, ValueError, zlib.error):
            return False
    return True
