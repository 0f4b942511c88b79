"""Administration of the staff: the list, adding, changing, resetting, signing out; and who serves which queue."""

from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from helpdesk import administration, house, staff_sessions, team
from helpdesk.administration import MOST_CHATS, Described
from helpdesk.credentials import MAX_LOGIN
from helpdesk.errors import BadLogin, LastAdministrator, LoginTaken, NotFound
from helpdesk.lifecycle import Role
from helpdesk.passwords import one_time_password
from helpdesk.queues import Queue
from helpdesk.secrets import hash_secret
from helpdesk.tables import Staff, StaffSession
from web.desk.signed_in import Administering, AdministeringForm, back_to, parts_of
from web.pages import page
from web.push import DESK
from web.working import hard_work

MAX_NAME, MAX_SUBJECT = 200, 255

router = APIRouter(prefix="/admin")


@dataclass(frozen=True)
class Typed:
    """The form of one person as it was typed, so that nothing typed is lost when something is wrong with it."""

    login: str = ""
    name: str = ""
    role: Role = Role.CONSULTANT
    queues: list[Queue] = field(default_factory=list)
    capacity: str = ""
    needs_approval: bool = False
    active: bool = False

    @classmethod
    def of(cls, staff: Staff) -> "Typed":
        """Return the form as it shows somebody."""
        known = administration.description_of(staff)
        capacity = "" if known.capacity is None else str(known.capacity)
        return cls(
            staff.login, known.name, known.role, list(known.queues), capacity, known.needs_approval, known.active
        )

    @property
    def problem(self) -> str | None:
        """What is wrong with it: `name`, `capacity`; None when nothing is."""
        if not 0 < len(self.name.strip()) <= MAX_NAME:
            return "name"
        if self.capacity.strip() and not 1 <= _number(self.capacity) <= MOST_CHATS:
            return "capacity"
        return None

    def described(self) -> Described:
        """Return what was typed; ask for its `problem` before."""
        capacity = _number(self.capacity) if self.capacity.strip() else None
        queues = tuple(queue for queue in Queue if queue in self.queues)
        return Described(" ".join(self.name.split()), self.role, queues, capacity, self.needs_approval, self.active)


def _number(typed: str) -> int:
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 6 else -1


def _typed(
    login: Annotated[str, Form(max_length=1_000)] = "",
    name: Annotated[str, Form(max_length=1_000)] = "",
    role: Annotated[Role, Form()] = Role.CONSULTANT,
    queues: Annotated[list[Queue] | None, Form()] = None,
    capacity: Annotated[str, Form(max_length=100)] = "",
    needs_approval: Annotated[bool, Form()] = False,
    active: Annotated[bool, Form()] = False,
) -> Typed:
    return Typed(login, name, role, queues or [], capacity, needs_approval, active)


@router.get("")
def staff(request: Request, me: Administering) -> HTMLResponse:
    """Show the whole staff."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        return page(
            request,
            "desk/admin/staff.html",
            me=me,
            people=administration.everybody(session),
            here={member.id for member in team.members(session, now=parts.clock()) if member.is_here},
            settings=house.load(session),
        )


@router.get("/staff/new")
def new(request: Request, me: Administering) -> HTMLResponse:
    """Show the empty form of a new person."""
    return _form(request, me, "desk/admin/staff_new.html", Typed(active=True))


@router.post("/staff")
async def add(request: Request, me: AdministeringForm, typed: Annotated[Typed, Depends(_typed)]) -> Response:
    """Add somebody and show their one-time password once."""
    if typed.problem:
        return _form(request, me, "desk/admin/staff_new.html", typed, problem=typed.problem)
    password = one_time_password()
    hashed = await hard_work(hash_secret, password)
    try:
        added = await run_in_threadpool(_add, request, me, typed, hashed)
    except BadLogin:
        return _form(request, me, "desk/admin/staff_new.html", typed, problem="login")
    except LoginTaken:
        return _form(request, me, "desk/admin/staff_new.html", typed, problem="taken")
    return _password_page(request, me, added, password)


def _add(request: Request, me: StaffSession, typed: Typed, hashed: str) -> Staff:
    parts = parts_of(request)
    with parts.database.session() as session, AdministratorsOnly():
        who = replace(typed.described(), active=True)
        added = administration.add(session, typed.login, who, hashed, by=me.staff, now=parts.clock())
        session.commit()
        return added


def _form(
    request: Request, me: StaffSession, template: str, typed: Typed, *, problem: str = "", **more: object
) -> HTMLResponse:
    return page(
        request,
        template,
        code=422 if problem else 200,
        me=me,
        typed=typed,
        problem=problem,
        roles=list(Role),
        all_queues=list(Queue),
        most_chats=MOST_CHATS,
        longest_login=MAX_LOGIN,
        **more,
    )


def _password_page(request: Request, me: StaffSession, whose: Staff, password: str) -> HTMLResponse:
    response = page(request, "desk/admin/one_time_password.html", me=me, whose=whose, password=password)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/staff/{staff_id}")
def person(request: Request, me: Administering, staff_id: int, done: str = "") -> HTMLResponse:
    """Show somebody's form."""
    return _person(request, me, staff_id, done=done)


