"""Two web nodes on PostgreSQL and Redis behind HAProxy, all of them real; the bot is one that repeats."""

import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from uuid import uuid4

import pytest

from helpdesk.database import Database
from okienko.index import knowledge
from okienko.places import ROOT
from okienko.schema import upgrade
from tests.conftest import KEY, SEALER, _run_on
from tests.servers.echo_bot import echo_bot
from tests.servers.haproxy import PROGRAM, Proxy, haproxy
from tests.servers.ports import free_port
from tests.servers.site import site
from tests.servers.web_node import WebNode, running

THINKS = 0.15
"""Seconds that the bot thinks: some messages are always under way when a node is told to end."""
DRAIN = 5
"""Seconds that a node goes on; HAProxy looks every half second and needs two looks."""


@dataclass(frozen=True)
class House:
    """What an operator has: two nodes, a proxy, a database."""

    nodes: tuple[WebNode, WebNode]
    proxy: Proxy
    database: Database
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.proxy.port}"

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.proxy.certificate)


@pytest.fixture(scope="module")
def two_nodes(postgres: str, redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if not PROGRAM.exists():
        pytest.skip("HAProxy is not installed (`apt-get install haproxy` as root)")
    folder = tmp_path_factory.mktemp("nodes")
    name = f"nodes_{uuid4().hex}"
    _run_on(postgres, f"CREATE DATABASE {name}")
    database = Database(f"{postgres}/{name}", SEALER)
    upgrade(database)
    knowledge(ROOT / ".data")
    (folder / "index").symlink_to(ROOT / ".data" / "index")
    bot_port = free_port()
    with closing(database), site(echo_bot(THINKS), bot_port) as bot:
        environment = {
            "OKIENKO_DATABASE_URL": f"{postgres}/{name}",
            "OKIENKO_REDIS_URL": redis,
            "OKIENKO_DATA_DIR": str(folder),
            "OKIENKO_SECRET_KEYS": KEY,
            "OKIENKO_RASA_URL": bot,
            "OKIENKO_ACTIONS_URL": bot,
            "OKIENKO_DRAIN_SECONDS": str(DRAIN),
            "OKIENKO_RATE_MESSAGES": "0",
            "OKIENKO_RATE_CONVERSATION_MESSAGES": "0",
            "OKIENKO_RATE_CONVERSATIONS": "0",
        }
        nodes = tuple(WebNode(free_port(), environment, folder / f"{letter}.log") for letter in "ab")
        with running(*nodes), haproxy(folder, *(node.port for node in nodes)) as proxy:
            yield House(nodes, proxy, database, environment)
