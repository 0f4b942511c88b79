"""The desk's entrance: signing in and out, the queues, the state of the mail, and the live hints."""

import asyncio
import contextlib
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from helpdesk import audit, overview, start_lists, watching
from helpdesk import staff as people
from helpdesk.errors import Locked, NotVerified
from helpdesk.lifecycle import RawMailState
from helpdesk.outgoing import retry_dead
from helpdesk.roles import Permission, may
from helpdesk.tables import OutboxMail, RawMail, StaffSession, Ticket
from web.desk import appointments, chats, sealed, search_pages, sorting, ticket_pages, tickets
from web.desk.signed_in import COOKIE, Acting, Reading, back_to, parts_of, same_origin, session_of
from web.pages import page
from web.push import DESK, conversation_topic

BEAT = 25.0
"""Seconds between hints sent without a cause: they keep proxies from closing the line and refresh waiting times."""

HELD = frozenset({"spam", "loop"})
"""Rules that set a mail aside although it may be a customer's."""

router = APIRouter(prefix="/desk", include_in_schema=False)
router.include_router(chats.router)
router.include_router(ticket_pages.router)
router.include_router(search_pages.router)
router.include_router(tickets.router)
router.include_router(sorting.router)
router.include_router(sealed.router)
router.include_router(appointments.router)


@router.get("/login")
def login_page(request: Request) -> HTMLResponse:
    """Show the sign-in form."""
    return page(request, "desk/login.html", problem=None, login="")


@router.post("/login")
def login(request: Request, login: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "") -> Response:
    """Sign a consultant in."""
    parts = parts_of(request)
    with parts.database.session() as session:
        try:
            token = people.sign_in(session, login, password, now=parts.clock())
        except (NotVerified, Locked) as problem:
            session.commit()
            kind = "locked" if isinstance(problem, Locked) else "wrong"
            return page(request, "desk/login.html", code=403, problem=kind, login=login)
        session.commit()
    response = back_to("/desk")
    age = int(people.SIGNED_IN_FOR.total_seconds())
    response.set_cookie(
        COOKIE, token, max_age=age, path="/desk", httponly=True, samesite="lax", secure=parts.secure_cookies
    )
    return response


@router.post("/logout")
def logout(request: Request, _me: Acting) -> Response:
    """Sign out."""
    parts = parts_of(request)
    with parts.database.session() as session:
        people.sign_out(session, request.cookies.get(COOKIE, ""))
        session.commit()
    response = back_to("/desk/login")
    response.delete_cookie(COOKIE, path="/desk")
    return response


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
def mail(request: Request, me: Reading) -> HTMLResponse:
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
def rules(request: Request, me: Reading) -> HTMLResponse:
    """Show the rules by which mails are judged, in their order."""
    return page(request, "desk/mail_rules.html", me=me, rules=parts_of(request).mail_rules)


@router.post("/mail/{mail_id}/file")
def file(request: Request, me: Acting, mail_id: int) -> Response:
    """Let the mail worker make a ticket of a mail that a rule set aside."""
    parts = parts_of(request)
    with parts.database.session() as session:
        found = session.get(RawMail, mail_id, with_for_update=True)
        if found is not None and found.state is RawMailState.SET_ASIDE and found.outcome in HELD:
            found.state, found.outcome, found.cause = RawMailState.STORED, overview.WANTED, ""
            audit.record(session, f"raw mail:{mail_id}", "mail wanted", now=parts.clock(), by=me.staff)
        session.commit()
    return back_to("/desk/mail")


@router.post("/mail/{mail_id}/retry")
def retry(request: Request, _me: Acting, mail_id: int) -> Response:
    """Let the mail worker try a mail again that was set aside."""
    with parts_of(request).database.session() as session:
        found = session.get(RawMail, mail_id, with_for_update=True)
        if found is not None and found.state is RawMailState.SET_ASIDE:
            found.state, found.cause = RawMailState.STORED, ""
        session.commit()
    return back_to("/desk/mail")


@router.post("/outbox/{mail_id}/retry")
def retry_letter(request: Request, me: Acting, mail_id: int) -> Response:
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


@router.websocket("/ws")
async def hints(socket: WebSocket, chat: int | None = None) -> None:
    """Send a word whenever the shown page should look again; the page then fetches its fragment as usual."""
    if not same_origin(socket) or await run_in_threadpool(session_of, socket) is None:
        await socket.close(code=4401)
        return
    await socket.accept()
    async with parts_of(socket).gateway.push.subscribe(conversation_topic(chat) if chat else DESK) as changed:
        leaving = asyncio.create_task(_until_left(socket))
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while not leaving.done():
                waking = asyncio.create_task(changed.wait())
                await asyncio.wait({waking, leaving}, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
                waking.cancel()
                changed.clear()
                await socket.send_text("look")
        leaving.cancel()


async def _until_left(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()
