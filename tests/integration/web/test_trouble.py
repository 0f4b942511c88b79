"""The database goes away while customers and staff are there: they are told so in Polish, and nothing is lost."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from helpdesk.database import Database
from helpdesk.lifecycle import Author
from helpdesk.tables import ChatMessage
from knowledge.base import KnowledgeBase
from okienko.schema import upgrade
from tests.conftest import SEALER
from tests.integration.web.conftest import Clock, House, house_over
from tests.servers import postgres as postgres_server
from tests.servers.daemon import Daemon
from web.app import build_app


@dataclass(frozen=True)
class Shaky:
    """A house whose database can be killed and started again."""

    house: House
    server: Daemon

    def stored(self) -> list[tuple[Author, str]]:
        with self.house.database.reading() as session:
            rows = session.execute(select(ChatMessage.author, ChatMessage.text).order_by(ChatMessage.id))
            return [(author, text) for author, text in rows]


@pytest.fixture
def shaky() -> Iterator[Shaky]:
    programs = postgres_server.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (`apt-get install postgresql` as root)")
    with ExitStack() as stack:
        url, server = stack.enter_context(postgres_server.cluster(programs, durable=True))
        database = stack.enter_context(closing(Database(f"{url}/postgres", SEALER)))
        upgrade(database)
        yield Shaky(house_over(database, Clock(), _no_knowledge), server)


def _no_knowledge() -> KnowledgeBase:
    raise AssertionError("no knowledge is needed here")


def come_back(shaky: Shaky) -> None:
    shaky.server.start()
    shaky.server.wait(60)


def test_message_that_met_no_database_is_refused_in_polish_and_taken_once_when_sent_again(shaky: Shaky) -> None:
    client = TestClient(shaky.house.app, raise_server_exceptions=False)
    token = client.post("/api/chat/start", json={}).json()["conversation"]
    message = {"conversation": token, "text": "ile wynosi zasiłek", "client_id": "m-1"}
    shaky.server.kill()

    refused = client.post("/api/chat", json=message)
    come_back(shaky)
    taken = [client.post("/api/chat", json=message) for _ in range(2)][-1]

    assert refused.status_code == 503
    assert "chwilowo niedostępny" in refused.json()["detail"]
    assert int(refused.headers["Retry-After"]) > 0
    assert taken.status_code == 200
    assert [author for author, _ in shaky.stored()] == [Author.CUSTOMER, Author.BOT]


def test_live_line_outlives_the_database_and_shows_what_came_meanwhile(shaky: Shaky) -> None:
    with TestClient(shaky.house.app).websocket_connect("/api/chat/ws") as line:
        token = TestClient(shaky.house.app).post("/api/chat/start", json={}).json()["conversation"]
        line.send_json({"type": "hello", "conversation": token, "after": 0})
        assert line.receive_json()["type"] == "state"
        shaky.server.kill()
        message = {"type": "message", "text": "dzień dobry", "client_id": "m-1"}
        line.send_json(message)
        refusal = next(frame for frame in iter(line.receive_json, None) if frame["type"] == "error")
        come_back(shaky)
        line.send_json(message)
        frames = []
        while not any(reply["author"] == "bot" for frame in frames for reply in frame.get("replies", ())):
            frames.append(line.receive_json())

    assert (refusal["client_id"], refusal["status"]) == ("m-1", 503)
    assert "error" not in {frame["type"] for frame in frames}
    assert [author for author, _ in shaky.stored()] == [Author.CUSTOMER, Author.BOT]


def test_page_says_so_too(shaky: Shaky) -> None:
    client = TestClient(shaky.house.app, raise_server_exceptions=False)
    shaky.server.kill()

    told = client.post("/desk/login", data={"login": "ewa", "password": "x"}, headers={"Accept": "text/html"})

    assert told.status_code == 503
    assert "Serwis chwilowo niedostępny" in told.text


def test_unforeseen_failure_is_told_without_a_trace(house: House) -> None:
    def fail() -> None:
        raise ZeroDivisionError("secret")

    app = build_app(house.app.state.parts)
    app.add_api_route("/broken", fail)
    client = TestClient(app, raise_server_exceptions=False)

    told = client.get("/broken")
    page = client.get("/broken", headers={"Accept": "text/html"})

    assert (told.status_code, page.status_code) == (500, 500)
    assert "po naszej stronie" in told.json()["detail"]
    assert "po naszej stronie" in page.text
    assert "secret" not in told.text + page.text


def test_connection_that_died_while_it_rested_is_replaced_unnoticed(
    shaky: Shaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.database.QUIET", 0.0)
    shaky.stored()
    shaky.server.kill()
    come_back(shaky)

    assert shaky.stored() == []
