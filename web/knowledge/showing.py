"""How every public page of the knowledge is answered: with its address for search engines, or as a kind 404."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from knowledge.polish_dates import POLISH
from web.knowledge.page_words import page_words
from web.pages import page
from web.parts import Parts


def show(
    request: Request, template: str, path: str, *, code: int = 200, lang: str = POLISH, **context: Any
) -> HTMLResponse:
    """Return a page of the knowledge.

    Args:
        request: who asks.
        template: its name below `knowledge/`.
        path: the one address of this page, whatever other addresses also lead to it; empty for a page
            that search engines should not keep.
        code: the status.
        lang: the language of the page.
        context: what the template shows.
    """
    parts: Parts = request.app.state.parts
    site = parts.site
    canonical = f"{site}{path}" if path else None
    # The header's search box repeats the question; on other pages it is empty.
    around: dict[str, Any] = {"q": "", "profile": None, "versions": [], "lang": lang, "w": page_words(lang)}
    shown = {**around, **context, "canonical": canonical, "site": site}
    return page(request, f"knowledge/{template}", code=code, **shown)


def missing(request: Request) -> HTMLResponse:
    """Return the page that says that there is no such page, and offers the search."""
    return show(request, "missing.html", "", code=404)


def document(request: Request, template: str, media_type: str, **context: Any) -> Response:
    """Return a document that machines read, made from a template."""
    response = show(request, template, "", **context)
    response.headers["Content-Type"] = media_type
    return response
