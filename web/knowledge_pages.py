"""The routes of the knowledge: the public pages under `/wiedza`, the search of the API, and what robots read."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from web.knowledge import api, feeds, references, topics, translated
from web.knowledge.showing import missing

router = APIRouter()
# The address of a topic would also match those of the other pages, so it comes last.
for part in (api.router, feeds.router, references.router, translated.router, topics.router):
    router.include_router(part)


@router.get("/wiedza/{path:path}", include_in_schema=False)
def elsewhere(request: Request, path: str) -> Response:
    """Lead an address that ends in a slash to the page without it; else say that there is no such page."""
    if path.endswith("/") or not path:
        return RedirectResponse(f"/wiedza/{path}".rstrip("/"), status_code=308)
    return missing(request)
