"""Rendering of server-side pages: the templates, their filters, and the headers every page carries."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from helpdesk.hours import WARSAW
from helpdesk.lifecycle import Presence
from helpdesk.moments import weekdays
from helpdesk.roles import Permission, may
from helpdesk.tables import Staff
from knowledge.polish_dates import date_in, polish_date
from polish.masking import mask
from web.browsers import browser_name
from web.desk.asked import due_count, ticket_clock, unseen_cards
from web.desk.counts import proposals_waiting
from web.desk.evaluation_facts import figure_rows
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


def percent(share: float) -> str:
    """Write a share as per cent with one decimal place, such as `93,3%`."""
    return f"{share * 100:.1f}%".replace(".", ",")


def weekday(number: int) -> str:
    """Return the name of a weekday by its number, 0 for Monday."""
    return weekdays()[number]


def long_moment(value: datetime) -> str:
    """Write an instant as Warsaw time with its weekday, such as `sobota 21.11.2026, 14:05`."""
    return f"{weekday(value.astimezone(WARSAW).weekday())} {moment(value)}"


def tenths(value: float) -> str:
    """Write a number with one decimal place, as in `12,4`."""
    return f"{value:.1f}".replace(".", ",")


def masked(words: str) -> str:
    """Return words with personal data replaced by the name of its kind, for those who need no more."""
    return mask(words).text


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
        browser_name=browser_name,
        deed=deed,
        figure_rows=figure_rows,
        label=label,
        long_moment=long_moment,
        masked=masked,
        may=may_do,
        moment=moment,
        name_of=lambda value, kind: name_of(kind, value),
        percent=percent,
        polish_date=polish_date,
        proposals_waiting=proposals_waiting,
        tenths=tenths,
        weekday=weekday,
    )
    environment.globals.update(
        due_count=due_count, presences=list(Presence), ticket_clock=ticket_clock, unseen_cards=unseen_cards
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
