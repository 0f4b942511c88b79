"""The reports at the desk: an overview, a page for each matter, and every table as a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk import audit, house
from helpdesk.queues import Queue
from helpdesk.reports.periods import LONGEST, Preset
from helpdesk.reports.scope import Channel
from helpdesk.roles import Permission, may
from helpdesk.tables import StaffSession
from web.desk.reports_asked import Shown
from web.desk.reports_charts import FOLDED, Chart, picture
from web.desk.reports_file import file_of, name_of_file
from web.desk.reports_numbers import written
from web.desk.reports_tables import NAMING, TABLES, Asked, Table
from web.desk.reports_tiles import tiles
from web.desk.reports_words import words
from web.desk.signed_in import Reporting, parts_of
from web.pages import page

router = APIRouter(prefix="/reports")

SECTIONS: Mapping[str, Sequence[str]] = {
    "traffic": ("contacts", "days", "hours", "queues"),
    "times": ("waits", "endings", "handling", "kept", "backlog"),
    "answers": ("outcomes", "recognition", "topics"),
    "satisfaction": ("by_profile", "by_part", "by_queue", "by_channel"),
    "team": ("load",),
    "post": ("appointments", "mails", "aside", "letters", "mailbox"),
}
"""The pages and their tables; the overview has tiles besides."""
OVERVIEW = ("days", "backlog")
Wanted = Annotated[Shown, Depends()]


@dataclass(frozen=True)
class Card:
    """A table with its picture, as a page shows it; `folded` tables open on a click."""

    table: Table
    chart: Chart | None
    folded: bool


@router.get("")
def overview(request: Request, me: Reporting, shown: Wanted) -> HTMLResponse:
    """Show the figures that tell at a glance how the service is."""
    return _page(request, me, shown, "", OVERVIEW)


@router.get("/table.csv")
def table_file(request: Request, me: Reporting, shown: Wanted, name: str = "contacts") -> Response:
    """Give a table as a file for a spreadsheet; who takes one that names people is written down."""
    if name not in TABLES:
        raise HTTPException(404)
    parts = parts_of(request)
    with parts.database.reading() as session:
        asked = _asked(request, session, me, shown)
        table = TABLES[name](asked)
    if name in NAMING and asked.names:
        with parts.database.session() as session:
            reason = f"{asked.scope.period.first} {asked.scope.period.last}"
            audit.record(session, f"report:{name}", "report downloaded", now=parts.clock(), by=me.staff, reason=reason)
            session.commit()
    return Response(
        file_of(table),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name_of_file(table, asked.scope)}"',
            "Cache-Control": "no-store",
        },
    )


def _section(section: str) -> Callable[[Request, StaffSession, Shown], HTMLResponse]:
    def show(request: Request, me: Reporting, shown: Wanted) -> HTMLResponse:
        return _page(request, me, shown, section, SECTIONS[section])

    show.__doc__ = f"Show the tables and pictures of {section}."
    return show


for _name in SECTIONS:
    router.add_api_route(f"/{_name}", _section(_name), methods=["GET"], name=f"reports_{_name}")


def _asked(request: Request, session: Session, me: StaffSession, shown: Shown) -> Asked:
    parts = parts_of(request)
    now = parts.clock()
    return Asked(
        session=session,
        scope=shown.scope(now),
        now=now,
        minutes=house.load(session).service_minutes,
        titles={article.id: article.title for article in parts.knowledge().library.articles.values()},
        names=may(me.staff, Permission.LEAD),
    )


def _page(request: Request, me: StaffSession, shown: Shown, section: str, names: Sequence[str]) -> HTMLResponse:
    with parts_of(request).database.reading() as session:
        asked = _asked(request, session, me, shown)
        cards = [_card(TABLES[name](asked)) for name in names]
        return page(
            request,
            "desk/reports/report.html",
            me=me,
            section=section,
            sections=words("sections"),
            shown=shown,
            scope=asked.scope,
            longest=LONGEST,
            minutes=asked.minutes,
            tiles=tiles(asked) if not section else [],
            cards=cards,
            names=asked.names,
            written=written,
            presets=[(preset, words("presets")[preset.value]) for preset in Preset],
            queues=list(Queue),
            channels=[(channel, words("channels")[channel.value]) for channel in Channel],
        )


def _card(table: Table) -> Card:
    chart = picture(table)
    return Card(table, chart, chart is not None and table.name in FOLDED)
