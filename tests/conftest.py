"""What the tests share: databases of both kinds, the trained bot, the site, a browser."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlalchemy import make_url

from helpdesk import secrets
from helpdesk.database import Database
from helpdesk.sealing import Sealer, new_key
from knowledge.base import KnowledgeBase
from knowledge.library import Library
from okienko.index import knowledge
from okienko.parts import chat_parts, child_environment
from okienko.places import ROOT
from okienko.schema import upgrade
from okienko.settings import Settings
from okienko.supervisor import Supervisor
from okienko.training import train
from tests.servers import postgres as postgres_server
from tests.servers import redis as redis_server
from tests.servers.ports import free_port

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
"""A Friday noon in Warsaw: the office is open."""

KEY = new_key()
"""The key of all databases of the tests, also of those that the started processes open."""

SEALER = Sealer([KEY])


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make argon2 cheap: how hard it is to guess is the library's business, and it is half of a test's time."""
    monkeypatch.setattr(secrets, "_hasher", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    secrets._nobodys_hash.cache_clear()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    programs = postgres_server.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (`apt-get install postgresql` as root)")
    with postgres_server.postgres(programs) as url:
        yield url


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not redis_server.PROGRAM.exists():
        pytest.skip("Redis is not installed (`apt-get install redis-server` as root)")
    with redis_server.redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def _migrated_postgres(postgres: str) -> str:
    _run_on(postgres, "CREATE DATABASE migrated")
    database = Database(f"{postgres}/migrated")
    upgrade(database)
    database.close()
    return postgres


def _run_on(server: str, statement: str) -> None:
    # The driver alone: an engine would ask its first connection this and that, twice for each test.
    url = make_url(f"{server}/postgres").set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(statement)  # names of ours, no values


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database; a test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        migrated: Path = request.getfixturevalue("_migrated_sqlite")
        file = tmp_path / "okienko.db"
        shutil.copy(migrated, file)
        yield f"sqlite:///{file}"
        return
    server: str = request.getfixturevalue("_migrated_postgres")
    name = f"test_{uuid4().hex}"
    # Copied as files it takes a third of the time, on a server that forces nothing to the disk.
    _run_on(server, f"CREATE DATABASE {name} TEMPLATE migrated STRATEGY FILE_COPY")
    yield f"{server}/{name}"
    _run_on(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, SEALER)
    yield database
    database.close()


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    return knowledge(ROOT / ".data")


@pytest.fixture(scope="session")
def library(base: KnowledgeBase) -> Library:
    return base.library


@dataclass(frozen=True)
class Engine:
    """A running Rasa with its actions, shared by all tests; its database holds nothing but publications."""

    rasa_url: str
    actions_url: str
    database_url: str
    supervisor: Supervisor


@pytest.fixture(scope="session")
def engine(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    settings = engine_settings()
    train(settings, library)
    url = f"sqlite:///{tmp_path_factory.mktemp('engine')}/publications.db"
    upgrade(Database(url))
    environment = {
        **child_environment(),
        "OKIENKO_RASA_URL": settings.rasa_url,
        "OKIENKO_ACTIONS_URL": settings.actions_url,
        "OKIENKO_DATABASE_URL": url,
        "OKIENKO_SECRET_KEYS": KEY,
    }
    supervisor = Supervisor(settings.data_dir / "test-logs", environment, lambda line: None)
    rasa, actions, _web = chat_parts(settings)
    try:
        supervisor.start([rasa, actions])
        supervisor.wait_ready(180)
        yield Engine(settings.rasa_url, settings.actions_url, url, supervisor)
    finally:
        supervisor.end_all()


def engine_settings() -> Settings:
    return Settings(
        data_dir=ROOT / ".data",
        rasa_url=f"http://127.0.0.1:{free_port()}",
        actions_url=f"http://127.0.0.1:{free_port()}",
    )


@pytest.fixture(scope="session")
def rasa_url(engine: Engine) -> str:
    return engine.rasa_url


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOON
