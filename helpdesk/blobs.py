"""Bytes kept once by their SHA-256: raw mails and attachments."""

import hashlib
import zlib

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from helpdesk.errors import NotFound
from helpdesk.tables import Blob

EMPTY_BYTES = 73
"""Bytes that nothing takes when it is sealed."""
LEVEL = 6
"""Of zlib: mail shrinks to about a third, at about the speed of a disk."""


def put(session: Session, content: bytes) -> str:
    """Store bytes unless they are there already, also when another node stores them just now.

    Returns:
        Their SHA-256 in hexadecimal, by which `get` finds them.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    if session.get(Blob, sha256) is None:
        values = {"sha256": sha256, "content": zlib.compress(content, LEVEL)}
        dialect = session.get_bind().dialect.name
        insert = postgresql.insert(Blob) if dialect == "postgresql" else sqlite.insert(Blob)
        session.execute(insert.values(**values).on_conflict_do_nothing(index_elements=["sha256"]))
    return sha256


def replace(session: Session, sha256: str, content: bytes) -> None:
    """Keep other bytes under a hash: those of a mail without what must be kept nowhere.

    The hash stays that of the original, by which the mail is known again.
    """
    blob = session.get(Blob, sha256, with_for_update=True)
    if blob is not None:
        blob.content = zlib.compress(content, LEVEL)


def get(session: Session, sha256: str) -> bytes:
    """Return stored bytes.

    Raises:
        NotFound: when there are none of that hash.
    """
    blob = session.get(Blob, sha256)
    if blob is None:
        raise NotFound(f"blob {sha256[:12]}")
    return zlib.decompress(blob.content)
