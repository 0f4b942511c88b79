"""Live chats at the desk: the page with several side by side, one alone, taking, answering, and what was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from helpdesk import chat_drafts, chat_log, conversations, live_chats, offers, overview, parting, sealed_values
from helpdesk.errors import AlreadyTaken
from helpdesk.lifecycle import Level, Mode
from helpdesk.ownership import change_owned
from helpdesk.queues import Queue
from helpdesk.roles import Permission
from helpdesk.staff import may_work_on, specialities
from helpdesk.tables import Conversation, StaffSession
from polish.cleaning import clean
from polish.masking import mask
from web import metrics
from web.desk.chat_forms import Back, OwnOnly, after_form, hint
from web.desk.chat_view import MOST_CHARS, ChatView, look, visible
from web.desk.reading_marks import note_reading
from web.desk.signed_in import Acting, Reading, parts_of, reading
from web.pages import page
from web.push import DESK, conversation_topic, queue_topic, staff_topic
from web.texts import text

MOST_PANES = 3
Working = Annotated[StaffSession, reading(Permission.WORK_ON_CASES)]

router = APIRouter(prefix="/chats")


@dataclass(frozen=True)
class Layout:
    """Which chats stand side by side, and which of them a narrow screen shows."""

    open: tuple[int, ...]
    current: int

    def toggled(self, chat_id: int) -> str:
        """Return the query of the page with one chat more, or on a narrow screen the one to show."""
        shown = self.open if chat_id in self.open else (*self.open, chat_id)[-MOST_PANES:]
        return Layout(shown, chat_id).query

    def without(self, chat_id: int) -> str:
        """Return the query of the page with one chat less."""
        rest = tuple(one for one in self.open if one != chat_id)
        return Layout(rest, rest[0] if rest else 0).query

    @property
    def query(self) -> str:
        """The query of this very page."""
        return "&".join([*(f"open={one}" for one in self.open), f"current={self.current}"])


@router.get("")
def index(
    request: Request,
    me: Working,
    opened: Annotated[list[int] | None, Query(alias="open", max_length=20)] = None,
    current: int = 0,
) -> HTMLResponse:
    """Show the own chats, up to three of them side by side."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        own = live_chats.own(session, me.staff, now=parts.clock())
        mine = [chat.id for chat in own]
        wanted = [number for number in dict.fromkeys(opened or ()) if number in mine] if opened is not None else mine
        shown = tuple(wanted[-MOST_PANES:] if opened else wanted[:MOST_PANES])
        layout = Layout(shown, current if current in shown else next(iter(shown), 0))
        panes = [look(session, parts, session.get_one(Conversation, number), me.staff) for number in shown]
        return _list(request, me, session, "desk/chats.html", layout, panes)


@router.get("/list")
def listed(
    request: Request,
    me: Working,
    opened: Annotated[list[int] | None, Query(alias="open", max_length=20)] = None,
    current: int = 0,
) -> HTMLResponse:
    """Give the lists beside the panes alone, for refreshing."""
    with parts_of(request).database.reading() as session:
        return _list(request, me, session, "desk/_chat_list.html", Layout(tuple(opened or ()), current))


def _list(
    request: Request,
    me: StaffSession,
    session: Session,
    template: str,
    layout: Layout,
    panes: Sequence[ChatView] = (),
) -> HTMLResponse:
    parts = parts_of(request)
    now = parts.clock()
    return page(
        request,
        template,
        me=me,
        layout=layout,
        own=live_chats.own(session, me.staff, now=now),
        team=live_chats.of_team(session, me.staff, now=now),
        waiting=overview.waiting_chats(session, specialities(me.staff), now=now),
        titles={article.id: article.title for article in parts.knowledge().library.articles.values()},
        panes=panes,
    )


@router.get("/{chat_id}")
def show(request: Request, me: Reading, chat_id: int) -> HTMLResponse:
    """Show a waiting or own chat with its whole history, or a colleague's to a supervisor."""
    return _show(request, me, chat_id, "desk/chat.html")


@router.get("/{chat_id}/messages")
def messages(request: Request, me: Reading, chat_id: int) -> HTMLResponse:
    """Give the chat's changing part alone, for refreshing."""
    return _show(request, me, chat_id, "desk/_chat.html")


def _show(request: Request, me: StaffSession, chat_id: int, template: str) -> HTMLResponse:
    parts = parts_of(request)
    with parts.database.reading() as session:
        view = look(session, parts, visible(session, chat_id, me.staff), me.staff)
        known = view.known.level.at_least(Level.VERIFIED)
        looks_on = view.chat.mode is Mode.HUMAN and not view.mine
        unnoted = looks_on and parting.is_look_unnoted(session, view.chat, me.staff, known=known, now=view.now)
        answer = page(request, template, me=me, view=view)
    # Before the page is given away: who looks into a confirmed customer's chat is always written down.
    if unnoted:
        with parts.database.session() as session:
            chat = visible(session, chat_id, me.staff)
            parting.look_on(session, chat, me.staff, known=known, now=parts.clock())
            session.commit()
    elif not looks_on:
        note_reading(parts, me, f"conversation:{chat_id}", view.known.level)
    return answer


