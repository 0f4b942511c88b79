"""A ticket at the desk: reading it, taking, answering by mail, noting, transferring, solving."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import blobs, letters, merging, sealed_values, tickets
from helpdesk.answer_times import class_rules, is_late
from helpdesk.case_numbers import read_case_number
from helpdesk.errors import BadMerge, BadSplit, IllegalMove, NotFound
from helpdesk.lifecycle import Direction, TicketStatus
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.queues import Queue
from helpdesk.staff import may_work_on
from helpdesk.tables import Attachment, AuditEntry, Staff, Ticket, TicketMessage
from knowledge.render import answer_text
from polish.cleaning import clean
from polish.masking import mask
from web.desk.signed_in import Acting, Reading, back_to, parts_of
from web.desk.sorting import looked, sorting_of
from web.desk.ticket_facts import facts_of
from web.pages import page

MOST_CHARS = 20_000
Words = Annotated[str, Form(alias="text", max_length=MOST_CHARS)]

PROBLEMS = frozenset({"merge", "split", "tag", "link", "assign"})
"""What may have gone wrong with a form, as the page says."""

router = APIRouter()


@router.get("/tickets/{ticket_id}")
def show(request: Request, tasks: BackgroundTasks, me: Reading, ticket_id: int, problem: str = "") -> HTMLResponse:
    """Show a ticket with its messages, its history and the suggested article."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        ticket = visible(session.get(Ticket, ticket_id), me.staff)
        tasks.add_task(looked, parts, ticket_id, me.staff)
        wanted = select(TicketMessage).where(TicketMessage.ticket_id == ticket_id).order_by(TicketMessage.id)
        history = select(AuditEntry).where(AuditEntry.subject == f"ticket:{ticket_id}").order_by(AuditEntry.id)
        article = parts.article(ticket.article)
        likely = session.get(Ticket, ticket.likely_ticket_id) if ticket.likely_ticket_id else None
        written = session.scalars(wanted).all()
        return page(
            request,
            "desk/ticket.html",
            me=me,
            ticket=ticket,
            messages=written,
            facts=facts_of(session, parts, ticket, written),
            sorting=sorting_of(session, ticket, me.staff),
            problem=problem if problem in PROBLEMS else "",
            sealed=sealed_values.values_of_messages(session, written),
            history=session.scalars(history).all(),
            article=article,
            suggestion=answer_text(article, site=parts.site) if article else "",
            likely=likely if likely and may_work_on(me.staff, likely.queue, likely.consultant_id) else None,
            account_data_allowed=may_tell(ticket.level, Matter.INDIVIDUAL, Channel.MAIL),
            law=class_rules()[ticket.kind].law,
            late=is_late(ticket.answer_by, ticket.status, parts.clock()),
            can_solve=ticket.status not in {TicketStatus.SOLVED, TicketStatus.CLOSED},
            is_merged=ticket.merged_into_id is not None,
            queues=list(Queue),
            incoming=Direction.IN,
            note=Direction.NOTE,
            most_chars=MOST_CHARS,
        )


def visible(ticket: Ticket | None, staff: Staff) -> Ticket:
    """Return a ticket that this consultant may see; everything else does not exist for them."""
    if ticket is None or not may_work_on(staff, ticket.queue, ticket.consultant_id):
        raise HTTPException(404)
    return ticket


