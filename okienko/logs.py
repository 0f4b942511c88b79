"""Structured logs: one JSON object a line, without message bodies and personal data."""

import logging
import sys

import structlog


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
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These name addresses, queries or bodies at INFO and DEBUG.
    for talkative in ("httpx2", "httpcore", "imapclient", "asyncio", "mail.log", "alembic", "multipart"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(role=role)
