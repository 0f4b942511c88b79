"""The wall board: today's figures, large, refreshing themselves; no name and no customer's data."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from helpdesk.reports.wall import board
from helpdesk.tables import StaffSession
from web.desk.reports_numbers import short_duration, written
from web.desk.reports_words import Kind
from web.desk.signed_in import Reporting, parts_of
from web.pages import page

router = APIRouter(prefix="/wall")


@router.get("")
def show(request: Request, me: Reporting) -> HTMLResponse:
    """Show the board."""
    return _board(request, me, "desk/reports/wall.html")


@router.get("/fragment")
def fragment(request: Request, me: Reporting) -> HTMLResponse:
    """Give the figures alone, for refreshing; the page's own asking is no use of the session."""
    return _board(request, me, "desk/reports/_wall.html")


def _board(request: Request, me: StaffSession, template: str) -> HTMLResponse:
    parts = parts_of(request)
    now = parts.clock()
    with parts.database.reading() as session:
        shown = board(session, now=now)
    return page(
        request,
        template,
        me=me,
        board=shown,
        now=now,
        ago=lambda since: short_duration((now - since).total_seconds()),
        share=lambda value: written(_whole(value), Kind.SHARE),
        rating=lambda value: written(_whole(value), Kind.RATING),
    )


def _whole(share: float | None) -> float | None:
    """Return a share in whole per cent: from afar no more can be read."""
    return None if share is None else round(share, 2)
