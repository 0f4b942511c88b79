"""Signs of life: `/healthz` for this process, `/readyz` for everything it needs, `/metrics` for Prometheus."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import overview, waiting
from web import lag_metrics, mail_metrics
from web.api_answers import problems
from web.metrics import WAITING

Check = Callable[[], Awaitable[bool]]
"""Tells whether one part can be used now; never raises."""

router = APIRouter(tags=["operations"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that this process lives."""
    return {"status": "ok"}


@router.get(
    "/readyz",
    responses={**problems(422), 503: {"model": dict[str, str], "description": "A part cannot be used now."}},
)
async def readyz(
    request: Request,
    response: Response,
    only: Annotated[
        list[str] | None, Query(max_length=10, description="the parts that are asked; all by default")
    ] = None,
) -> dict[str, str]:
    """Say which parts can be used; 503 unless all can, and from the moment on at which this node begins to leave.

    A proxy that may serve more than nothing while the bot is away asks for `only=database`.
    """
    checks: Mapping[str, Check] = request.app.state.checks
    asked = checks if only is None else {name: checks.get(name, _unknown) for name in only}
    found = {name: "ok" if await check() else "unavailable" for name, check in asked.items()}
    if _leaves(request.app):
        found["node"] = "leaving"
    if any(word != "ok" for word in found.values()):
        response.status_code = 503
    return found


def leave(app: FastAPI) -> None:
    """Let `/readyz` say from now on that this node leaves; everything else goes on."""
    app.state.leaves = True


def _leaves(app: FastAPI) -> bool:
    return getattr(app.state, "leaves", False)


async def _unknown() -> bool:
    return False


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Give the metrics in Prometheus' text form; those read from the database stay as they were while it is away."""
    parts = request.app.state.parts
    with suppress(SQLAlchemyError), parts.database.reading() as session:
        mail_metrics.show(overview.mail_lag(session), now=parts.clock())
        lag_metrics.show(session, now=parts.clock())
        for queue, number in waiting.numbers(session).items():
            WAITING.labels(queue.value).set(number)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
