"""Making backups: a new folder each, with the database, the blobs and an account of both; old ones go."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from helpdesk.blob_folder import BlobFolder
from helpdesk.database import Database
from okienko.backup.dumps import dump
from okienko.backup.manifest import FILE, Manifest, digest, fingerprint
from okienko.errors import CommandError
from okienko.schema import current

BLOBS = "blobs"
PREFIX = "okienko-"


@dataclass(frozen=True)
class Made:
    """A backup that was made: its folder, its account, and the folders of old ones that were removed."""

    folder: Path
    manifest: Manifest
    removed: Sequence[Path]


def make(database: Database, place: Path, *, keys: Sequence[str], keep: int, now: datetime) -> Made:
    """Make a backup in a folder of its own below a place, then remove the oldest ones beyond `keep` (0: none).

    Raises:
        CommandError: the database is empty, or its dump failed; what was begun is removed.
    """
    revision = current(database)
    if revision is None:
        raise CommandError("the database is empty: there is nothing to back up")
    folder = place / f"{PREFIX}{now:%Y%m%dT%H%M%SZ}"
    draft = folder.with_name(f"{folder.name}.part")
    draft.mkdir(parents=True, mode=0o700)
    try:
        manifest = _fill(draft, database, revision, keys, now)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Made(folder, manifest, _remove_old(place, keep))


def _fill(folder: Path, database: Database, revision: str, keys: Sequence[str], now: datetime) -> Manifest:
    # A file is written before the row that names it: what the dump names was there when it was made, and what came
    # between the first copying and the dump is copied by the second.
    copy_blobs(database.blobs, folder / BLOBS)
    file, rows = dump(database, folder)
    copy_blobs(database.blobs, folder / BLOBS)
    os.chmod(file, 0o600)
    blobs = sum(1 for _ in files_of(folder / BLOBS))
    names = [fingerprint(key) for key in keys]
    manifest = Manifest(now.isoformat(), revision, file.name, digest(file), dict(rows), blobs, names)
    manifest.write(folder)
    return manifest


def copy_blobs(blobs: BlobFolder | None, target: Path) -> None:
    """Copy the blobs' sealed files that are not there yet; one that goes meanwhile is nobody's any more."""
    for file in blobs.files() if blobs else ():
        copy_one(file, target)


def copy_one(file: Path, target: Path) -> None:
    """Copy a blob's file to its place below another folder, whole or not at all."""
    copied = target / file.parent.name / file.name
    if copied.exists():
        return
    copied.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = copied.with_name(f"{copied.name}.draft")
    try:
        shutil.copyfile(file, draft)
    except FileNotFoundError:
        return
    os.chmod(draft, 0o600)
    draft.rename(copied)


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the blobs' files of a backup."""
    yield from BlobFolder(folder).files()


def _remove_old(place: Path, keep: int) -> Sequence[Path]:
    whole = sorted(file.parent for file in place.glob(f"{PREFIX}*/{FILE}"))
    old = whole[:-keep] if keep else []
    for folder in old:
        shutil.rmtree(folder)
    return old
