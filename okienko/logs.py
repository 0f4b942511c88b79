"""Structured logs: one JSON object a line, without message bodies; personal data that slips in is masked."""

import logging
import sys
from typing import Any

import structlog

from polish.masking import mask

TALKATIVE = (
    "httpx2",
    "httpcore",
    "httpcore2",
    "imapclient",
    "asyncio",
    "mail.log",
    "alembic",
    "multipart",
    "python_multipart",
    "websockets",
)
OWN_FIELDS = frozenset({"level", "logger", "role", "timestamp"})
"""What we write ourselves into each line; digits of an instant are nobody's data."""


def configure(level: str, role: str) -> None:
    """Send all logs of this process to standard error as JSON lines.

    Args:
        level: DEBUG, INFO, WARNING or ERROR.
        role: the name of this process, told in each line.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                mask_values,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    hush()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(role=role)


def hush() -> None:
    """Keep libraries quiet that would write down addresses, queries, bodies or frames, whatever the level."""
    for talkative in TALKATIVE:
        logging.getLogger(talkative).setLevel(logging.WARNING)
    # At DEBUG it writes down the beginning and the end of each frame of a WebSocket.
    for server in ("uvicorn", "uvicorn.error"):
        logging.getLogger(server).setLevel(logging.INFO)


def mask_values(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Mask every text of a log line, however deep: belt and braces, since no code of ours logs what people write."""
    return {name: value if name in OWN_FIELDS else _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value).text
    if isinstance(value, dict):
        return {_masked(name): _masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float) else mask(repr(value)).text
