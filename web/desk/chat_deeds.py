"""What a consultant or a supervisor does about a live chat besides answering: ending, passing on, calling, asking."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from helpdesk import chat_drafts, consents, conversations, live_chats, parting
from helpdesk.errors import AlreadyAsked, AlreadyTaken
from helpdesk.lifecycle import EndReason, Level, Mode
from helpdesk.queues import Queue
from helpdesk.tables import Conversation, Staff, StaffSession
from polish.cleaning import clean
from polish.masking import mask
from web.consent_questions import prepared_question
from web.desk.chat_forms import Back, OwnOnly, after_form, hint
from web.desk.chat_view import visible
from web.desk.signed_in import Acting, LeadingForm, parts_of
from web.labels import label
from web.pages import page
from web.part_end import tell_the_end
from web.payloads import VERIFY, consent_button
from web.push import LEADERS, conversation_topic, staff_topic
from web.texts import text

MOST_NOTE = 1_000
Note = Annotated[str, Form(max_length=MOST_NOTE)]

router = APIRouter(prefix="/chats")


@router.post("/{chat_id}/close")
async def close(
    request: Request,
    me: Acting,
    chat_id: int,
    reason: Annotated[EndReason, Form()],
    note: Note = "",
    back: Back = "",
) -> Response:
    """End the chat for a reason."""

    def end(session: Session) -> None:
        now = _now(request)
        parting.end(session, chat_id, me.staff, reason, now=now)
        _note(session, me, chat_id, note, request)
        tell_the_end(session, chat_id, "ended", now=now)

    await _leave(request, me, chat_id, end)
    return after_form(request, back or "/desk")


@router.post("/{chat_id}/give-back")
async def give_back(request: Request, me: Acting, chat_id: int, back: Back = "") -> Response:
    """Let the customer go on with the bot."""

    def give(session: Session) -> None:
        now = _now(request)
        conversations.give_back(session, chat_id, me.staff, now=now)
        tell_the_end(session, chat_id, "given_back", now=now)

    await _leave(request, me, chat_id, give)
    return after_form(request, back or "/desk")


@router.post("/{chat_id}/transfer")
async def transfer(
    request: Request,
    me: Acting,
    chat_id: int,
    queue: Annotated[Queue | None, Form()] = None,
    person: Annotated[int | None, Form()] = None,
    note: Note = "",
    back: Back = "",
) -> Response:
    """Let the chat wait in another queue, or for a certain person."""
    if (queue is None) == (person is None):
        raise HTTPException(422)

    def pass_on(session: Session) -> None:
        now = _now(request)
        chat = session.get(Conversation, chat_id)
        wanted = None if person is None else _colleague(request, session, me, person)
        where = queue or (chat.queue if chat else None) or Queue.GENERAL
        conversations.pass_on(session, chat_id, me.staff, where, now=now, person=wanted)
        _note(session, me, chat_id, note, request)
        name = text("passed_on_person", name=wanted.name) if wanted else text("passed_on", queue=label(where))
        conversations.notify(session, session.get_one(Conversation, chat_id), name, now=now)

    await _leave(request, me, chat_id, pass_on)
    if person is not None:
        await parts_of(request).gateway.push.publish(staff_topic(person))
    return after_form(request, back or "/desk")


@router.post("/{chat_id}/call")
async def call(request: Request, me: Acting, chat_id: int, back: Back = "") -> Response:
    """Call for a supervisor."""
    await _do(request, lambda session: parting.call_supervisor(session, chat_id, me.staff, now=_now(request)))
    await parts_of(request).gateway.push.publish(LEADERS)
    await hint(request, chat_id, me)
    return after_form(request, back or f"/desk/chats/{chat_id}")


@router.post("/{chat_id}/note")
async def note(request: Request, me: Acting, chat_id: int, words: Annotated[Note, Form(alias="text")] = "") -> Response:
    """Say something among the staff: the consultant to the supervisor, or the supervisor in the consultant's ear."""

    def whisper(session: Session) -> None:
        if visible(session, chat_id, me.staff).mode is not Mode.HUMAN:
            raise HTTPException(404)
        _note(session, me, chat_id, words, request)

    await _do(request, whisper)
    await parts_of(request).gateway.push.publish(conversation_topic(chat_id))
    return after_form(request, f"/desk/chats/{chat_id}")


