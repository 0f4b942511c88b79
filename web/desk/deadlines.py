"""The rules of the deadlines at the desk: a table of queues and priorities that administrators fill in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from helpdesk import deadline_rules
from helpdesk.deadlines import LEAST, MOST, Key, Rule, defaults
from helpdesk.errors import BadDeadline
from helpdesk.lifecycle import Priority
from helpdesk.queues import Queue
from helpdesk.tables import StaffSession
from web.desk.signed_in import Administering, AdministeringForm, back_to, parts_of
from web.pages import page

router = APIRouter(prefix="/admin/deadlines")

KEYS: Sequence[Key] = tuple((queue, priority) for queue in Queue for priority in Priority)
"""The lines of the table in their order."""
MINUTE = timedelta(minutes=1)
Column = Annotated[list[str], Form(max_length=len(KEYS))]


@dataclass(frozen=True)
class Line:
    """A line of the table: what is typed, in minutes of opening hours, and the default."""

    queue: Queue
    priority: Priority
    response: str
    solution: str
    default: Rule
    is_bad: bool = False
    is_own: bool = False


@router.get("")
def show(request: Request, me: Administering, saved: int | None = None) -> HTMLResponse:
    """Show the rules that hold."""
    with parts_of(request).database.reading() as session:
        policy = deadline_rules.load(session)
    lines = [Line(*key, *_minutes(policy.rule(*key)), defaults()[key], is_own=key in policy.own) for key in KEYS]
    return _page(request, me, lines, saved=saved)


@router.post("")
def save(request: Request, me: AdministeringForm, response: Column, solution: Column) -> Response:
    """Set the rules, in the order of `KEYS`; nothing is kept while one of them makes no sense."""
    if len(response) != len(KEYS) or len(solution) != len(KEYS):
        raise HTTPException(422)
    typed = dict(zip(KEYS, zip(response, solution, strict=True), strict=True))
    read = {key: _rule(*pair) for key, pair in typed.items()}
    wanted = {key: rule for key, rule in read.items() if rule is not None}
    if len(wanted) < len(KEYS):
        return _page(request, me, _as_typed(typed, read), code=422)
    parts = parts_of(request)
    with parts.database.session() as session:
        changed = deadline_rules.change(session, wanted, by=me.staff, now=parts.clock())
        session.commit()
    return back_to(f"/desk/admin/deadlines?saved={changed}")


def _as_typed(typed: Mapping[Key, tuple[str, str]], read: Mapping[Key, Rule | None]) -> Sequence[Line]:
    return [
        Line(*key, response[:10], solution[:10], defaults()[key], is_bad=read[key] is None)
        for key, (response, solution) in typed.items()
    ]


def _page(
    request: Request, me: StaffSession, lines: Sequence[Line], *, saved: int | None = None, code: int = 200
) -> HTMLResponse:
    bad = sum(line.is_bad for line in lines)
    context = {
        "me": me,
        "lines": lines,
        "saved": saved,
        "bad": bad,
        "least": LEAST,
        "most": MOST,
        "priorities": len(Priority),
    }
    return page(request, "desk/admin/deadlines.html", code=code, **context)


def _minutes(rule: Rule) -> tuple[str, str]:
    return str(rule.response // MINUTE), str(rule.solution // MINUTE)


def _rule(response: str, solution: str) -> Rule | None:
    """Return the rule that was typed; None when it makes no sense."""
    rule = Rule(_read(response), _read(solution))
    try:
        deadline_rules.check(rule)
    except BadDeadline:
        return None
    return rule


def _read(typed: str) -> timedelta:
    digits = typed.strip()
    return int(digits) * MINUTE if digits.isascii() and digits.isdecimal() and len(digits) < 7 else timedelta()
