"""All processes of the chat, as one machine runs them, over a database of PostgreSQL."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from helpdesk.database import Database
from helpdesk.sealing import Sealer, new_key
from knowledge.library import load
from okienko.index import knowledge
from okienko.parts import chat_parts, child_environment, mail_parts
from okienko.places import ARTICLES, ROOT
from okienko.schema import upgrade
from okienko.settings import Settings
from okienko.supervisor import Supervisor
from okienko.training import train
from tests.servers.ports import free_port

LOGS = ROOT / ".data" / "benchmark-logs"


@dataclass(frozen=True)
class House:
    """Running processes.

    Attributes:
        port: where the web role listens.
        database: what they work on.
        settings: theirs.
        processes: their numbers, by role.
    """

    port: int
    database: Database
    settings: Settings
    processes: Mapping[str, int]


def fresh_database(cluster: str, name: str) -> str:
    """Make an empty database of this name, in the place of an older one; returns its URL."""
    engine = create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{cluster}/{name}"


@contextmanager
def house(cluster: str, name: str, *, mail: bool = False, **settings: str) -> Iterator[House]:
    """Run the chat over a fresh database of a cluster; without limits, since all customers have one address here.

    With `mail` also what files mails and sends letters, for the mailbox and the server that the settings name.
    """
    key, data = new_key(), ROOT / ".data"
    chosen = {
        "DATABASE_URL": fresh_database(cluster, name),
        "DATA_DIR": str(data),
        "SECRET_KEYS": key,
        "WEB_PORT": str(free_port()),
        "RASA_URL": f"http://127.0.0.1:{free_port()}",
        "ACTIONS_URL": f"http://127.0.0.1:{free_port()}",
        "OPENING": "always",
        "LOG_LEVEL": "WARNING",
        **dict.fromkeys(("RATE_MESSAGES", "RATE_CONVERSATION_MESSAGES", "RATE_CONVERSATIONS"), "0"),
        **settings,
    }
    read = Settings(**{name.lower(): value for name, value in chosen.items()})
    database = Database(read.database_url, Sealer([key]))
    upgrade(database)
    knowledge(data)
    train(read, load(ARTICLES))
    environment = {**child_environment(), **{f"OKIENKO_{name}": value for name, value in chosen.items()}}
    supervisor = Supervisor(LOGS, environment, print)
    try:
        parts = [*chat_parts(read), *(mail_parts(read) if mail else ())]
        supervisor.start(parts)
        supervisor.wait_ready(300)
        numbers = dict(zip((part.name for part in parts), supervisor.processes(), strict=True))
        yield House(read.web_port, database, read, numbers)
    finally:
        supervisor.end_all()
        database.close()


def family(process: int) -> list[int]:
    """Return a process and all that it has started (Linux)."""
    own = Path(f"/proc/{process}/task/{process}/children")
    children = own.read_text().split() if own.exists() else []
    return [process, *(one for child in children for one in family(int(child)))]


def processor_seconds(process: int) -> float:
    """Return the processor time that a process and all that it has started have used (Linux)."""
    return sum(_used(one) for one in family(process))


def megabytes(process: int) -> float:
    """Return the memory that a process and all that it has started hold now (Linux)."""
    pages = (Path(f"/proc/{one}/statm").read_text().split()[1] for one in family(process))
    return sum(int(number) for number in pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _used(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
