"""The full-text search at the desk."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from helpdesk import ticket_search
from web.desk.signed_in import parts_of
from web.desk.ticket_pages import Shown, Working, choices, seer_of
from web.pages import page

router = APIRouter()


@router.get("/search")
def search(request: Request, me: Working, shown: Shown) -> HTMLResponse:
    """Show what was found; an empty query shows the form alone."""
    parts = parts_of(request)
    # Without a wish for a status also tickets that are over are found; other filters hold for them too.
    number = min(shown.page, ticket_search.MOST // ticket_search.PAGE)
    with parts.database.reading() as session:
        found = ticket_search.find(session, shown.q, shown.wanted(), seer_of(me.staff), now=parts.clock(), page=number)
        return page(
            request,
            "desk/search.html",
            me=me,
            now=parts.clock(),
            shown=shown,
            found=found,
            number=number,
            page_size=ticket_search.PAGE,
            most=ticket_search.MOST,
            **choices(session, me.staff),
        )