@router.post("/{chat_id}/take")
async def take(request: Request, me: Acting, chat_id: int, back: Back = "") -> Response:
    """Take a waiting chat, offered or not; when somebody was quicker, say so."""
    try:
        left, told = await run_in_threadpool(_take, request, me, chat_id)
    except AlreadyTaken:
        return page(request, "desk/gone.html", code=409, me=me)
    push = parts_of(request).gateway.push
    # Everybody behind moves up; whom it was offered to sees that it is gone.
    await push.publish(conversation_topic(chat_id), DESK, queue_topic(left), *map(staff_topic, told))
    return after_form(request, back or f"/desk/chats/{chat_id}")


def _take(request: Request, me: StaffSession, chat_id: int) -> tuple[Queue, set[int]]:
    parts = parts_of(request)
    now = parts.clock()
    with parts.database.session() as session:
        chat = session.get(Conversation, chat_id)
        owner = (chat.consultant_id or chat.wanted_staff_id) if chat else None
        if chat is None or not may_work_on(me.staff, chat.queue or Queue.GENERAL, owner):
            raise HTTPException(404)
        offered = offers.offered_to(session, chat_id)
        chat = conversations.claim(session, chat_id, me.staff, now=now)
        conversations.notify(session, chat, text("taken", name=me.staff.name), now=now)
        session.commit()
        if offered is not None:
            metrics.OFFERS.labels("accepted" if offered == me.staff_id else "withdrawn").inc()
        return chat.queue or Queue.GENERAL, {me.staff_id, offered or me.staff_id}


@router.post("/{chat_id}/decline")
async def decline(request: Request, me: Acting, chat_id: int, back: Back = "") -> Response:
    """Decline an offered chat: it goes on to the next consultant."""
    if await run_in_threadpool(_decline, request, me, chat_id):
        metrics.OFFERS.labels("declined").inc()
        await parts_of(request).gateway.push.publish(staff_topic(me.staff_id), DESK)
    return after_form(request, back or "/desk")


def _decline(request: Request, me: StaffSession, chat_id: int) -> bool:
    parts = parts_of(request)
    with parts.database.session() as session:
        chat = session.get(Conversation, chat_id)
        if chat is None or not may_work_on(me.staff, chat.queue or Queue.GENERAL, chat.wanted_staff_id):
            raise HTTPException(404)
        declined = offers.decline(session, chat_id, me.staff, now=parts.clock())
        session.commit()
        return declined


@router.post("/{chat_id}/say")
async def say(
    request: Request,
    me: Acting,
    chat_id: int,
    words: Annotated[str, Form(alias="text", max_length=MOST_CHARS)] = "",
    seen: Annotated[int, Form(ge=0)] = 0,
    back: Back = "",
) -> Response:
    """Answer the customer; the widget shows it at once."""
    words = clean(words)
    if words:
        await run_in_threadpool(_say, request, me, chat_id, words, seen)
        metrics.MESSAGES.labels("consultant").inc()
        await hint(request, chat_id, me)
    return after_form(request, back or f"/desk/chats/{chat_id}")


def _say(request: Request, me: StaffSession, chat_id: int, words: str, seen: int) -> None:
    parts, masked = parts_of(request), mask(words)
    with parts.database.session() as session, OwnOnly():
        said = conversations.say_as_consultant(session, chat_id, me.staff, masked.text, now=parts.clock())
        sealed_values.keep(session, said, masked.found, now=parts.clock())
        chat_drafts.forget(session, chat_id, me.staff)
        _mark_read(session, me, chat_id, seen)
        session.commit()


@router.post("/{chat_id}/read", status_code=204)
async def read(request: Request, me: Acting, chat_id: int, seen: Annotated[int, Form(ge=0)] = 0) -> None:
    """Note up to which message the consultant has seen the chat; the customer sees it as read."""
    if await run_in_threadpool(_read, request, me, chat_id, seen):
        await parts_of(request).gateway.push.publish(conversation_topic(chat_id), staff_topic(me.staff_id))


def _read(request: Request, me: StaffSession, chat_id: int, seen: int) -> bool:
    with parts_of(request).database.session() as session, OwnOnly():
        further = _mark_read(session, me, chat_id, seen)
        session.commit()
        return further


def _mark_read(session: Session, me: StaffSession, chat_id: int, seen: int) -> bool:
    """Note the last seen message if it is a later one; raises NotFound unless the chat is theirs."""
    change_owned(session, chat_id, me.staff)
    return chat_log.mark_read(session, chat_id, seen)


@router.post("/{chat_id}/draft", status_code=204)
def draft(
    request: Request,
    me: Acting,
    chat_id: int,
    words: Annotated[str, Form(alias="text", max_length=MOST_CHARS)] = "",
) -> None:
    """Keep what the consultant has begun to write."""
    parts = parts_of(request)
    with parts.database.session() as session, OwnOnly():
        change_owned(session, chat_id, me.staff)
        chat_drafts.keep(session, chat_id, me.staff, words, now=parts.clock())
        session.commit()
