"""Two whole nodes behind HAProxy, on PostgreSQL, Redis, Dovecot and an SMTP server, each part a process of its own."""

import os
import ssl
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from benchmarks.house import LOGS, fresh_database
from helpdesk.database import Database
from helpdesk.sealing import Sealer, new_key
from knowledge.library import load
from okienko.index import knowledge
from okienko.places import ARTICLES, ROOT
from okienko.schema import upgrade
from okienko.settings import Settings
from okienko.training import train
from tests.servers import haproxy, postgres, redis
from tests.servers.daemon import Daemon
from tests.servers.dovecot import DovecotServer, dovecot
from tests.servers.ports import free_port, listens

LETTERS = "ab"


@dataclass(frozen=True)
class TwoNodes:
    """What runs.

    Attributes:
        parts: all processes that can be stopped and killed, by name, such as `web a` or `PostgreSQL`.
        url: the proxy's address.
        trust: what its certificate is checked with.
        database: what all of them work on.
        mailbox: the office's mailbox.
        letters: the folder in which the SMTP server keeps what was sent.
        proxy: what stands before the nodes.
        environment: the settings that both nodes have in common.
        folder: for what is made meanwhile.
    """

    parts: Mapping[str, Daemon]
    url: str
    trust: ssl.SSLContext
    database: Database
    mailbox: DovecotServer
    letters: Path
    proxy: haproxy.Proxy
    environment: Mapping[str, str]
    folder: Path


@contextmanager
def two_nodes() -> Iterator[TwoNodes]:
    """Run everything until the block ends."""
    programs = postgres.programs()
    if programs is None or not haproxy.PROGRAM.exists() or not redis.PROGRAM.exists():
        raise SystemExit("PostgreSQL, Redis and HAProxy are needed (`make install-servers` as root)")
    LOGS.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="okienko-nodes-")))
        cluster, database_server = stack.enter_context(postgres.cluster(programs, durable=True))
        redis_url, redis_server = stack.enter_context(redis.redis_server(folder))
        mailbox = stack.enter_context(dovecot())
        smtp_port, letters = free_port(), folder / "letters"
        key, database_url = new_key(), fresh_database(cluster, "house")
        common = {
            "OKIENKO_DATABASE_URL": database_url,
            "OKIENKO_REDIS_URL": redis_url,
            "OKIENKO_DATA_DIR": str(ROOT / ".data"),
            "OKIENKO_SECRET_KEYS": key,
            "OKIENKO_OPENING": "always",
            "OKIENKO_LOG_LEVEL": "WARNING",
            "OKIENKO_DRAIN_SECONDS": "5",
            "OKIENKO_IMAP_URL": mailbox.url,
            "OKIENKO_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}?tls=no",
            **{f"OKIENKO_RATE_{kind}": "0" for kind in ("MESSAGES", "CONVERSATION_MESSAGES", "CONVERSATIONS")},
        }
        database = stack.enter_context(closing(Database(database_url, Sealer([key]))))
        upgrade(database)
        knowledge(ROOT / ".data")
        train(Settings(), load(ARTICLES))
        parts = {"SMTP": smtp_server(smtp_port, letters)}
        ports = {letter: free_port() for letter in LETTERS}
        for letter in LETTERS:
            parts |= _node(letter, ports[letter], common)
        for part in parts.values():
            stack.callback(part.kill)
            part.start()
        for part in parts.values():
            part.wait()
        proxy = stack.enter_context(haproxy.haproxy(folder, ports["a"], ports["b"]))
        servers = {"Redis": redis_server, "PostgreSQL": database_server, "Dovecot": mailbox.process}
        trust = ssl.create_default_context(cafile=proxy.certificate)
        url = f"https://127.0.0.1:{proxy.port}"
        yield TwoNodes({**parts, **servers}, url, trust, database, mailbox, letters, proxy, common, folder)


def smtp_server(port: int, letters: Path) -> Daemon:
    """Return a server that writes each letter to a maildir before it accepts it."""
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox"]
    return Daemon([*command, letters], lambda: listens(port))


def _node(letter: str, port: int, common: Mapping[str, str]) -> dict[str, Daemon]:
    rasa, actions = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    own = {
        **common,
        "OKIENKO_RASA_URL": rasa,
        "OKIENKO_ACTIONS_URL": actions,
        "OKIENKO_WEB_PORT": str(port),
    }
    ready: dict[str, Callable[[], bool]] = {
        "rasa": lambda: _status(f"{rasa}/version") == 200,
        "actions": lambda: _status(f"{actions}/health") == 200,
        "web": lambda: _status(f"http://127.0.0.1:{port}/readyz?only=database") == 200,
        "mail": lambda: True,
        "outbox": lambda: True,
    }
    return {
        f"{role} {letter}": Daemon(
            [sys.executable, "-m", "okienko", "serve", role],
            look,
            {**os.environ, **own},
            ROOT,
            LOGS / f"{role}-{letter}.log",
        )
        for role, look in ready.items()
    }


def _status(url: str) -> int:
    try:
        return httpx2.get(url, timeout=5, trust_env=False).status_code
    except httpx2.HTTPError:
        return 0
