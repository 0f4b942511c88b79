"""What every command begins with: settings, logs, and the database where it needs one."""

from helpdesk.database import Database
from okienko.logs import configure
from okienko.settings import Settings, read_settings


def start(role: str) -> Settings:
    """Read the settings and configure the logs of a process.

    Raises:
        SettingsError: a setting is wrong.
    """
    settings = read_settings()
    configure(settings.log_level, role)
    follow(settings, role)
    return settings


def follow(settings: Settings, role: str) -> None:
    """Trace what this process does, when the settings name a collector."""
    if settings.otel_endpoint:
        from okienko.tracing import trace_to

        trace_to(settings.otel_endpoint, role)


def migrated(settings: Settings) -> Database:
    """Return the database, brought to this version's schema when it is the embedded one that is still missing.

    Raises:
        DatabaseOutdated: it is of an older version.
        DatabaseTooNew: it is of a newer version.
    """
    from okienko.schema import check, current, upgrade
    from okienko.storage import build_database

    database = build_database(settings)
    if current(database) is None:
        upgrade(database)
    check(database)
    return database
