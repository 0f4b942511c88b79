"""One person's data as a file, and its deletion with a proof."""

import json
import os
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from helpdesk import audit, person_data
from okienko.daily import PROOFS
from okienko.schema import check
from okienko.settings import Settings
from okienko.storage import build_database, now
from polish.masking import mask


@dataclass(frozen=True)
class Proof:
    """What a deletion did: rows by table, what was found afterwards (0), and where that is written down."""

    deleted: Mapping[str, int]
    found_afterwards: int
    file: Path


def export(settings: Settings, out: Path, *, address: str | None, pue_id: str | None) -> int:
    """Write a person's data into a new ZIP file; returns how many records and files it holds.

    Raises:
        NotFound: nothing is known of the person.
        FileExistsError: the file exists.
    """
    with closing(build_database(settings)) as database, database.session() as session:
        check(database)
        person = person_data.find_person(session, address=address, pue_id=pue_id)
        held = person_data.collect(session, person)
        audit.record(session, "person", "person exported", now=now())
        # Made by and for one pair of eyes: nobody else on this machine can read it.
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _write(file, held)
        session.commit()
    return sum(len(rows) for rows in held.rows.values()) + len(held.files)


def _write(file: BinaryIO, held: person_data.Held) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in held.rows.items():
            if rows:
                archive.writestr(f"{table}.json", json.dumps(rows, ensure_ascii=False, indent=2))
        for name, content in held.files.items():
            archive.writestr(f"files/{name}", content)


def erase(settings: Settings, reason: str, *, address: str | None, pue_id: str | None) -> Proof:
    """Delete a person's data and write the proof below the data folder; raises NotFound."""
    at, why = now(), mask(reason.strip()).text[:400]
    with closing(build_database(settings)) as database:
        check(database)
        with database.session() as session:
            person = person_data.find_person(session, address=address, pue_id=pue_id)
            deleted = person_data.erase(session, person, reason=why, now=at)
            session.commit()
        with database.reading() as session:
            left = person_data.remaining(session, person)
        database.forget_deleted()
    file = settings.data_dir / PROOFS / f"person-{at:%Y%m%dT%H%M%S%f}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    report = {"at": at.isoformat(), "reason": why, "deleted": deleted, "found_afterwards": left}
    file.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    return Proof(deleted, left, file)