def _mine(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    try:
        return visible(tickets.get_ticket(session, ticket_id), staff)
    except NotFound:
        raise HTTPException(404) from None


@router.post("/tickets/{ticket_id}/take")
def take(request: Request, me: Acting, ticket_id: int) -> Response:
    """Become the ticket's owner."""
    parts = parts_of(request)
    with parts.database.session() as session:
        tickets.take(session, _mine(session, ticket_id, me.staff), me.staff, now=parts.clock())
        session.commit()
    return back_to(f"/desk/tickets/{ticket_id}")


@router.post("/tickets/{ticket_id}/answer")
def answer(request: Request, me: Acting, ticket_id: int, words: Words = "") -> Response:
    """Answer by mail: the letter goes to the outbox together with the change."""
    parts, masked = parts_of(request), mask(clean(words))
    words = masked.text
    with parts.database.session() as session:
        ticket = _mine(session, ticket_id, me.staff)
        if words and ticket.address and ticket.merged_into_id is None:
            letter = letters.render(
                "answer", number=ticket.number, subject=ticket.subject, text=words, consultant=me.staff.name
            )
            now = parts.clock()
            sent = tickets.answer(
                session,
                ticket,
                me.staff,
                letter,
                words,
                domain=parts.mail_domain,
                now=now,
                reply_address=parts.reply_address,
            )
            session.flush()
            sealed_values.keep(session, sent, masked.found, now=now)
            session.commit()
    return back_to(f"/desk/tickets/{ticket_id}")


@router.post("/tickets/{ticket_id}/note")
def note(request: Request, me: Acting, ticket_id: int, words: Words = "") -> Response:
    """Add an internal note."""
    parts, masked = parts_of(request), mask(clean(words))
    with parts.database.session() as session:
        ticket = _mine(session, ticket_id, me.staff)
        if masked.text:
            written = tickets.add_note(session, ticket, me.staff, masked.text, now=parts.clock())
            session.flush()
            sealed_values.keep(session, written, masked.found, now=parts.clock())
            session.commit()
    return back_to(f"/desk/tickets/{ticket_id}")


@router.post("/tickets/{ticket_id}/transfer")
def transfer(request: Request, me: Acting, ticket_id: int, queue: Annotated[Queue, Form()]) -> Response:
    """Move the ticket to another queue; one who does not work there goes back to the lists."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = _mine(session, ticket_id, me.staff)
        tickets.transfer(session, ticket, me.staff, queue, now=parts.clock())
        session.commit()
    return back_to("/desk")


@router.post("/tickets/{ticket_id}/solve")
def solve(request: Request, me: Acting, ticket_id: int) -> Response:
    """Declare the ticket solved."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = _mine(session, ticket_id, me.staff)
        try:
            tickets.solve(session, ticket, me.staff, now=parts.clock())
        except IllegalMove:
            return back_to(f"/desk/tickets/{ticket_id}")  # somebody solved it meanwhile; the page shows so
        session.commit()
    return back_to("/desk")


@router.post("/tickets/{ticket_id}/merge")
def merge(request: Request, me: Acting, ticket_id: int, number: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Make one case of this ticket and the one of the typed number, which one must be allowed to see too."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = _mine(session, ticket_id, me.staff)
        into = _named(session, number, me.staff)
        try:
            if into is None:
                raise BadMerge(number)
            merging.merge(session, ticket, into, me.staff, now=parts.clock())
        except BadMerge:
            return back_to(f"/desk/tickets/{ticket_id}?problem=merge")
        session.commit()
        return back_to(f"/desk/tickets/{into.id}")


def _named(session: Session, number: str, staff: Staff) -> Ticket | None:
    read = read_case_number(number)
    found = session.scalar(select(Ticket).where(Ticket.number == read[1])) if read else None
    return found if found and may_work_on(staff, found.queue, found.consultant_id) else None


@router.post("/tickets/{ticket_id}/messages/{message_id}/split")
def split(request: Request, me: Acting, ticket_id: int, message_id: int) -> Response:
    """Make a ticket of its own of a customer's message."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = _mine(session, ticket_id, me.staff)
        message = session.get(TicketMessage, message_id)
        if message is None or message.ticket_id != ticket.id:
            raise HTTPException(404)
        try:
            own = merging.split(session, message, me.staff, now=parts.clock())
        except BadSplit:
            return back_to(f"/desk/tickets/{ticket_id}?problem=split")
        session.commit()
        return back_to(f"/desk/tickets/{own.id}")


@router.get("/attachments/{attachment_id}")
def attachment(request: Request, me: Reading, attachment_id: int) -> Response:
    """Give an attachment as a download, never shown in the browser, under a name that says nothing."""
    with parts_of(request).database.reading() as session:
        found = session.get(Attachment, attachment_id)
        message = session.get(TicketMessage, found.message_id) if found else None
        if found is None or message is None:
            raise HTTPException(404)
        ticket = visible(session.get(Ticket, message.ticket_id), me.staff)
        if not may_tell(ticket.level, Matter.DOCUMENTS, Channel.DESK):
            raise HTTPException(404)
        content = blobs.get(session, found.sha256)
    headers = {
        "Content-Disposition": f'attachment; filename="zalacznik-{attachment_id}.bin"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
