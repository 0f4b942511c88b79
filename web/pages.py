"""Rendering of server-side pages: the templates, their filters, and the headers every page carries."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from helpdesk.hours import WARSAW
from helpdesk.roles import Permission, may
from helpdesk.tables import Staff
from knowledge.polish_dates import date_in, polish_date
from web.headers import HEADERS
from web.labels import deed, label, name_of

TEMPLATES = Path(__file__).parent / "templates"


def moment(value: datetime) -> str:
    """Write an instant as Warsaw time, such as `21.11.2026, 14:05`."""
    return f"{value.astimezone(WARSAW):%d.%m.%Y, %H:%M}"


def day(value: datetime) -> str:
    """Write the day of an instant in Warsaw, such as `21.11.2026`."""
    return f"{value.astimezone(WARSAW):%d.%m.%Y}"


def clock(value: datetime) -> str:
    """Write the time of an instant in Warsaw, such as `14:05`."""
    return f"{value.astimezone(WARSAW):%H:%M}"


def may_do(staff: Staff, permission: str) -> bool:
    """Return whether somebody of the staff may do what a permission is named after, such as `lead`."""
    return may(staff, Permission(permission))


def named(value: str, kind: str) -> str:
    """Return the Polish name of a value of an open set, such as `Language`."""
    return name_of(kind, value)


@lru_cache(maxsize=1)
def _templates() -> Jinja2Templates:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clock=clock,
        date_in=date_in,
        day=day,
        deed=deed,
        label=label,
        may=may_do,
        moment=moment,
        named=named,
        polish_date=polish_date,
    )
    return Jinja2Templates(env=environment)


def rendered(template: str, **context: object) -> str:
    """Return the text of a template that is no page, such as a note."""
    return _templates().get_template(template).render(context)


def page(request: Request, template: str, *, code: int = 200, **context: object) -> HTMLResponse:
    """Return a page made from a template."""
    response = _templates().TemplateResponse(request, template, context, status_code=code)
    response.headers.update(HEADERS)
    return response
