"""The web application: puts routes, pages and error answers together."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline

from web import (
    api_docs,
    chat_api,
    health,
    identity_api,
    knowledge_pages,
    letter_pages,
    oidc_pages,
    transcript_api,
    widget_files,
)
from web.desk import routes as desk
from web.desk.uploads import room_for_files
from web.errors import BadMessage
from web.headers import SafeHeaders
from web.limits import BodyLimit
from web.parts import Parts
from web.response_counts import ResponseCounts
from web.texts import text
from web.trouble import tell_of_trouble
from web.waiting_room import WaitingRoom

STATIC = Path(__file__).parent / "static"


def build_app(parts: Parts, extra: Sequence[APIRouter] = ()) -> FastAPI:
    """Return the application over its parts.

    Args:
        parts: everything that is built at start-up.
        extra: further pages, such as those of the demonstration.
    """
    app: FastAPI = FastAPIOffline(
        title="Okienko",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        static_url="/api/docs-static",
        lifespan=parts.lifespan,
    )
    furnish(app, parts)
    app.add_middleware(SafeHeaders)
    app.add_middleware(BodyLimit, room=room_for_files)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(parts.origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type"],
        expose_headers=["Retry-After"],
    )
    app.add_middleware(ResponseCounts)
    tell_of_trouble(app)
    app.add_exception_handler(BadMessage, _bad_message)
    app.add_exception_handler(OverflowError, _no_such_number)
    app.add_exception_handler(RequestValidationError, _bad_request)
    # Bodies that are no text, or broken multipart: the framework's own words are not for customers.
    app.add_exception_handler(400, _bad_request)
    own = (
        chat_api,
        identity_api,
        oidc_pages,
        transcript_api,
        letter_pages,
        knowledge_pages,
        desk,
        health,
        api_docs,
        widget_files,
    )
    for router in (*(module.router for module in own), *extra):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def furnish(app: FastAPI, parts: Parts) -> None:
    """Let an application work on these parts from now on."""
    app.state.gateway, app.state.parts, app.state.checks = parts.gateway, parts, parts.checks
    app.state.waiting_room = WaitingRoom(parts.database, parts.gateway.lobby.hours, parts.clock)
    app.state.leaves = False


def _bad_message(_request: Request, problem: Exception) -> JSONResponse:
    if not isinstance(problem, BadMessage):
        raise problem
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return JSONResponse({"detail": problem.text}, status_code=problem.status, headers=headers)


def _no_such_number(_request: Request, _problem: Exception) -> JSONResponse:
    # SQLite's driver takes no number beyond 64 bits, and no record has one.
    return JSONResponse({"detail": text("bad_request")}, status_code=404)


def _bad_request(_request: Request, _problem: Exception) -> JSONResponse:
    return JSONResponse({"detail": text("bad_request")}, status_code=422)
