"""Puts the Rasa role together: the front listens at Rasa's address, the exchange looks after what is behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from helpdesk.database import Database
from knowledge.library import load
from okienko.errors import CommandError, PartMissing
from okienko.places import ARTICLES, BOT_PYTHON
from okienko.rasa.engine import Engine, start
from okienko.rasa.exchange import Exchange
from okienko.rasa.following import Shelf
from okienko.rasa.front import Front
from okienko.settings import Settings
from okienko.storage import now
from okienko.training import bot_environment, inputs, model_path

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
KEPT_OPEN = 75
"""Seconds for which an idle connection of a caller stays open: longer than callers use one again."""


def serve(settings: Settings, database: Database) -> None:
    """Serve until told to end.

    Raises:
        PartMissing: Rasa's environment or the release's own model is missing.
        CommandError: the release's own model cannot be loaded.
    """
    if not BOT_PYTHON.exists():
        raise PartMissing("Rasa's environment (bot/.venv) is missing; `make install` makes it")
    place = urlsplit(settings.rasa_url)
    front, problems = Front(), list[CommandError]()
    app = build_app(front, shelf_of(settings, database), settings, problems)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=place.hostname or "127.0.0.1",
            port=place.port or 80,
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEPT_OPEN,
            timeout_graceful_shutdown=5,
        )
    )
    app.state.server = server
    server.run()
    if problems:
        raise problems[0]


def shelf_of(settings: Settings, database: Database) -> Shelf:
    """Return the models of this node."""
    release = model_path(settings, load(ARTICLES))
    return Shelf(database, inputs(), release, release.parent / "desk", now)


def build_app(front: Front, shelf: Shelf, settings: Settings, problems: list[CommandError]) -> Starlette:
    """Return the front as an application; what ends it for good is left in `problems`."""
    token = settings.rasa_token.get_secret_value()

    def begin(model: Path) -> Awaitable[Engine]:
        return start(model, bot_environment(settings), token)

    async def follow(app: Starlette) -> None:
        try:
            await Exchange(front, shelf, begin).follow()
        except CommandError as problem:
            problems.append(problem)
            app.state.server.should_exit = True

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(follow(app))
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return Starlette(routes=[Route("/{path:path}", front.hand_on, methods=METHODS)], lifespan=lifespan)
