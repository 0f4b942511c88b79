"""The lists of tickets at the desk: filters and saved views in the address, and one deed on many tickets."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk import bulk, keysets, saved_views, tagging
from helpdesk.assigning import colleagues
from helpdesk.errors import BadCursor, BadTag, NotFound, TooMany
from helpdesk.lifecycle import Priority, TicketClass, TicketStatus
from helpdesk.queues import Queue
from helpdesk.roles import Permission
from helpdesk.staff import specialities
from helpdesk.tables import Staff, StaffSession
from helpdesk.ticket_filters import SORTINGS, Order, Seer, View
from helpdesk.ticket_lists import count, page_of
from web.desk.list_address import Address, read_query
from web.desk.signed_in import acting, back_to, parts_of, reading
from web.pages import page
from web.push import DESK

CHANNELS = ("mail", "chat")
LANGUAGES = ("pl", "uk", "en", "ru", "de", "be")
"""Languages that a filter offers; others can be written into the address."""

Working = Annotated[StaffSession, reading(Permission.WORK_ON_CASES)]
WorkingForm = Annotated[StaffSession, acting(Permission.WORK_ON_CASES)]
Shown = Annotated[Address, Depends()]

router = APIRouter()


def seer_of(staff: Staff) -> Seer:
    """Return what of the tickets exists for somebody of the staff."""
    return Seer(staff.id, specialities(staff))


@router.get("/tickets")
def show(request: Request, me: Working, shown: Shown) -> HTMLResponse:
    """Show a list of tickets."""
    return _list(request, me, shown, "desk/tickets.html")


@router.get("/fragments/tickets")
def fragment(request: Request, me: Working, shown: Shown) -> HTMLResponse:
    """Give the rows alone, for refreshing."""
    return _list(request, me, shown, "desk/_tickets.html")


def _list(request: Request, me: StaffSession, shown: Address, template: str) -> HTMLResponse:
    parts = parts_of(request)
    now, wanted, seer = parts.clock(), shown.wanted(), seer_of(me.staff)
    cursor, is_lost = _cursor(shown)
    with parts.database.reading() as session:
        found = page_of(session, wanted, seer, now=now, cursor=cursor)
        return page(
            request,
            template,
            code=400 if is_lost else 200,
            me=me,
            now=now,
            shown=shown,
            lost=is_lost,
            tickets=found.rows,
            before=keysets.write(found.before) if found.before else "",
            after=keysets.write(found.after) if found.after else "",
            total=count(session, wanted, seer, now=now) if wanted.is_plain else None,
            views=[(view, saved_views.is_changeable(view, me.staff)) for view in saved_views.of(session, me.staff)],
            **choices(session, me.staff),
        )


def choices(session: Session, staff: Staff) -> Mapping[str, Any]:
    """Return what the forms of lists and of the search offer to choose from."""
    mine = specialities(staff)
    return {
        "list_views": list(View),
        "orders": list(Order),
        "queues": [queue for queue in Queue if queue in mine],
        "all_queues": list(Queue),
        "statuses": list(TicketStatus),
        "priorities": list(Priority),
        "kinds": list(TicketClass),
        "channels": CHANNELS,
        "languages": LANGUAGES,
        "colleagues": colleagues(session),
        "known_tags": tagging.suggested(session),
        "deeds": list(bulk.BulkDeed),
    }


def _cursor(shown: Address) -> tuple[keysets.Cursor | None, bool]:
    if not shown.cursor:
        return None, False
    order = shown.shown_order
    try:
        return keysets.read(shown.cursor, order.value, SORTINGS[order].kinds), False
    except BadCursor:
        return None, True


@router.post("/tickets/bulk")
def do_many(
    request: Request,
    tasks: BackgroundTasks,
    me: WorkingForm,
    deed: Annotated[bulk.BulkDeed, Form()],
    ids: Annotated[Sequence[int], Form()] = (),
    owner: Annotated[str, Form()] = "",
    queue: Annotated[str, Form()] = "",
    tag: Annotated[str, Form(max_length=200)] = "",
    priority: Annotated[str, Form()] = "",
    back: Annotated[str, Form(max_length=2000)] = "",
) -> HTMLResponse:
    """Do one thing to the ticked tickets, and say what was done and what not."""
    parts = parts_of(request)
    with parts.database.session() as session:
        given = read_query(f"queue={queue}&priority={priority}&owner={owner}")
        colleague = bulk.owner_of(session, given.owner)
        order = bulk.BulkOrder(deed, colleague, given.queue, _tag(tag), given.priority)
        done = None
        if ids and order.complete:
            done = bulk.carry_out(session, order, ids, me.staff, now=parts.clock())
            session.commit()
    tasks.add_task(parts.gateway.push.publish, DESK)
    answer = page(
        request,
        "desk/bulk_done.html",
        code=200 if done else 422,
        me=me,
        deed=deed,
        result=done,
        none_ticked=not ids,
        back=read_query(back).query(),
    )
    answer.background = tasks
    return answer


def _tag(typed: str) -> str:
    try:
        return tagging.tag_of(typed)
    except BadTag:
        return ""


@router.post("/views")
def save_view(
    request: Request,
    me: WorkingForm,
    name: Annotated[str, Form(max_length=200)] = "",
    query: Annotated[str, Form(max_length=2000)] = "",
    shared: Annotated[bool, Form()] = False,
) -> Response:
    """Keep the list's address under a name."""
    parts, kept, told = parts_of(request), read_query(query), _name(name)
    if told and len(kept.query()) <= 1000:
        with parts.database.session() as session:
            try:
                saved_views.save(session, me.staff, told, kept.query(), shared=shared, now=parts.clock())
            except TooMany:
                raise HTTPException(409) from None
            session.commit()
    return back_to(f"/desk/tickets?{kept.query()}")


@router.post("/views/{view_id}/rename")
def rename_view(
    request: Request, me: WorkingForm, view_id: int, name: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Give a view another name."""
    with parts_of(request).database.session() as session:
        view = _changeable(session, view_id, me.staff)
        view.name = _name(name) or view.name
        session.commit()
        return back_to(f"/desk/tickets?{view.query}")


@router.post("/views/{view_id}/delete")
def delete_view(request: Request, me: WorkingForm, view_id: int) -> Response:
    """Delete a view."""
    parts = parts_of(request)
    with parts.database.session() as session:
        saved_views.delete(session, _changeable(session, view_id, me.staff), me.staff, now=parts.clock())
        session.commit()
    return back_to("/desk/tickets")


def _changeable(session: Session, view_id: int, staff: Staff) -> Any:
    try:
        return saved_views.changeable(session, view_id, staff)
    except NotFound:
        raise HTTPException(404) from None


def _name(typed: str) -> str:
    return " ".join(typed.split())[: saved_views.LONGEST_NAME]
