"""Rotation of keys: whatever is sealed with an older key is sealed anew with the newest one."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Column, Table, column, select, table, update
from sqlalchemy.orm import Session

from helpdesk.blob_folder import BlobFolder, rewrite
from helpdesk.database import Database
from helpdesk.sealing import Sealer
from helpdesk.tables import Base
from helpdesk.tables.base import Sealed, SealedBytes, SealedLookup, sealer_of

BATCH = 500
Renew = Callable[[Any], Any]


def sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Yield every column that holds sealed values."""
    for each in Base.metadata.sorted_tables:
        for part in each.columns:
            if isinstance(part.type, Sealed | SealedBytes | SealedLookup):
                yield each, part


def rotate(database: Database) -> Mapping[str, int]:
    """Seal everything with the newest key, a batch of rows a transaction.

    It may be broken off and begun again at any time: what is sealed with the newest key stays as it is, and the
    other roles go on meanwhile, because they open seals of all keys.

    Returns:
        How many values were sealed anew, by column (`ticket.address`), and how many files (`files`).

    Raises:
        SealBroken: a value was sealed with a key that is not among the settings' keys.
    """
    renewed: Counter[str] = Counter()
    for each, part in sealed_columns():
        name = f"{each.name}.{part.name}"
        renewed[name] = 0
        last: object = None
        while True:
            with database.session() as session:
                last, changed = _batch(session, each, part, last)
                session.commit()
            renewed[name] += changed
            if last is None:
                break
    if database.blobs is not None:
        with database.reading() as session:
            renewed["files"] = _renew_files(database.blobs, sealer_of(session.get_bind().dialect))
    return dict(renewed)


def _renew_files(folder: BlobFolder, sealer: Sealer) -> int:
    changed = 0
    for file in folder.files():
        with suppress(FileNotFoundError):  # deleted meanwhile
            sealed = file.read_bytes()
            new = sealer.renew_bytes(sealed)
            if new != sealed:
                rewrite(file, new)
                changed += 1
    return changed


def _batch(session: Session, each: Table, part: Column[Any], last: object) -> tuple[object, int]:
    """Renew one batch of rows behind `last`; returns the last row's key (None at the end) and how many changed."""
    key = next(iter(each.primary_key.columns)).name
    # Columns without their types: the values as the database holds them.
    plain = table(each.name, column(key), column(part.name))
    wanted = select(plain.c[key], plain.c[part.name]).order_by(plain.c[key]).limit(BATCH).with_for_update()
    rows = session.execute(wanted if last is None else wanted.where(plain.c[key] > last)).all()
    renew = _renewal(sealer_of(session.get_bind().dialect), part)
    changed = 0
    for number, value in rows:
        new = renew(value) if value else value
        if new != value:
            session.execute(update(plain).where(plain.c[key] == number).values({part.name: new}))
            changed += 1
    return (rows[-1][0] if rows else None), changed


def _renewal(sealer: Sealer, part: Column[Any]) -> Renew:
    if isinstance(part.type, SealedBytes):
        return lambda value: sealer.renew_bytes(bytes(value))
    return sealer.renew_lookup if isinstance(part.type, SealedLookup) else sealer.renew
