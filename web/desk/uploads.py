"""Room for uploads: only an answer with files may be large, and only of somebody who is signed in."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import Scope

from helpdesk.answers import LARGEST_FILES
from web.desk.signed_in import session_of
from web.limits import MOST_BYTES

_ANSWER = re.compile(r"/desk/tickets/\d{1,19}/answer")


async def room_for_files(scope: Scope) -> int:
    """Return how many bytes a request may bring: files with an answer, and what goes around them."""
    if scope["method"] != "POST" or not _ANSWER.fullmatch(scope["path"]):
        return MOST_BYTES
    signed_in = await run_in_threadpool(session_of, HTTPConnection(scope))
    return LARGEST_FILES + 4 * MOST_BYTES if signed_in is not None else MOST_BYTES
