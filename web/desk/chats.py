"""A live chat at the desk: taking it, reading it, answering, passing it on, giving it back."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from helpdesk import conversations, ratings, sealed_values
from helpdesk.errors import AlreadyTaken, NotFound
from helpdesk.lifecycle import Author, Direction, Level, Mode
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.queues import Profile, Queue
from helpdesk.staff import may_work_on
from helpdesk.standing import standing
from helpdesk.tables import Conversation, Staff, StaffSession, Ticket, TicketMessage
from knowledge.render import answer_text
from polish.cleaning import clean
from polish.masking import mask
from web import metrics
from web.desk.reading_marks import note_reading
from web.desk.signed_in import Acting, Reading, back_to, parts_of
from web.handover import Handover
from web.labels import label
from web.pages import page
from web.push import DESK, conversation_topic, queue_topic
from web.texts import text

MOST_CHARS = 5_000

router = APIRouter(prefix="/chats")


@router.get("/{chat_id}")
def show(request: Request, me: Reading, chat_id: int, taken: bool = False) -> HTMLResponse:
    """Show a waiting or own conversation with its whole history."""
    return _show(request, me, chat_id, "desk/chat.html", taken)


@router.get("/{chat_id}/messages")
def messages(request: Request, me: Reading, chat_id: int) -> HTMLResponse:
    """Give the conversation's changing part alone, for refreshing."""
    return _show(request, me, chat_id, "desk/_chat.html", taken=False)


def _show(request: Request, me: StaffSession, chat_id: int, template: str, taken: bool) -> HTMLResponse:
    parts = parts_of(request)
    with parts.database.reading() as session:
        chat = visible(session, chat_id, me.staff)
        article = parts.article(chat.topic)
        said = conversations.messages(session, chat_id)
        known = standing(session, chat, parts.clock()).within(chat.queue)
        note_reading(parts, me, f"conversation:{chat_id}", known.level)
        return page(
            request,
            template,
            me=me,
            chat=chat,
            mine=chat.consultant_id == me.staff_id,
            level=known.level,
            minutes_left=_minutes_left(chat, known.level, parts.clock()),
            customer=known.customer,
            acting_for=known.principal,
            account_data_allowed=may_tell(
                known.level, Matter.PRINCIPAL if known.principal else Matter.INDIVIDUAL, Channel.DESK
            ),
            messages=said,
            profile=Profile(chat.profile) if chat.profile else None,
            ratings={rating.message_id: rating for rating in ratings.ratings_of(session, chat_id)},
            sealed=sealed_values.values_of_messages(session, said),
            handover=Handover.of(session, chat, parts, said),
            letter=_letter(session, chat, me.staff),
            article=article,
            suggestion=answer_text(article, site=parts.site) if article else "",
            queues=list(Queue),
            most_chars=MOST_CHARS,
            taken=taken,
        )


def _letter(session: Session, chat: Conversation, staff: Staff) -> TicketMessage | None:
    """Return the first mail of the ticket that a conversation goes on with; None when it began in the chat."""
    wanted = (
        select(TicketMessage)
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .where(Ticket.conversation_id == chat.id, Ticket.channel == "mail", TicketMessage.direction == Direction.IN)
    )
    message = session.scalar(wanted.order_by(TicketMessage.id).limit(1))
    ticket = session.get(Ticket, message.ticket_id) if message else None
    return message if ticket and may_work_on(staff, ticket.queue, ticket.consultant_id) else None


def _minutes_left(chat: Conversation, level: Level, now: datetime) -> int:
    """Whole minutes for which the confirmed identity still holds without activity; 0 when none is confirmed."""
    if not level.at_least(Level.VERIFIED) or chat.verified_until is None:
        return 0
    return int((chat.verified_until - now) / timedelta(minutes=1))


def visible(session: Session, chat_id: int, staff: Staff) -> Conversation:
    """Return a conversation that this consultant may see now; everything else does not exist for them."""
    chat = session.get(Conversation, chat_id)
    if chat is None or chat.mode not in {Mode.WAITING, Mode.HUMAN}:
        raise HTTPException(404)
    if chat.mode is Mode.HUMAN and chat.consultant_id != staff.id:
        raise HTTPException(404)
    if not may_work_on(staff, chat.queue or Queue.GENERAL, chat.consultant_id):
        raise HTTPException(404)
    return chat


