"""A node follows the model that is active, and keeps what works when another cannot be had."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk.database import Database
from helpdesk.knowledge_states import RunStatus
from helpdesk.tables import TrainedModel
from okienko.errors import CommandError, PartMissing
from okienko.rasa.engine import Engine, ModelRefused
from okienko.rasa.exchange import Exchange
from okienko.rasa.following import Shelf
from okienko.rasa.front import Front
from tests.unit.okienko.test_rasa_front import FakeProcess

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BROKEN = b"broken"


@pytest.fixture
def shelf(database: Database, tmp_path: Path) -> Shelf:
    release = tmp_path / "okienko-release.tar.gz"
    release.write_bytes(b"release")
    return Shelf(database, "mine", release, tmp_path / "desk", lambda: NOW)


def put_to_work(
    database: Database, name: str, content: bytes | None = b"model", *, at: int = 0, inputs: str = "mine"
) -> None:
    with database.session() as session:
        session.add(
            TrainedModel(
                name=name,
                status=RunStatus.DONE,
                inputs=inputs,
                content=content,
                created_at=NOW,
                activated_at=NOW + timedelta(minutes=at),
            )
        )
        session.commit()


class ReadyLine:
    """A line to a Rasa that has loaded its model."""

    status = 200

    @asynccontextmanager
    async def get(self, _path: str, **_options: object) -> AsyncIterator["ReadyLine"]:
        yield self

    async def close(self) -> None:
        pass


class Node:
    """A node whose engines are made in memory; a model of the bytes `broken` cannot be loaded."""

    def __init__(self, shelf: Shelf) -> None:
        self.front = Front()
        self.started: list[str] = []
        self.exchange = Exchange(self.front, shelf, self._start)

    async def _start(self, file: Path) -> Engine:
        self.started.append(file.name)
        made = Engine(file.name, FakeProcess(), ReadyLine())
        if file.read_bytes() == BROKEN:
            made.process.terminate()
        return made

    def looks(self, times: int = 1) -> str | None:
        async def story() -> None:
            for _ in range(times):
                await self.exchange.look()

        asyncio.run(story())
        return self.front.engine.model if self.front.engine else None


def test_without_a_record_the_releases_own_model_answers(shelf: Shelf) -> None:
    assert Node(shelf).looks() == "okienko-release.tar.gz"


def test_without_a_database_the_releases_own_model_answers(shelf: Shelf, tmp_path: Path) -> None:
    empty = Shelf(Database(f"sqlite:///{tmp_path}/none.db"), "mine", shelf.release, shelf.folder, shelf.clock)

    assert Node(empty).looks() == "okienko-release.tar.gz"


def test_the_model_put_to_work_answers_and_its_file_comes_from_the_database(database: Database, shelf: Shelf) -> None:
    node = Node(shelf)
    node.looks()
    put_to_work(database, "okienko-new.tar.gz")

    assert node.looks(3) == "okienko-new.tar.gz"
    assert node.started == ["okienko-release.tar.gz", "okienko-new.tar.gz"]
    assert (shelf.folder / "okienko-new.tar.gz").read_bytes() == b"model"


def test_a_model_of_another_release_is_not_loaded(database: Database, shelf: Shelf) -> None:
    put_to_work(database, "okienko-other.tar.gz", inputs="theirs")

    assert Node(shelf).looks() == "okienko-release.tar.gz"


def test_a_model_that_cannot_be_loaded_is_taken_out_of_use_and_the_former_answers_on(
    database: Database, shelf: Shelf
) -> None:
    put_to_work(database, "okienko-good.tar.gz")
    node = Node(shelf)
    node.looks()
    put_to_work(database, "okienko-broken.tar.gz", BROKEN, at=1)

    assert node.looks(3) == "okienko-good.tar.gz"
    assert node.started == ["okienko-good.tar.gz", "okienko-broken.tar.gz"]
    with database.reading() as session:
        broken = session.query(TrainedModel).filter_by(name="okienko-broken.tar.gz").one()
        assert (broken.status, broken.error) == (RunStatus.FAILED, "unloadable")


def test_a_node_that_starts_with_a_broken_model_comes_to_the_one_before(database: Database, shelf: Shelf) -> None:
    put_to_work(database, "okienko-good.tar.gz")
    put_to_work(database, "okienko-broken.tar.gz", BROKEN, at=1)

    assert Node(shelf).looks(2) == "okienko-good.tar.gz"


def test_an_engine_that_died_is_started_again(shelf: Shelf) -> None:
    node = Node(shelf)
    node.looks()
    assert node.front.engine is not None
    node.front.engine.process.terminate()

    assert node.looks() == "okienko-release.tar.gz"
    assert len(node.started) == 2


def test_a_release_without_its_own_model_says_what_makes_it(shelf: Shelf) -> None:
    shelf.release.unlink()

    with pytest.raises(PartMissing, match="okienko train"):
        Node(shelf).looks()


def test_a_release_whose_own_model_is_broken_ends(shelf: Shelf) -> None:
    shelf.release.write_bytes(BROKEN)

    with pytest.raises(CommandError) as refused:
        Node(shelf).looks()
    assert isinstance(refused.value, ModelRefused)
