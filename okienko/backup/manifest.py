"""What a backup says of itself: how much is in it, and by which keys it can be opened. It holds no key."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from okienko.errors import CommandError

FILE = "manifest.json"
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """A backup's own account.

    Attributes:
        made_at: the instant, ISO 8601, UTC.
        revision: the schema's revision.
        dump: the name of the database's file.
        sha256: of that file.
        rows: of each table.
        blobs: how many files of blobs there are beside the database.
        keys: fingerprints of the keys that opened it, the newest first.
    """

    made_at: str
    revision: str
    dump: str
    sha256: str
    rows: Mapping[str, int]
    blobs: int
    keys: Sequence[str]

    def write(self, folder: Path) -> None:
        """Write it last: a folder without one is no whole backup."""
        words = json.dumps(asdict(self), indent=2, sort_keys=True)
        (folder / FILE).write_text(words + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Return a backup's account; raises CommandError when it is no whole backup, or was changed."""
        try:
            found = cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise CommandError(f"{folder} is no whole backup: {FILE} is missing or broken") from None
        dump = folder / Path(found.dump).name
        if not dump.is_file() or digest(dump) != found.sha256:
            raise CommandError(f"{folder} was changed or is not whole: {found.dump} is not the file that was written")
        return found


def digest(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    found = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def fingerprint(key: str) -> str:
    """Return what a key is told apart by; a key cannot be found from it."""
    return hashlib.sha256(b"okienko: fingerprint of a key\0" + key.strip().encode()).hexdigest()[:12]
