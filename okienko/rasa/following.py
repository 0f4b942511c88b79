"""Which model answers customers: the one put to work at the desk, or the release's own when there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.database import Database
from helpdesk.tables import TrainedModel
from knowledge import models

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wanted:
    """A model that should answer: its file's name, and its number; None for the release's own without a record."""

    name: str
    number: int | None


@dataclass(frozen=True)
class Shelf:
    """The models of one node.

    Attributes:
        database: where the models trained at the desk are; it may be missing or away.
        inputs: the fingerprint of what this release gives to a training.
        release: the file of the release's own model.
        folder: where models from the database are kept as files.
        clock: gives the instant, aware UTC.
    """

    database: Database
    inputs: str
    release: Path
    folder: Path
    clock: Callable[[], datetime]

    def wanted(self) -> Wanted | None:
        """Return the model that should answer now; None when the database does not tell."""
        try:
            with self.database.reading() as session:
                active = next(iter(models.put_to_work(session, self.inputs, 1)), None)
        except SQLAlchemyError as problem:
            log.warning("models.not_known", problem=type(problem).__name__)
            return None
        return Wanted(active.name, active.id) if active else self.own()

    def own(self) -> Wanted:
        """Return the release's own model."""
        return Wanted(self.release.name, None)

    def file(self, wanted: Wanted) -> Path | None:
        """Return a model's file, written from the database if it is not there yet; None when it is nowhere.

        Raises:
            SQLAlchemyError: the database is away.
        """
        if wanted.name == self.release.name and self.release.exists():
            return self.release
        file = self.folder / wanted.name
        if file.exists() or wanted.number is None:
            return file if file.exists() else None
        with self.database.reading() as session:
            content = session.scalar(select(TrainedModel.content).where(TrainedModel.id == wanted.number))
        if content is None:
            return None
        self._write(file, content)
        return file

    def _write(self, file: Path, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        begun = file.with_suffix(".begun")
        begun.write_bytes(content)
        begun.rename(file)
        # What a node has loaded it does not read again: two are enough for going back quickly.
        others = sorted(self.folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in [path for path in others if path != file][1:]:
            old.unlink(missing_ok=True)

    def refuse(self, wanted: Wanted) -> None:
        """Take a model out of use that could not be loaded."""
        if wanted.number is None:
            return
        try:
            with self.database.session() as session:
                models.could_not_be_loaded(session, wanted.number, now=self.clock())
                session.commit()
        except SQLAlchemyError as problem:
            log.warning("models.not_told", problem=type(problem).__name__)
