"""The database of the settings, and the time: all that most commands need, and quick to import."""

from datetime import UTC, date, datetime
from pathlib import Path

from helpdesk.blob_folder import BlobFolder
from helpdesk.database import Database
from helpdesk.hours import WARSAW
from okienko.keys import build_sealer
from okienko.settings import DATABASE, Settings


def now() -> datetime:
    """Return the instant, aware UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day in Warsaw."""
    return now().astimezone(WARSAW).date()


def build_database(settings: Settings) -> Database:
    """Return the database; SQLite's folder is made if it is missing."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    folder = None if settings.blobs == DATABASE else BlobFolder(Path(settings.blobs))
    return Database(settings.database, build_sealer(settings), folder)
