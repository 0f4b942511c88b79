"""The house's hours at the desk: its week, the days that differ, and what follows for the next days."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk import house_calendar
from helpdesk.calendar import Calendar, OtherDay, Span
from helpdesk.errors import TooMany
from helpdesk.polish_days import WARSAW, feasts
from helpdesk.tables import StaffSession
from polish.cleaning import clean
from web.desk.signed_in import Administering, AdministeringForm, back_to, parts_of
from web.pages import page

router = APIRouter(prefix="/admin/hours")

DAYS = 14
"""Days of the preview."""
FEASTS = 8
FARTHEST = timedelta(days=3 * 366)
LONGEST_NAME = 100
MOST_TYPED = 10
HOUR = re.compile(r"\s*(\d{1,2})[:.](\d\d)\s*", re.ASCII)


@dataclass(frozen=True)
class DayShown:
    """A day as the page shows it: closed without a span; `differs` when it is not as its week says."""

    day: date
    span: Span | None
    name: str
    differs: bool


@dataclass(frozen=True)
class Typed:
    """What was typed and cannot be kept, with the problem's name and, for the week, the weekday."""

    problem: str = ""
    weekday: int | None = None
    opens: Sequence[str] = ()
    closes: Sequence[str] = ()
    day: str = ""
    name: str = ""
    off: bool = True
    day_opens: str = ""
    day_closes: str = ""


class _Refused(Exception):
    """Hours that make no sense; carries the name of the problem."""


@router.get("")
def show(request: Request, me: Administering, saved: str = "") -> HTMLResponse:
    """Show the hours with a preview of the next days and the next feasts."""
    return _page(request, me, Typed(), saved=saved)


def _page(request: Request, me: StaffSession, typed: Typed, *, saved: str = "", code: int = 200) -> HTMLResponse:
    parts = parts_of(request)
    today = parts.clock().astimezone(WARSAW).date()
    with parts.database.reading() as session:
        calendar = house_calendar.load(session)
    week = [_written(span) for span in calendar.week]
    if typed.opens:
        week = list(zip(typed.opens, typed.closes, strict=True))
    return page(
        request,
        "desk/admin/hours.html",
        code=code,
        me=me,
        week=week,
        typed=typed,
        saved=saved,
        today=today,
        others=sorted((day, other) for day, other in calendar.others.items() if day >= today),
        preview=[_shown(calendar, today + timedelta(days=n)) for n in range(DAYS)],
        feasts=[_shown(calendar, day) for day in _next_feasts(today)],
        longest_name=LONGEST_NAME,
    )


def _written(span: Span | None) -> tuple[str, str]:
    if span is None:
        return "", ""
    return f"{span.opens:%H:%M}", f"{span.closes:%H:%M}" if span.closes != time(0) else "24:00"


def _shown(calendar: Calendar, day: date) -> DayShown:
    span = calendar.span_of(day)
    return DayShown(day, span, calendar.name_of(day), span != calendar.week[day.weekday()])


def _next_feasts(today: date) -> Sequence[date]:
    ahead: Mapping[date, str] = {**feasts(today.year), **feasts(today.year + 1)}
    return [day for day in sorted(ahead) if day >= today][:FEASTS]


@router.post("/week")
def set_week(
    request: Request,
    me: AdministeringForm,
    opens: Annotated[list[str], Form(max_length=7)],
    closes: Annotated[list[str], Form(max_length=7)],
) -> Response:
    """Set the hours of Monday to Sunday; a day with neither is off."""
    if len(opens) != 7 or len(closes) != 7:
        raise HTTPException(422)
    typed = [value[:MOST_TYPED] for value in opens], [value[:MOST_TYPED] for value in closes]
    week: list[Span | None] = []
    for number, (begin, end) in enumerate(zip(*typed, strict=True)):
        try:
            week.append(_span(begin, end) if begin or end else None)
        except _Refused as problem:
            return _page(request, me, Typed(str(problem), number, *typed), code=422)
    if not any(week):
        return _page(request, me, Typed("never", None, *typed), code=422)
    parts = parts_of(request)
    with parts.database.session() as session:
        house_calendar.set_week(session, week, by=me.staff, now=parts.clock())
        session.commit()
    return back_to("/desk/admin/hours?saved=week")


@router.post("/days")
def set_day(
    request: Request,
    me: AdministeringForm,
    day: Annotated[str, Form(max_length=MOST_TYPED)] = "",
    name: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
    off: Annotated[bool, Form()] = False,
    opens: Annotated[str, Form(max_length=MOST_TYPED)] = "",
    closes: Annotated[str, Form(max_length=MOST_TYPED)] = "",
) -> Response:
    """Let one day differ: a day off, or other hours, under a name."""
    parts = parts_of(request)
    try:
        chosen = _day(day, parts.clock().astimezone(WARSAW).date())
        other = OtherDay(_named(name), None if off else _span(opens, closes))
        with parts.database.session() as session:
            _set_day(session, chosen, other, me, parts.clock())
            session.commit()
    except _Refused as problem:
        typed = Typed(f"day-{problem}", day=day, name=name, off=off, day_opens=opens, day_closes=closes)
        return _page(request, me, typed, code=422)
    return back_to("/desk/admin/hours?saved=day")


def _set_day(session: Session, day: date, other: OtherDay, me: StaffSession, now: datetime) -> None:
    try:
        house_calendar.set_day(session, day, other, by=me.staff, now=now)
    except TooMany:
        raise _Refused("many") from None


@router.post("/days/{day}/remove")
def remove_day(request: Request, me: AdministeringForm, day: date) -> Response:
    """Let a day be as the week and the feasts say again."""
    parts = parts_of(request)
    with parts.database.session() as session:
        house_calendar.remove_day(session, day, by=me.staff, now=parts.clock())
        session.commit()
    return back_to("/desk/admin/hours?saved=removed")


def _span(opens: str, closes: str) -> Span:
    if not opens or not closes:
        raise _Refused("half")
    try:
        begin, end = _hour(opens), _hour(closes)
    except ValueError:
        raise _Refused("unreadable") from None
    try:
        return Span(begin, end)
    except ValueError:
        raise _Refused("reversed") from None


def _hour(written: str) -> time:
    """Read `7:00`, `07:00` or `7.00`; `24:00` is the midnight that ends the day. Raises ValueError."""
    found = HOUR.fullmatch(written)
    if found is None:
        raise ValueError(written)
    hour, minute = int(found[1]), int(found[2])
    return time(0) if (hour, minute) == (24, 0) else time(hour, minute)


def _day(written: str, today: date) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise _Refused("date") from None
    if day < today:
        raise _Refused("past")
    if day > today + FARTHEST:
        raise _Refused("far")
    return day


def _named(written: str) -> str:
    name = " ".join(clean(written).split())
    if not name:
        raise _Refused("name")
    return name
