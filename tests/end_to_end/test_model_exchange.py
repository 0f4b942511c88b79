"""Customers write without a pause while the model is exchanged and rolled back: no message fails or is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import delete, func, select

from helpdesk.database import Database
from helpdesk.knowledge_states import RunStatus
from helpdesk.lifecycle import Author
from helpdesk.tables import AuditEntry, ChatMessage, TrainedModel
from knowledge.library import Library
from okienko.asking import house_client
from okienko.training import inputs, model_path
from tests.conftest import Engine, engine_settings
from tests.end_to_end.conftest import Site

AT_ONCE = 3
LONGEST = 240.0
QUESTION = "Ile wynosi zasiłek macierzyński?"


class Customers:
    """People who ask one after the other, each question in a conversation of its own."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.took: list[float] = []
        self.failures: list[Any] = []
        self._stop = threading.Event()

    def _write(self) -> None:
        with house_client(self._site.settings, self._site.url) as client:
            while not self._stop.is_set():
                begun = time.monotonic()
                answer = client.post("/api/chat", json={"text": QUESTION})
                self.took.append(time.monotonic() - begun)
                got = [(reply["author"], reply["kind"]) for reply in answer.json().get("replies", [])]
                if (answer.status_code, got) != (200, [("bot", "answer")]):
                    self.failures.append((answer.status_code, got))

    @contextmanager
    def writing(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._write) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def write_on(self, more: int) -> None:
        """Wait until so many more questions were answered."""
        enough = len(self.took) + more
        wait_until(lambda: len(self.took) >= enough)


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.2)


@pytest.fixture
def desk(engine: Engine) -> Iterator[Database]:
    """The database that the running Rasa follows; afterwards the release's model answers again."""
    database = Database(engine.database_url)
    before = _loaded(engine)
    yield database
    with database.session() as session:
        session.execute(delete(TrainedModel))
        session.execute(delete(AuditEntry).where(AuditEntry.subject.startswith("model:")))
        session.commit()
    wait_until(lambda: _loaded(engine) == before)
    database.close()


def _loaded(engine: Engine) -> str:
    return str(httpx2.get(f"{engine.rasa_url}/status", trust_env=False).json()["model_file"])


def _add(database: Database, content: bytes | None, name: str = "") -> TrainedModel:
    now, name = datetime.now(UTC), name or f"okienko-{uuid4().hex[:16]}.tar.gz"
    with database.session() as session:
        model = TrainedModel(name=name, status=RunStatus.DONE, inputs=inputs(), content=content, created_at=now)
        session.add(model)
        session.commit()
        return model


def _put_to_work(database: Database, model: TrainedModel) -> None:
    with database.session() as session:
        session.get_one(TrainedModel, model.id).activated_at = datetime.now(UTC)
        session.commit()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_message_fails_while_the_model_is_exchanged_rolled_back_and_refused(
    running_site: Site, engine: Engine, desk: Database, library: Library
) -> None:
    content = model_path(engine_settings(), library).read_bytes()
    former = _add(desk, None, _loaded(engine))
    new, broken = _add(desk, content), _add(desk, b"this is no model")
    customers = Customers(running_site)

    with customers.writing():
        customers.write_on(AT_ONCE)
        for model in (new, former):
            _put_to_work(desk, model)
            wait_until(lambda model=model: _loaded(engine) == model.name)
            customers.write_on(2 * AT_ONCE)
        _put_to_work(desk, broken)
        wait_until(lambda: _status(desk, broken) is RunStatus.FAILED)
        customers.write_on(2 * AT_ONCE)

    assert customers.failures == []
    assert _loaded(engine) == former.name
    with running_site.database.reading() as session:
        heard, said = (
            session.scalar(select(func.count()).select_from(ChatMessage).where(ChatMessage.author == author))
            for author in (Author.CUSTOMER, Author.BOT)
        )
    assert heard == said == len(customers.took)
    print(f"{heard} messages, longest {max(customers.took):.2f} s, mean {sum(customers.took) / heard:.2f} s")  # noqa: T201  # the measured figure


def _status(database: Database, model: TrainedModel) -> RunStatus:
    with database.reading() as session:
        return session.get_one(TrainedModel, model.id).status
