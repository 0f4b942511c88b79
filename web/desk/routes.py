"""The desk's routes put together; the queues and the state of the mail are here."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from helpdesk import audit, overview, start_lists, watching
from helpdesk import staff as people
from helpdesk.lifecycle import RawMailState
from helpdesk.outgoing import retry_dead
from helpdesk.roles import Permission, may
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
    corrections,
    deadlines,
    entrance,
    evaluations,
    hours,
    knowledge,
    line,
    models,
    notices,
    oidc,
    overdue,
    past_chats,
    presence,
    proposals,
    quality,
    quality_cards,
    quality_criteria,
    quality_mine,
    questions,
    reports,
    sealed,
    search_pages,
    sorting,
    team,
    ticket_files,
    ticket_pages,
    tickets,
    wall,
)
from web.desk.signed_in import Reading, Working, WorkingForm, back_to, parts_of
from web.pages import page

HELD = frozenset({"spam", "loop"})
"""Rules that set a mail aside although it may be a customer's."""

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
    corrections,
    chat_deeds,
    past_chats,
    notices,
    line,
    ticket_pages,
    search_pages,
    tickets,
    answering,
    sorting,
    ticket_files,
    proposals,
    sealed,
    appointments,
    callbacks,
    overdue,
    quality,
    quality_cards,
    quality_criteria,
    quality_mine,
    reports,
    wall,
    evaluations,
    models,
    knowledge,
    questions,
):
    router.include_router(_part.router)


@router.get("")
def index(request: Request, me: Reading) -> HTMLResponse:
    """Show what waits for who signed in."""
    return _index(request, me, "desk/index.html")


@router.get("/fragments/index")
def index_fragment(request: Request, me: Reading) -> HTMLResponse:
    """Give the lists alone, for refreshing."""
    return _index(request, me, "desk/_index.html")


def _index(request: Request, me: StaffSession, template: str) -> HTMLResponse:
    parts = parts_of(request)
    if not may(me.staff, Permission.WORK_ON_CASES):
        return page(request, template, me=me)
    queues, seer, now = people.specialities(me.staff), ticket_pages.seer_of(me.staff), parts.clock()
    with parts.database.reading() as session:
        return page(
            request,
            template,
            me=me,
            notices=notices.notices_of(session, parts, me.staff),
            now=now,
            waiting=overview.waiting_chats(session, queues, now=now),
            chats=overview.chats_of(session, me.staff, now=now),
            start=start_lists.start_of(session, seer, now=now),
            news=watching.news_count(session, me.staff),
            mail=overview.mail_lag(session),
            mail_lag=parts.mail_lag,
            titles={article.id: article.title for article in parts.knowledge().library.articles.values()},
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
