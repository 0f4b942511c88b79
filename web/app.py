"""The web application: puts routes, pages and error answers together."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline

from web import chat_api, health, identity_api, knowledge_pages, oidc_pages
from web.desk import routes as desk
from web.errors import BadMessage
from web.limits import BodyLimit
from web.parts import Parts
from web.texts import text

STATIC = Path(__file__).parent / "static"
WIDGET = {"widget.js": "text/javascript", "widget.css": "text/css", "widget.json": "application/json"}


def build_app(parts: Parts, extra: Sequence[APIRouter] = ()) -> FastAPI:
    """Return the application over its parts.

    Args:
        parts: everything that is built at start-up.
        extra: further pages, such as those of the demonstration.
    """
    app: FastAPI = FastAPIOffline(
        title="Okienko",
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
        static_url="/api/docs-static",
        lifespan=parts.lifespan,
    )
    app.state.gateway, app.state.parts, app.state.checks = parts.gateway, parts, parts.checks
    app.add_middleware(BodyLimit)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(parts.origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type"],
        expose_headers=["Retry-After"],
    )
    app.add_exception_handler(BadMessage, _bad_message)
    app.add_exception_handler(RequestValidationError, _bad_request)
    for router in (
        chat_api.router,
        identity_api.router,
        oidc_pages.router,
        knowledge_pages.router,
        desk.router,
        health.router,
        *extra,
    ):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for name in WIDGET:
        app.add_api_route(f"/{name}", _widget_file, include_in_schema=False)
    return app


def _widget_file(request: Request) -> FileResponse:
    name = request.url.path.removeprefix("/")
    # Embedding pages live for months; a day-old widget would talk to a newer gateway.
    headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    return FileResponse(STATIC / name, media_type=WIDGET[name], headers=headers)


def _bad_message(_request: Request, problem: Exception) -> JSONResponse:
    if not isinstance(problem, BadMessage):
        raise problem
    headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
    return JSONResponse({"detail": problem.text}, status_code=problem.status, headers=headers)


def _bad_request(_request: Request, _problem: Exception) -> JSONResponse:
    return JSONResponse({"detail": text("bad_request")}, status_code=422)
