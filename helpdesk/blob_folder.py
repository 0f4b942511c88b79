"""Bytes kept as sealed files in a folder instead of the database: written whole before the row that names them.

A file is named by its hash and a chance part: every writing makes a file of its own, the row decides which one counts,
and a file that no row names is rubbish that may be removed at any time later. So nothing is lost when a transaction
ends otherwise than expected, and no lock is needed.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from sqlalchemy.orm import Session

from helpdesk.errors import BlobsAway, NotFound

MARK = b"file:"
"""Begins the content of a row whose bytes are in a file; compressed bytes begin otherwise (RFC 1950, 2.2)."""
_LEFT = "okienko_left_files"


class BlobFolder:
    """A folder of sealed files; its path may be the same on several machines that share it.

    Args:
        folder: its path; made when the first file is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, sha256: str, sealed: bytes) -> Path:
        """Write a new file so that it is there, whole, after a loss of power; raises BlobsAway."""
        file = self.folder / sha256[:2] / f"{sha256}.{token_hex(8)}"
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            rewrite(file, sealed)
        except OSError as problem:
            raise BlobsAway(f"{self.folder}: {problem.strerror}") from problem
        return file

    def files(self) -> Iterator[Path]:
        """Yield every whole file."""
        yield from (file for file in self.folder.glob("??/*.*") if not file.name.endswith(".draft"))


def rewrite(file: Path, sealed: bytes) -> None:
    """Replace a file's content, all or nothing; raises OSError."""
    draft = file.with_name(f"{file.name}.{token_hex(4)}.draft")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(file)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
    # A new name is certain only when the folder is on the disk too.
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def marked(file: Path) -> bytes:
    """Return what the row says of bytes that are in a file."""
    return MARK + os.fsencode(file)


def named(content: bytes) -> Path | None:
    """Return the file that a row's content names; None when it holds the bytes itself."""
    return Path(os.fsdecode(content[len(MARK) :])) if content.startswith(MARK) else None


def read(file: Path, folder: BlobFolder | None) -> bytes:
    """Return a file's sealed bytes, also when the whole folder was moved since.

    Raises:
        NotFound: there is no such file in a folder that is there.
        BlobsAway: the folder is not there, or cannot be read.
    """
    places = [folder.folder / file.parent.name / file.name] if folder else []
    for place in (*places, file):
        try:
            return place.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as problem:
            raise BlobsAway(f"{place.parent}: {problem.strerror}") from problem
    if not (folder.folder if folder else file.parents[1]).is_dir():
        raise BlobsAway(f"{folder.folder if folder else file.parents[1]} is not there")
    raise NotFound(f"the file of blob {file.name[:12]}")


def leave(session: Session, file: Path) -> None:
    """Remove a file once this transaction is committed; it stays when it is not."""
    session.info.setdefault(_LEFT, []).append(file)


def remove_left(session: Session) -> None:
    """Remove what was left behind; called after a commit."""
    for file in session.info.pop(_LEFT, ()):
        with suppress(OSError):
            file.unlink()


def keep_left(session: Session) -> None:
    """Keep what was left behind; called after a rollback."""
    session.info.pop(_LEFT, None)
