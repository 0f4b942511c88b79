"""The processes of one machine: which there are, on which ports, and how they are started."""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from helpdesk.overview import mail_counts
from okienko.errors import PartMissing
from okienko.settings import PREFIX, Settings
from okienko.storage import build_database, now
from okienko.supervisor import Part, answers, listens

NEEDED_BYTES = 300 * 1024 * 1024
"""Free space without which a start makes no sense: a model, the database and the logs need room."""


def role(name: str, *options: str, ready: Callable[[], bool] | None = None) -> Part:
    """Return one role of the program as a process."""
    return Part(name, [sys.executable, "-m", "okienko", "serve", name, *options], ready)


def chat_parts(settings: Settings, *web_options: str) -> Sequence[Part]:
    """Return the processes that the chat needs."""
    return [
        role("rasa", ready=answers(f"{settings.rasa_url}/version?token={settings.rasa_token.get_secret_value()}")),
        role("actions", ready=answers(f"{settings.actions_url}/health")),
        role("web", *web_options, ready=answers(f"{settings.web_url}/readyz")),
    ]


def knowledge_parts() -> Sequence[Part]:
    """Return the process that does the work behind the desk."""
    return [role("knowledge")]


def mail_parts(settings: Settings) -> Sequence[Part]:
    """Return the processes of the mail, with the embedded servers when no others are set."""
    ports = listens("127.0.0.1", settings.imap_port, settings.smtp_port)
    embedded = [] if settings.imap_url and settings.smtp_url else [role("post-office", ready=ports)]
    return [*embedded, role("mail", ready=_mailbox_visited(settings, since=now())), role("outbox")]


def _mailbox_visited(settings: Settings, *, since: datetime) -> Callable[[], bool]:
    database = build_database(settings)

    def look() -> bool:
        with database.reading() as session:
            seen_at = mail_counts(session).seen_at
        return seen_at is not None and seen_at >= since

    return look


def child_environment() -> Mapping[str, str]:
    """Return the environment of the processes; they end with their supervisor."""
    return {**os.environ, f"{PREFIX}SUPERVISED": "1", "PYTHONUNBUFFERED": "1"}


def check_ports(settings: Settings, *, mail: bool) -> None:
    """Raise PartMissing that names the first port in use and the variable that changes it."""
    wanted = {
        f"{PREFIX}WEB_PORT": (settings.web_host, settings.web_port),
        f"{PREFIX}RASA_URL": _place(settings.rasa_url),
        f"{PREFIX}ACTIONS_URL": _place(settings.actions_url),
    }
    if mail and not settings.imap_url:
        wanted[f"{PREFIX}IMAP_PORT"] = ("127.0.0.1", settings.imap_port)
    if mail and not settings.smtp_url:
        wanted[f"{PREFIX}SMTP_PORT"] = ("127.0.0.1", settings.smtp_port)
    for variable, (host, port) in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                hint = f"end it, or choose another port with {variable}"
                raise PartMissing(f"port {port} is in use by another program; {hint}") from None


def check_room(folder: Path) -> None:
    """Raise PartMissing when the disk of the data folder is nearly full."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < NEEDED_BYTES:
        raise PartMissing(f"the disk of {folder} is full; at least 300 MB must be free")


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80
