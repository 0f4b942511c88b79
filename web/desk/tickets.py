"""A ticket at the desk: its page, and taking, noting, transferring, solving, merging and splitting it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import drafts, merging, revisions, sealed_values, tickets
from helpdesk.case_numbers import read_case_number
from helpdesk.errors import BadMerge, BadSplit, IllegalMove, Stale
from helpdesk.queues import Queue
from helpdesk.staff import may_work_on
from helpdesk.tables import Staff, StaffSession, Ticket, TicketMessage
from polish.cleaning import clean
from polish.masking import mask
from web.desk.case_access import locked
from web.desk.case_access import visible as visible
from web.desk.signed_in import Acting, Reading, back_to, parts_of
from web.desk.sorting import looked
from web.desk.ticket_forms import Mark, Revision, Typed, Words, problem_of
from web.desk.ticket_page import Shown, show_ticket

router = APIRouter()


@router.get("/tickets/{ticket_id}")
def show(
    request: Request, tasks: BackgroundTasks, me: Reading, ticket_id: int, shown: Annotated[Shown, Depends()]
) -> HTMLResponse:
    """Show a ticket with its messages, its history and the suggested articles."""
    tasks.add_task(looked, parts_of(request), ticket_id, me.staff)
    return show_ticket(request, me, ticket_id, shown)


def changed(
    request: Request,
    me: StaffSession,
    ticket_id: int,
    revision: int | None,
    mark: str,
    change: Callable[[Session, Ticket], str],
    typed: Typed | None = None,
) -> Response:
    """Change a ticket in one unit of work, unless somebody else changed it since the page was read.

    Args:
        request: the request.
        me: who acts.
        ticket_id: which ticket.
        revision: the state that the form shows.
        mark: from where the changes since are told.
        change: does it, and returns the address to go on to.
        typed: what the refused page shows again.
    """
    parts = parts_of(request)
    try:
        with parts.database.session() as session:
            there = change(session, locked(session, ticket_id, me.staff, revision))
            session.commit()
            return back_to(there)
    except Stale:
        return refused_as_stale(request, me, ticket_id, mark, typed or Typed(), "note" if typed else "deed")


def refused_as_stale(
    request: Request, me: StaffSession, ticket_id: int, mark: str, typed: Typed, part: str
) -> HTMLResponse:
    """Return the ticket's page with what was typed and what changed since; nothing was saved."""
    with parts_of(request).database.reading() as session:
        changes = revisions.since(session, ticket_id, mark)
        for entry in changes.deeds:
            _ = entry.staff  # read while the session is open
    problem = problem_of("stale", part, changes=changes)
    kept = Typed(typed.answer, typed.note, typed.channel, typed.reader, problem)
    return show_ticket(request, me, ticket_id, code=409, typed=kept)


@router.post("/tickets/{ticket_id}/take")
def take(request: Request, me: Acting, ticket_id: int, revision: Revision = None, mark: Mark = "") -> Response:
    """Become the ticket's owner."""

    def change(session: Session, ticket: Ticket) -> str:
        tickets.take(session, ticket, me.staff, now=parts_of(request).clock())
        return f"/desk/tickets/{ticket_id}"

    return changed(request, me, ticket_id, revision, mark, change)


@router.post("/tickets/{ticket_id}/note")
def note(
    request: Request, me: Acting, ticket_id: int, words: Words = "", revision: Revision = None, mark: Mark = ""
) -> Response:
    """Add an internal note."""
    masked, now = mask(clean(words)), parts_of(request).clock()

    def change(session: Session, ticket: Ticket) -> str:
        if masked.text:
            written = tickets.add_note(session, ticket, me.staff, masked.text, now=now)
            session.flush()
            sealed_values.keep(session, written, masked.found, now=now)
            drafts.drop(session, me.staff_id, drafts.subject_of(ticket_id, "note"))
        return f"/desk/tickets/{ticket_id}"

    return changed(request, me, ticket_id, revision, mark, change, Typed(note=words))


@router.post("/tickets/{ticket_id}/transfer")
def transfer(
    request: Request,
    me: Acting,
    ticket_id: int,
    queue: Annotated[Queue, Form()],
    revision: Revision = None,
    mark: Mark = "",
) -> Response:
    """Move the ticket to another queue; one who does not work there goes back to the lists."""

    def change(session: Session, ticket: Ticket) -> str:
        tickets.transfer(session, ticket, me.staff, queue, now=parts_of(request).clock())
        return "/desk"

    return changed(request, me, ticket_id, revision, mark, change)


@router.post("/tickets/{ticket_id}/solve")
def solve(request: Request, me: Acting, ticket_id: int, revision: Revision = None, mark: Mark = "") -> Response:
    """Declare the ticket solved."""

    def change(session: Session, ticket: Ticket) -> str:
        try:
            tickets.solve(session, ticket, me.staff, now=parts_of(request).clock())
        except IllegalMove:
            return f"/desk/tickets/{ticket_id}"  # somebody solved it meanwhile; the page shows so
        return "/desk"

    return changed(request, me, ticket_id, revision, mark, change)


@router.post("/tickets/{ticket_id}/merge")
def merge(
    request: Request,
    me: Acting,
    ticket_id: int,
    number: Annotated[str, Form(max_length=20)] = "",
    revision: Revision = None,
    mark: Mark = "",
) -> Response:
    """Make one case of this ticket and the one of the typed number, which one must be allowed to see too."""

    def change(session: Session, ticket: Ticket) -> str:
        into = _named(session, number, me.staff)
        try:
            if into is None:
                raise BadMerge(number)
            merging.merge(session, ticket, into, me.staff, now=parts_of(request).clock())
        except BadMerge:
            return f"/desk/tickets/{ticket_id}?problem=merge"
        return f"/desk/tickets/{into.id}"

    return changed(request, me, ticket_id, revision, mark, change)


def _named(session: Session, number: str, staff: Staff) -> Ticket | None:
    read = read_case_number(number)
    found = session.scalar(select(Ticket).where(Ticket.number == read[1])) if read else None
    return found if found and may_work_on(staff, found.queue, found.consultant_id) else None


@router.post("/tickets/{ticket_id}/messages/{message_id}/split")
def split(
    request: Request, me: Acting, ticket_id: int, message_id: int, revision: Revision = None, mark: Mark = ""
) -> Response:
    """Make a ticket of its own of a customer's message."""

    def change(session: Session, ticket: Ticket) -> str:
        message = session.get(TicketMessage, message_id)
        if message is None or message.ticket_id != ticket.id:
            raise HTTPException(404)
        try:
            own = merging.split(session, message, me.staff, now=parts_of(request).clock())
        except BadSplit:
            return f"/desk/tickets/{ticket_id}?problem=split"
        return f"/desk/tickets/{own.id}"

    return changed(request, me, ticket_id, revision, mark, change)
