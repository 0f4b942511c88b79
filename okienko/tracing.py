"""Turns tracing on: spans go to a collector over OTLP, those of the database included."""

import atexit
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from sqlalchemy import Connection, Engine, event

from helpdesk.tracing import is_traced, span

OPEN = "okienko_span"


def trace_to(endpoint: str, role: str) -> None:
    """Send the spans of this process to a collector.

    How many are kept is said by the standard variables, such as `OTEL_TRACES_SAMPLER=parentbased_traceidratio` with
    `OTEL_TRACES_SAMPLER_ARG=0.05`.

    Args:
        endpoint: the collector's address, such as `http://127.0.0.1:4318`.
        role: the name of this process.
    """
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: f"okienko-{role}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)
    atexit.register(provider.shutdown)
    trace_database(Engine)


def trace_database(engine: type[Engine] | Engine) -> None:
    """Let each statement within a trace have a span that names its verb, never its words or values."""
    event.listen(engine, "before_cursor_execute", _begin)
    event.listen(engine, "after_cursor_execute", _end)
    event.listen(engine, "handle_error", _fail)


def _begin(connection: Connection, _cursor: Any, statement: str, _parameters: Any, _context: Any, many: bool) -> None:
    if is_traced():
        verb = statement.split(None, 1)[0].upper() if statement.strip() else "SQL"
        opened = span(f"db {verb}", many=many)
        opened.__enter__()
        connection.info[OPEN] = opened


def _end(connection: Connection, *_around: Any) -> None:
    opened = connection.info.pop(OPEN, None)
    if opened is not None:
        opened.__exit__(None, None, None)


def _fail(context: Any) -> None:
    if context.connection is not None:
        _end(context.connection)