def _person(
    request: Request,
    me: StaffSession,
    staff_id: int,
    *,
    typed: Typed | None = None,
    problem: str = "",
    done: str = "",
) -> HTMLResponse:
    parts = parts_of(request)
    with parts.database.reading() as session:
        whose = session.get(Staff, staff_id)
        if whose is None:
            raise HTTPException(404)
        chats, tickets = team.load_of(session, staff_id)
        return _form(
            request,
            me,
            "desk/admin/staff_edit.html",
            typed or Typed.of(whose),
            problem=problem,
            whose=whose,
            chats=chats,
            tickets=tickets,
            devices=staff_sessions.devices(session, staff_id, now=parts.clock()),
            has_provider=parts.staff_provider is not None,
            longest_subject=MAX_SUBJECT,
            done=done,
            now=parts.clock(),
        )


@router.post("/staff/{staff_id}")
async def change(
    request: Request, me: AdministeringForm, staff_id: int, typed: Annotated[Typed, Depends(_typed)]
) -> Response:
    """Change what is said of somebody; who may not sign in any more is signed out, and their chats wait again."""
    if typed.problem:
        return await run_in_threadpool(_person, request, me, staff_id, typed=typed, problem=typed.problem)
    try:
        await run_in_threadpool(_change, request, me, staff_id, typed)
    except LastAdministrator:
        return await run_in_threadpool(_person, request, me, staff_id, typed=typed, problem="last")
    await parts_of(request).gateway.push.publish(DESK)
    return back_to(f"/desk/admin/staff/{staff_id}?done=saved")


def _change(request: Request, me: StaffSession, staff_id: int, typed: Typed) -> None:
    parts = parts_of(request)
    with parts.database.session() as session, AdministratorsOnly():
        administration.change(session, staff_id, typed.described(), by=me.staff, now=parts.clock())
        session.commit()


@router.post("/staff/{staff_id}/password")
async def reset_password(request: Request, me: AdministeringForm, staff_id: int) -> Response:
    """Give somebody else a one-time password and show it once."""
    password = one_time_password()
    hashed = await hard_work(hash_secret, password)
    whose = await run_in_threadpool(_reset_password, request, me, staff_id, hashed)
    return _password_page(request, me, whose, password)


def _reset_password(request: Request, me: StaffSession, staff_id: int, hashed: str) -> Staff:
    parts = parts_of(request)
    with parts.database.session() as session, AdministratorsOnly():
        whose = administration.reset_password(session, staff_id, hashed, by=me.staff, now=parts.clock())
        session.commit()
        return whose


@router.post("/staff/{staff_id}/second-factor")
def reset_factor(request: Request, me: AdministeringForm, staff_id: int) -> Response:
    """Take away somebody else's second factor."""
    parts = parts_of(request)
    with parts.database.session() as session, AdministratorsOnly():
        administration.reset_factor(session, staff_id, by=me.staff, now=parts.clock())
        session.commit()
    return back_to(f"/desk/admin/staff/{staff_id}?done=factor")


@router.post("/staff/{staff_id}/sign-out")
def sign_out(request: Request, me: AdministeringForm, staff_id: int) -> Response:
    """Sign somebody out on every browser."""
    parts = parts_of(request)
    with parts.database.session() as session, AdministratorsOnly():
        administration.sign_out(session, staff_id, by=me.staff, now=parts.clock())
        session.commit()
    return back_to(f"/desk/admin/staff/{staff_id}?done=signed_out")


@router.post("/staff/{staff_id}/subject")
def link_subject(
    request: Request,
    me: AdministeringForm,
    staff_id: int,
    subject: Annotated[str, Form(max_length=MAX_SUBJECT)] = "",
) -> Response:
    """Link somebody with the one who they are at the provider, or take the link away."""
    parts = parts_of(request)
    if "\0" in subject:
        raise HTTPException(422)
    try:
        with parts.database.session() as session, AdministratorsOnly():
            administration.link_subject(session, staff_id, subject, by=me.staff, now=parts.clock())
            session.commit()
    except LoginTaken:
        return _person(request, me, staff_id, problem="subject")
    return back_to(f"/desk/admin/staff/{staff_id}?done=subject")


@router.get("/queues")
def queues(request: Request, me: Administering) -> HTMLResponse:
    """Show who serves which queue, and warn of those that nobody serves."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        return page(
            request,
            "desk/admin/queues.html",
            me=me,
            serving=team.serving(session),
            here={member.id for member in team.members(session, now=parts.clock()) if member.is_here},
        )


class AdministratorsOnly:
    """Turns the core's «no such person» and «no administrator any more» into «not found» for the browser."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if isinstance(problem, NotFound):
            raise HTTPException(404) from None
