"""Sorting one ticket at the desk: tags, priority, watching, links, a colleague as its owner.

The ticket's page includes `desk/ticket/_sorting.html` (or its parts `_tags`, `_priority`, `_watch` and `_links`) and
gives them `sorting=sorting_of(session, ticket, me.staff)`; who watches a ticket has seen it once `looked` was called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, HTTPException, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import bulk, linking, tagging, tickets, watching
from helpdesk.assigning import colleagues, may_own
from helpdesk.case_numbers import read_case_number
from helpdesk.errors import BadLink, BadTag, NotFound
from helpdesk.lifecycle import Priority
from helpdesk.staff import may_work_on
from helpdesk.tables import Staff, Ticket
from web.desk.signed_in import Acting, back_to, parts_of
from web.parts import Parts
from web.push import DESK

router = APIRouter(prefix="/tickets/{ticket_id}")


@dataclass(frozen=True)
class Sorting:
    """What the parts of a ticket's page show."""

    tags: Sequence[str]
    known_tags: Sequence[str]
    """Tags that others carry, to choose from."""
    priorities: Sequence[Priority]
    watched: bool
    has_news: bool
    links: Sequence[linking.Linked]
    colleagues: Sequence[Staff]


def sorting_of(session: Session, ticket: Ticket, staff: Staff) -> Sorting:
    """Return what the parts of a ticket's page show to somebody."""
    tags = tagging.of(session, ticket.id)
    return Sorting(
        tags=tags,
        known_tags=tagging.suggested(session, tags),
        priorities=list(Priority),
        watched=watching.is_watched(session, ticket.id, staff),
        has_news=watching.has_news(session, ticket, staff),
        links=linking.of(session, ticket.id, staff),
        colleagues=colleagues(session, ticket.queue),
    )


def looked(parts: Parts, ticket_id: int, staff: Staff) -> None:
    """Note that somebody looks at a ticket, if they watch it and it changed; nothing is written otherwise."""
    with parts.database.reading() as session:
        ticket = session.get(Ticket, ticket_id)
        if ticket is None or not watching.has_news(session, ticket, staff):
            return
    with parts.database.session() as session:
        watching.looked(session, ticket_id, staff, now=parts.clock())
        session.commit()


def _theirs(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    try:
        ticket = tickets.get_ticket(session, ticket_id)
    except NotFound:
        raise HTTPException(404) from None
    if not may_work_on(staff, ticket.queue, ticket.consultant_id):
        raise HTTPException(404)
    return ticket


@router.post("/tags")
def tag(
    request: Request, tasks: BackgroundTasks, me: Acting, ticket_id: int, tag: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Put a tag on the ticket."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = _theirs(session, ticket_id, me.staff)
        try:
            tagging.add(session, ticket, tagging.tag_of(tag), me.staff, now=parts.clock())
        except BadTag:
            return _back(ticket_id, "tag")
        session.commit()
    return _done(parts, tasks, ticket_id)


@router.post("/untag")
def untag(
    request: Request, tasks: BackgroundTasks, me: Acting, ticket_id: int, tag: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Take a tag off the ticket."""
    parts = parts_of(request)
    with parts.database.session() as session:
        tagging.remove(session, _theirs(session, ticket_id, me.staff), tag, me.staff, now=parts.clock())
        session.commit()
    return _done(parts, tasks, ticket_id)


@router.post("/priority")
def change_priority(
    request: Request, tasks: BackgroundTasks, me: Acting, ticket_id: int, priority: Annotated[Priority, Form()]
) -> Response:
    """Say how soon the ticket must be looked at."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = _theirs(session, ticket_id, me.staff)
        tickets.change_priority(session, ticket, priority, me.staff, now=parts.clock())
        session.commit()
    return _done(parts, tasks, ticket_id)


@router.post("/assign")
def assign(
    request: Request, tasks: BackgroundTasks, me: Acting, ticket_id: int, owner: Annotated[int, Form(ge=1, lt=2**31)]
) -> Response:
    """Make a colleague the ticket's owner; one who does not work on its queue cannot be."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = _theirs(session, ticket_id, me.staff)
        colleague = bulk.owner_of(session, owner)
        if colleague is None or not may_own(colleague, ticket.queue) or ticket.merged_into_id is not None:
            return _back(ticket_id, "assign")
        tickets.assign(session, ticket, me.staff, colleague, now=parts.clock())
        session.commit()
    return _done(parts, tasks, ticket_id)


@router.post("/watch")
def watch(request: Request, me: Acting, ticket_id: int, on: Annotated[bool, Form()] = True) -> Response:
    """Watch the ticket, or end that."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = _theirs(session, ticket_id, me.staff)
        change = watching.watch if on else watching.unwatch
        change(session, ticket, me.staff, now=parts.clock())
        session.commit()
    return _back(ticket_id)


@router.post("/links")
def link(
    request: Request,
    tasks: BackgroundTasks,
    me: Acting,
    ticket_id: int,
    number: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Link the ticket with the one of the typed number, which one must be allowed to see too."""
    parts, read = parts_of(request), read_case_number(number)
    with parts.database.session() as session:
        ticket = _theirs(session, ticket_id, me.staff)
        other = session.scalar(select(Ticket).where(Ticket.number == read[1])) if read else None
        try:
            if other is None or not may_work_on(me.staff, other.queue, other.consultant_id):
                raise BadLink(number)
            linking.link(session, ticket, other, me.staff, now=parts.clock())
        except BadLink:
            return _back(ticket_id, "link")
        session.commit()
    return _done(parts, tasks, ticket_id)


@router.post("/links/{link_id}/delete")
def unlink(request: Request, tasks: BackgroundTasks, me: Acting, ticket_id: int, link_id: int) -> Response:
    """Take a link away."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = _theirs(session, ticket_id, me.staff)
        if not linking.unlink(session, ticket, link_id, me.staff, now=parts.clock()):
            raise HTTPException(404)
        session.commit()
    return _done(parts, tasks, ticket_id)


def _done(parts: Parts, tasks: BackgroundTasks, ticket_id: int) -> Response:
    tasks.add_task(parts.gateway.push.publish, DESK)
    return _back(ticket_id)


def _back(ticket_id: int, problem: str = "") -> Response:
    return back_to(f"/desk/tickets/{ticket_id}" + (f"?problem={problem}" if problem else ""))
