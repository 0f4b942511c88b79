"""Spans of work for traces: how long a turn took, and in which part. They cost next to nothing while nobody traces.

A span says what was done, never about whom or with which words: its name is written in the code, its attributes are
counts and names of ours, and of an error it keeps the type alone, since messages may hold what people wrote.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

NAME = "okienko"
Attribute = str | int | float | bool

_tracer = trace.get_tracer(NAME)
_propagator = TraceContextTextMapPropagator()


@contextmanager
def span(name: str, *, parent: Mapping[str, object] | None = None, **attributes: Attribute) -> Iterator[Span]:
    """Trace a piece of work; also a decorator.

    Args:
        name: what is done, such as `chat.turn`.
        parent: what `carrier` gave to another process; None for the span that is open here.
        attributes: counts and names of ours, shown below `okienko.`.
    """
    given = {f"{NAME}.{key}": value for key, value in attributes.items()}
    with _tracer.start_as_current_span(
        name, _context(parent), attributes=given, record_exception=False, set_status_on_exception=False
    ) as opened:
        try:
            yield opened
        except Exception as problem:
            opened.set_status(Status(StatusCode.ERROR, type(problem).__name__))
            raise


def is_traced() -> bool:
    """Return whether what is done now belongs to a trace that is kept."""
    return trace.get_current_span().is_recording()


def carrier() -> Mapping[str, str]:
    """Return what another process needs to go on with this trace (W3C Trace Context); empty while nobody traces."""
    found: dict[str, str] = {}
    _propagator.inject(found)
    return found


def _context(parent: Mapping[str, object] | None) -> Context | None:
    """Return where a span belongs; with a parent that says nothing it begins a trace of its own."""
    if parent is None:
        return None
    return _propagator.extract({key: value for key, value in parent.items() if isinstance(value, str)}, Context())
