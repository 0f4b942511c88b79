"""Traces of a chat turn and of a mail: which work belongs together, and that nobody's data is in them."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from helpdesk import tracing
from helpdesk.database import Database
from okienko.tracing import trace_database
from tests.integration.web.conftest import Clock, House, house_over
from tests.mail_desk import mail
from tests.post import receive
from web.engine import RasaBot
from web.loopback import Loopback

PLANTED = ("Klotylda Zmyślona", "44051401359", "klotylda@example.org", "macierzynski")


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer(tracing.NAME))
    yield exporter
    provider.shutdown()


@pytest.fixture
def traced(database: Database) -> Database:
    trace_database(database.engine)
    return database


@pytest.fixture
def house(traced: Database) -> House:
    return house_over(traced, Clock(), lambda: None)


def named(spans: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.name == name]


def everything_told(spans: InMemorySpanExporter) -> str:
    told = [
        (span.name, dict(span.attributes or {}), span.status.description, [event.name for event in span.events])
        for span in spans.get_finished_spans()
    ]
    return json.dumps(told, ensure_ascii=False)


def test_turn_is_one_trace_with_its_parts_and_statements(house: House, spans: InMemorySpanExporter) -> None:
    house.will_say()

    house.customer().post("/api/chat", json={"text": "Ile wynosi zasiłek macierzyński?"})

    (turn,) = named(spans, "chat.turn")
    (store,), (say,) = named(spans, "chat.store"), named(spans, "chat.say")
    assert {store.parent.span_id, say.parent.span_id} == {turn.context.span_id}
    statements = [span for span in spans.get_finished_spans() if span.name.startswith("db ")]
    assert "db INSERT" in {span.name for span in statements}
    assert {span.context.trace_id for span in statements} == {turn.context.trace_id}


def test_trace_goes_on_behind_rasa(spans: InMemorySpanExporter) -> None:
    sent: list[dict[str, str]] = []

    async def rasa(request: web.Request) -> web.Response:
        sent.append((await request.json())["metadata"])
        return web.json_response([{"text": "Dzień dobry"}])

    async def ask() -> None:
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", rasa)
        async with TestServer(app) as server:
            line = Loopback(f"http://127.0.0.1:{server.port}")
            await RasaBot(line).answer("conversation-7", "Dzień dobry", {"conversation": 7})
            await line.close()

    asyncio.run(ask())
    with tracing.span("action.run", parent=sent[0], action="action_manners"):
        pass

    (asked,), (ran,) = named(spans, "rasa.ask"), named(spans, "action.run")
    assert ran.parent.span_id == asked.context.span_id
    assert ran.context.trace_id == asked.context.trace_id
    assert dict(ran.attributes) == {"okienko.action": "action_manners"}


def test_mail_is_prepared_and_filed_in_spans(traced: Database, spans: InMemorySpanExporter) -> None:
    receive(traced, mail("Ile wynosi zasiłek?"))

    assert len(named(spans, "mail.prepare")) == len(named(spans, "mail.file")) == 1


def test_nobodys_data_is_in_a_trace(house: House, spans: InMemorySpanExporter) -> None:
    house.will_say(text="Klotylda Zmyślona, macierzynski")
    house.customer().post("/api/chat", json={"text": f"Jestem {PLANTED[0]}, PESEL {PLANTED[1]}, {PLANTED[2]}"})
    receive(house.database, mail(f"{PLANTED[0]} {PLANTED[1]} macierzynski", sender=PLANTED[2]))

    told = everything_told(spans)

    assert "chat.turn" in told
    assert "mail.file" in told
    assert not [words for words in PLANTED if words in told]


def test_of_an_error_only_its_type_is_told(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="44051401359"), tracing.span("chat.turn"):
        raise ValueError("44051401359")

    (turn,) = named(spans, "chat.turn")
    assert (turn.status.status_code, turn.status.description, len(turn.events)) == (StatusCode.ERROR, "ValueError", 0)


def test_nothing_travels_and_nothing_is_kept_while_nobody_traces() -> None:
    with tracing.span("chat.turn") as turn:
        assert not turn.is_recording()
        assert tracing.carrier() == {}
        assert not tracing.is_traced()
