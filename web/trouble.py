"""What visitors get while the database is away or something fails: a sentence in Polish, never a trace."""

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from web.pages import page
from web.texts import text

AWAY = (OperationalError, InterfaceError, DisconnectionError, NoConnection)
"""How SQLAlchemy says that the database cannot be reached, or has no connection to spare."""
RETRY_AFTER = 3
"""Seconds after which it makes sense to try again."""

log = structlog.get_logger(__name__)


def tell_of_trouble(app: FastAPI) -> None:
    """Let an application answer so; what failed for another reason is still logged with its trace."""
    for kind in AWAY:
        app.add_exception_handler(kind, _away)
    app.add_exception_handler(Exception, _failed)


def _away(request: Request, problem: Exception) -> Response:
    cause = str(getattr(problem, "orig", None) or problem).partition("\n")[0]
    log.warning("database.unavailable", problem=cause, path=getattr(request.scope.get("route"), "path", ""))
    answer = _told(request, "away", 503)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def _failed(request: Request, _problem: Exception) -> Response:
    return _told(request, "failed", 500)


def _told(request: Request, words: str, status: int) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return page(request, "trouble.html", code=status, words=text(words))
    return JSONResponse({"detail": text(words)}, status_code=status)