@router.post("/{chat_id}/take-over")
async def take_over(request: Request, me: LeadingForm, chat_id: int) -> Response:
    """Take over a colleague's chat."""
    before: list[int] = []

    def take(session: Session) -> None:
        chat = visible(session, chat_id, me.staff)
        before.extend([chat.consultant_id] if chat.consultant_id else [])
        chat = parting.take_over(session, chat_id, me.staff, now=_now(request))
        conversations.notify(session, chat, text("taken", name=me.staff.name), now=_now(request))

    try:
        await _do(request, take)
    except AlreadyTaken:
        return page(request, "desk/gone.html", code=409, me=me)
    await hint(request, chat_id, me)
    await parts_of(request).gateway.push.publish(LEADERS, *map(staff_topic, before))
    return after_form(request, f"/desk/chats/{chat_id}")


@router.post("/{chat_id}/ask-verify")
async def ask_to_verify(request: Request, me: Acting, chat_id: int, back: Back = "") -> Response:
    """Ask the customer to confirm the identity: the notice's button opens the widget's own form."""

    def ask(session: Session) -> None:
        chat = visible(session, chat_id, me.staff)
        if chat.consultant_id != me.staff_id:
            raise HTTPException(404)
        if not chat.level.at_least(Level.VERIFIED) or chat.verified_until is None or chat.verified_until <= now:
            button = {"title": text("verify_button"), "payload": VERIFY}
            conversations.notify(session, chat, text("verify_asked"), now=now, buttons=[button])

    now = _now(request)
    await _do(request, ask)
    await hint(request, chat_id, me)
    return after_form(request, back or f"/desk/chats/{chat_id}")


@router.post("/{chat_id}/ask-consent")
async def ask_for_consent(
    request: Request,
    me: Acting,
    chat_id: int,
    prepared: Annotated[str, Form(max_length=60)] = "",
    question: Annotated[str, Form(max_length=consents.LONGEST)] = "",
    back: Back = "",
) -> Response:
    """Ask the customer for a consent with two buttons; one question at a time."""
    asked = mask(clean(question)).text or prepared_question(prepared)
    if not asked:
        raise HTTPException(422)

    def ask(session: Session) -> None:
        now = _now(request)
        consent = consents.ask(session, chat_id, me.staff, asked, now=now)
        buttons = [
            {"title": text("consent_yes"), "payload": consent_button(consent.id, granted=True)},
            {"title": text("consent_no"), "payload": consent_button(consent.id, granted=False)},
        ]
        conversations.notify(session, session.get_one(Conversation, chat_id), asked, now=now, buttons=buttons)

    try:
        await _do(request, ask)
    except AlreadyAsked:
        return page(request, "desk/already_asked.html", code=409, me=me, chat_id=chat_id)
    await hint(request, chat_id, me)
    return after_form(request, back or f"/desk/chats/{chat_id}")


def _now(request: Request) -> datetime:
    return parts_of(request).clock()


async def _do(request: Request, deed: Callable[[Session], None]) -> None:
    """Do something in one unit of work, in a thread; what is not theirs is not found."""

    def work() -> None:
        with parts_of(request).database.session() as session, OwnOnly():
            deed(session)
            session.commit()

    await run_in_threadpool(work)


async def _leave(request: Request, me: StaffSession, chat_id: int, deed: Callable[[Session], None]) -> None:
    """Do something that takes the chat away from its consultant, and tell everybody."""

    def leave(session: Session) -> None:
        deed(session)
        chat_drafts.forget(session, chat_id, me.staff)

    await _do(request, leave)
    await hint(request, chat_id, me)


def _note(session: Session, me: StaffSession, chat_id: int, words: str, request: Request) -> None:
    # Masked like everything that is stored of a chat: what a case needs can be opened where it was said.
    masked = mask(clean(words)).text
    if masked:
        parting.note(session, chat_id, me.staff, masked, now=_now(request))


def _colleague(request: Request, session: Session, me: StaffSession, staff_id: int) -> Staff:
    known = {one.id for one in live_chats.colleagues(session, me.staff, now=_now(request))}
    if staff_id not in known:
        raise HTTPException(404)
    return session.get_one(Staff, staff_id)