@router.post("/{chat_id}/take")
async def take(request: Request, me: Acting, chat_id: int) -> Response:
    """Take a waiting conversation; when somebody was quicker, say so."""
    try:
        left = await run_in_threadpool(_take, request, me, chat_id)
    except AlreadyTaken:
        return page(request, "desk/gone.html", code=409, me=me)
    await _hint(request, chat_id)
    # Everybody behind moves up.
    await parts_of(request).gateway.push.publish(queue_topic(left))
    return back_to(f"/desk/chats/{chat_id}")


def _take(request: Request, me: StaffSession, chat_id: int) -> Queue:
    parts = parts_of(request)
    with parts.database.session() as session:
        chat = session.get(Conversation, chat_id)
        if chat is None or not may_work_on(me.staff, chat.queue or Queue.GENERAL, chat.consultant_id):
            raise HTTPException(404)
        chat = conversations.claim(session, chat_id, me.staff, now=parts.clock())
        conversations.notify(session, chat, text("taken", name=me.staff.name), now=parts.clock())
        session.commit()
        return chat.queue or Queue.GENERAL


@router.post("/{chat_id}/say")
async def say(
    request: Request,
    me: Acting,
    chat_id: int,
    words: Annotated[str, Form(alias="text", max_length=MOST_CHARS)] = "",
) -> Response:
    """Answer the customer; the widget shows it at once."""
    words = clean(words)
    if words:
        await run_in_threadpool(_say, request, me, chat_id, words)
        metrics.MESSAGES.labels("consultant").inc()
        await _hint(request, chat_id)
    return back_to(f"/desk/chats/{chat_id}")


def _say(request: Request, me: StaffSession, chat_id: int, words: str) -> None:
    parts, masked = parts_of(request), mask(words)
    with parts.database.session() as session, _OwnOnly():
        said = conversations.say_as_consultant(session, chat_id, me.staff, masked.text, now=parts.clock())
        sealed_values.keep(session, said, masked.found, now=parts.clock())
        session.commit()


@router.post("/{chat_id}/close")
async def close(request: Request, me: Acting, chat_id: int) -> Response:
    """End one's part: the customer is with the bot again."""
    await run_in_threadpool(_leave, request, me, chat_id, None)
    await _hint(request, chat_id)
    return back_to("/desk")


@router.post("/{chat_id}/transfer")
async def transfer(request: Request, me: Acting, chat_id: int, queue: Annotated[Queue, Form()]) -> Response:
    """Let the conversation wait in another queue."""
    await run_in_threadpool(_leave, request, me, chat_id, queue)
    await _hint(request, chat_id)
    return back_to("/desk")


def _leave(request: Request, me: StaffSession, chat_id: int, queue: Queue | None) -> None:
    parts = parts_of(request)
    now = parts.clock()
    with parts.database.session() as session, _OwnOnly():
        if queue is None:
            conversations.give_back(session, chat_id, me.staff, now=now)
            _tell_the_end(session, chat_id, now)
        else:
            conversations.pass_on(session, chat_id, me.staff, queue, now=now)
            said = text("passed_on", queue=label(queue))
            conversations.notify(session, session.get_one(Conversation, chat_id), said, now=now)
        session.commit()


def _tell_the_end(session: Session, chat_id: int, now: datetime) -> None:
    """Tell the customer that the consultant's part is over, and ask whether it helped if there was anything said."""
    chat = session.get_one(Conversation, chat_id)
    rateable = ratings.last_rateable(session, chat_id)
    if rateable is None or rateable.part is not Author.CONSULTANT:
        conversations.notify(session, chat, text("given_back"), now=now)
        return
    buttons = [
        {"title": text("helpful_button"), "payload": "act:helpful"},
        {"title": text("unhelpful_button"), "payload": "act:unhelpful"},
    ]
    conversations.notify(session, chat, text("given_back_rate"), now=now, buttons=buttons)


class _OwnOnly:
    """Turns the core's «not yours» into «not found» for the browser."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, problem: BaseException | None, _trace: object) -> None:
        if isinstance(problem, NotFound):
            raise HTTPException(404) from None


async def _hint(request: Request, chat_id: int) -> None:
    await parts_of(request).gateway.push.publish(conversation_topic(chat_id), DESK)
