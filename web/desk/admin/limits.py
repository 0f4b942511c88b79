"""Administration of the house's limits: one form over all of `House`, with the bounds that its fields have."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from helpdesk import administrators, house, staff_sessions
from helpdesk.house import House
from helpdesk.tables import StaffSession
from web.desk.signed_in import Administering, AdministeringForm, back_to, parts_of
from web.labels import name_of
from web.pages import page

router = APIRouter(prefix="/admin/limits")
NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True)
class Setting:
    """One setting as the form shows it.

    Attributes:
        name: its name in `House`.
        label: its Polish name.
        explanation: what it means, in a sentence.
        kind: `bool`, `int` or `str`.
        value: what the form shows: the value now, or what was typed.
        was: the value that the form was filled with, so that only what one changed is changed.
        least: the lower bound of a number, or None.
        most: the upper bound of a number, or None.
        is_wrong: whether what was typed is not taken.
    """

    name: str
    label: str
    explanation: str
    kind: str
    value: str
    was: str
    least: int | None
    most: int | None
    is_wrong: bool = False


SHOWN = tuple(name for name, field in House.model_fields.items() if field.annotation in {int, bool})
"""The settings of this page; the opening hours have one of their own."""


@router.get("")
def show(request: Request, me: Administering, done: str = "") -> HTMLResponse:
    """Show the limits with their bounds."""
    with parts_of(request).database.reading() as session:
        now = _written(house.load(session))
    return _page(request, me, [_setting(name, now[name], now[name]) for name in SHOWN], done=done)


@router.post("")
async def change(request: Request, me: AdministeringForm) -> Response:
    """Change the limits that were changed in the form: all of them, or none when one is not taken."""
    typed = _read(await request.form())
    wrong = {name for name, (value, was) in typed.items() if value != was and not _is_taken(name, value)}
    if wrong:
        shown = [_setting(name, value, was, is_wrong=name in wrong) for name, (value, was) in typed.items()]
        return _page(request, me, shown, code=422)
    await run_in_threadpool(_change, request, me, {name: value for name, (value, was) in typed.items() if value != was})
    return back_to("/desk/admin/limits?done=saved")


def _change(request: Request, me: StaffSession, changed: Mapping[str, str]) -> None:
    parts = parts_of(request)
    with parts.database.session() as session:
        if me.staff_id not in administrators.hold(session):
            raise HTTPException(404)
        for name, value in changed.items():
            house.change(session, name, _value(name, value), by=me.staff, now=parts.clock())
        _take_effect(session, changed)
        session.commit()


def _take_effect(session: Session, changed: Mapping[str, str]) -> None:
    if "second_factor" in changed and house.load(session).second_factor:
        staff_sessions.ask_everybody_for_a_factor(session)


def _page(
    request: Request, me: StaffSession, settings: Sequence[Setting], *, code: int = 200, done: str = ""
) -> HTMLResponse:
    wrong = [setting for setting in settings if setting.is_wrong]
    return page(request, "desk/admin/limits.html", code=code, me=me, settings=settings, wrong=wrong, done=done)


def _setting(name: str, value: str, was: str, *, is_wrong: bool = False) -> Setting:
    known = House.model_fields[name]
    kind = known.annotation.__name__ if isinstance(known.annotation, type) else "str"
    return Setting(
        name=name,
        label=name_of("House", name),
        explanation=name_of("HouseExplained", name),
        kind=kind,
        value=value,
        was=was,
        least=_bound(known, "ge"),
        most=_bound(known, "le"),
        is_wrong=is_wrong,
    )


def _bound(known: FieldInfo, kind: str) -> int | None:
    return next((getattr(rule, kind) for rule in known.metadata if hasattr(rule, kind)), None)


def _written(settings: House) -> Mapping[str, str]:
    """Return each value as the form writes it; `true` and the empty string for what is on or off."""
    return {name: _word(value) for name, value in settings.model_dump(mode="json").items()}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)


def _read(form: FormData) -> Mapping[str, tuple[str, str]]:
    """Return what was typed and what the form was filled with; what the form does not hold counts as unchanged."""
    found = {}
    for name in SHOWN:
        was = form.get(f"was_{name}")
        if isinstance(was, str):
            typed = form.get(name, "")
            found[name] = (typed.strip()[:100] if isinstance(typed, str) else "", was[:100])
    return found


def _is_taken(name: str, typed: str) -> bool:
    try:
        House.model_validate({name: _value(name, typed)})
    except (ValueError, ValidationError):
        return False
    return True


def _value(name: str, typed: str) -> Any:
    """Return the value that was typed; raises ValueError when it is no such value."""
    kind = House.model_fields[name].annotation
    if kind is bool:
        return typed == "true"
    if kind is int:
        if not NUMBER.fullmatch(typed):
            raise ValueError(typed)
        return int(typed)
    return typed
