"""The desk's routes put together; the queues and the state of the mail are here."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator

from helpdesk import audit, overview
from helpdesk import staff as people
from helpdesk.lifecycle import RawMailState, TicketStatus
from helpdesk.outgoing import retry_dead
from helpdesk.queues import Queue
from helpdesk.tables import OutboxMail, RawMail, StaffSession, Ticket
from web.desk import (
    account,
    admin,
    answering,
    appointments,
    callbacks,
    canned,
    chat_deeds,
    chats,
    deadlines,
    entrance,
    hours,
    line,
    notices,
    oidc,
    overdue,
    past_chats,
    presence,
    proposals,
    sealed,
    team,
    ticket_files,
    tickets,
)
from web.desk.signed_in import Reading, Working, WorkingForm, back_to, parts_of
from web.pages import page

HELD = frozenset({"spam", "loop"})
"""Rules that set a mail aside although it may be a customer's."""

Status = Annotated[TicketStatus | None, Query(), BeforeValidator(lambda chosen: chosen or None)]
"""A chosen status; the form's empty choice means every ticket that is not over."""

router = APIRouter(prefix="/desk", include_in_schema=False)
for _part in (
    entrance,
    oidc,
    account,
    presence,
    team,
    admin,
    hours,
    deadlines,
    canned,
    chats,
    chat_deeds,
    past_chats,
    notices,
    line,
    tickets,
    answering,
    ticket_files,
    proposals,
    sealed,
    appointments,
    callbacks,
    overdue,
):
    router.include_router(_part.router)


@dataclass(frozen=True)
class Shown:
    """What of the tickets a list shows, as its address says."""

    queue: Annotated[Queue | None, Query()] = None
    status: Status = None
    mine: bool = False
    number: Annotated[int, Query(ge=0, alias="page")] = 0


@router.get("")
def index(request: Request, me: Reading, shown: Annotated[Shown, Depends()]) -> HTMLResponse:
    """Show the waiting chats and the tickets of one's queues."""
    return _index(request, me, "desk/index.html", shown)


@router.get("/fragments/index")
def index_fragment(request: Request, me: Reading, shown: Annotated[Shown, Depends()]) -> HTMLResponse:
    """Give the lists alone, for refreshing."""
    return _index(request, me, "desk/_index.html", shown)


def _index(request: Request, me: StaffSession, template: str, shown: Shown) -> HTMLResponse:
    parts = parts_of(request)
    mine_to_see = people.specialities(me.staff)
    queues = mine_to_see & {shown.queue} if shown.queue else mine_to_see
    wanted = overview.TicketFilter(queues, shown.status, me.staff_id if shown.mine else None, shown.number)
    with parts.database.reading() as session:
        return page(
            request,
            template,
            me=me,
            notices=notices.notices_of(session, parts, me.staff),
            waiting=overview.waiting_chats(session, mine_to_see, now=parts.clock()),
            chats=overview.chats_of(session, me.staff, now=parts.clock()),
            tickets=overview.tickets(session, wanted),
            counts=overview.open_tickets_by_queue(session, mine_to_see),
            mail=overview.mail_counts(session),
            mail_lag=parts.mail_lag,
            titles={article.id: article.title for article in parts.knowledge().library.articles.values()},
            now=parts.clock(),
            queue=shown.queue,
            status=shown.status,
            mine=shown.mine,
            number=shown.number,
            page_size=overview.PAGE,
            statuses=list(TicketStatus),
            query=request.url.query,
        )


@router.get("/mail")
def mail(request: Request, me: Working) -> HTMLResponse:
    """Show the state of the mail: the counts, what was set aside, what could not be delivered."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        return page(
            request,
            "desk/mail.html",
            me=me,
            mail=overview.mail_counts(session),
            mail_lag=parts.mail_lag,
            now=parts.clock(),
            set_aside=overview.set_aside_mails(session),
            can_be_wanted=HELD,
            dead=overview.dead_letters(session, me.staff, people.specialities(me.staff)),
        )


@router.get("/mail/rules")
def rules(request: Request, me: Working) -> HTMLResponse:
    """Show the rules by which mails are judged, in their order."""
    return page(request, "desk/mail_rules.html", me=me, rules=parts_of(request).mail_rules)


@router.post("/mail/{mail_id}/file")
def file(request: Request, me: WorkingForm, mail_id: int) -> Response:
    """Let the mail worker make a ticket of a mail that a rule set aside."""
    parts = parts_of(request)
    with parts.database.session() as session:
        found = session.get(RawMail, mail_id, with_for_update=True)
        if found is None:
            raise HTTPException(404)
        if found.state is RawMailState.SET_ASIDE and found.outcome in HELD:
            found.state, found.outcome, found.cause = RawMailState.STORED, overview.WANTED, ""
            audit.record(session, f"raw mail:{mail_id}", "mail wanted", now=parts.clock(), by=me.staff)
        session.commit()
    return back_to("/desk/mail")


@router.post("/mail/{mail_id}/retry")
def retry(request: Request, _me: WorkingForm, mail_id: int) -> Response:
    """Let the mail worker try a mail again that was set aside."""
    with parts_of(request).database.session() as session:
        found = session.get(RawMail, mail_id, with_for_update=True)
        if found is None:
            raise HTTPException(404)
        if found.state is RawMailState.SET_ASIDE:
            found.state, found.cause = RawMailState.STORED, ""
        session.commit()
    return back_to("/desk/mail")


@router.post("/outbox/{mail_id}/retry")
def retry_letter(request: Request, me: WorkingForm, mail_id: int) -> Response:
    """Let the outbox try a mail again that was given up; one of other people's tickets does not exist."""
    parts = parts_of(request)
    with parts.database.session() as session:
        letter = session.get(OutboxMail, mail_id)
        ticket = session.get(Ticket, letter.ticket_id) if letter and letter.ticket_id else None
        if ticket is None or not people.may_work_on(me.staff, ticket.queue, ticket.consultant_id):
            raise HTTPException(404)
        retry_dead(session, OutboxMail, mail_id, now=parts.clock())
        session.commit()
    return back_to("/desk/mail")
