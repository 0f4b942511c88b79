"""Bytes kept once by their SHA-256, compressed and sealed: raw mails and attachments.

They are in the database, or in files of a folder that the database was built with; reading finds either.
"""

import hashlib
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from helpdesk import blob_folder
from helpdesk.blob_folder import BlobFolder
from helpdesk.errors import NotFound
from helpdesk.tables import Blob
from helpdesk.tables.base import sealer_of

EMPTY_BYTES = 73
"""Bytes that nothing takes when it is sealed."""
LEVEL = 6
"""Of zlib: mail shrinks to about a third, at about the speed of a disk."""
LONGEST_MARK = 4_500
"""Bytes of a sealed row that names a file; a path is no longer."""
RUBBISH_AFTER = 86_400.0
"""Seconds after which a file that no row names cannot belong to a transaction that is still open."""
FILES = 500


def put(session: Session, content: bytes) -> str:
    """Store bytes unless they are there already, also when another node stores them just now.

    Returns:
        Their SHA-256 in hexadecimal, by which `get` finds them.

    Raises:
        BlobsAway: when the folder cannot be written.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    if session.scalar(select(Blob.sha256).where(Blob.sha256 == sha256)) is None:
        kept = _kept(session, sha256, content)
        insert = postgresql.insert(Blob) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(Blob)
        added = insert.values(sha256=sha256, content=kept).on_conflict_do_nothing(index_elements=["sha256"])
        if session.execute(added.returning(Blob.sha256)).first() is None:
            _leave(session, kept)
    return sha256


def replace(session: Session, sha256: str, content: bytes) -> None:
    """Keep other bytes under a hash: those of a mail without what must be kept nowhere.

    The hash stays that of the original, by which the mail is known again.

    Raises:
        BlobsAway: when the folder cannot be written.
    """
    blob = session.get(Blob, sha256, with_for_update=True)
    if blob is not None:
        _leave(session, blob.content)
        blob.content = _kept(session, sha256, content) if content else zlib.compress(b"", LEVEL)


def get(session: Session, sha256: str) -> bytes:
    """Return stored bytes.

    Raises:
        NotFound: when there are none of that hash.
        BlobsAway: when the folder cannot be read.
    """
    blob = session.get(Blob, sha256)
    if blob is None:
        raise NotFound(f"blob {sha256[:12]}")
    file = blob_folder.named(blob.content)
    if file is None:
        return zlib.decompress(blob.content)
    sealed = blob_folder.read(file, _folder(session))
    return zlib.decompress(sealer_of(session.get_bind().dialect).open_bytes(sealed))


def leave_files(session: Session, where: ColumnElement[bool]) -> None:
    """Remove the files of rows that are about to be deleted, once that is committed."""
    short = func.length(Blob.content) <= LONGEST_MARK
    for content in session.scalars(select(Blob.content).where(where, short)):
        _leave(session, content)


def sweep(session: Session, *, older_than: float = RUBBISH_AFTER) -> int:
    """Remove the files that no row names, as a crash leaves them; returns how many went.

    Args:
        session: reads the rows.
        older_than: seconds since a file was written; younger ones may be named by a transaction that is still open.
    """
    folder = _folder(session)
    if folder is None:
        return 0
    before, gone = time.time() - older_than, 0
    old = [file for file in folder.files() if file.stat().st_mtime <= before]
    for start in range(0, len(old), FILES):
        files = old[start : start + FILES]
        named = _named(session, [file.name.partition(".")[0] for file in files])
        for file in files:
            if file.name not in named:
                with suppress(FileNotFoundError):
                    file.unlink()
                    gone += 1
    return gone


def _named(session: Session, hashes: Sequence[str]) -> set[str]:
    contents = session.scalars(select(Blob.content).where(Blob.sha256.in_(hashes)))
    return {file.name for content in contents if (file := blob_folder.named(content)) is not None}


def _kept(session: Session, sha256: str, content: bytes) -> bytes:
    """Return what the row holds: the compressed bytes, or the name of the file they were written into."""
    compressed = zlib.compress(content, LEVEL)
    folder = _folder(session)
    if folder is None:
        return compressed
    file = folder.write(sha256, sealer_of(session.get_bind().dialect).seal_bytes(compressed))
    return blob_folder.marked(file)


def _leave(session: Session, content: bytes) -> None:
    file = blob_folder.named(content)
    if file is not None:
        folder = _folder(session)
        places: list[Path] = [folder.folder / file.parent.name / file.name] if folder else []
        for place in {*places, file}:
            blob_folder.leave(session, place)


def _folder(session: Session) -> BlobFolder | None:
    folder: BlobFolder | None = getattr(session.get_bind().dialect, "okienko_blobs", None)
    return folder
