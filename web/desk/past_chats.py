"""A chat of a customer's story, to be read and not to be changed; and the page of the keyboard's shortcuts."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from helpdesk import chat_log, sealed_values
from helpdesk import staff as people
from helpdesk.lifecycle import Level
from helpdesk.queues import Queue
from helpdesk.tables import Conversation
from web.desk.reading_marks import note_reading
from web.desk.signed_in import Reading, parts_of
from web.pages import page

router = APIRouter()


@router.get("/story/chats/{chat_id}")
def show(request: Request, me: Reading, chat_id: int) -> HTMLResponse:
    """Show what was said in a chat of one's queues; a confirmed customer's is noted as read."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        chat = session.get(Conversation, chat_id)
        if chat is None or not people.may_work_on(me.staff, chat.queue or Queue.GENERAL, chat.consultant_id):
            raise HTTPException(404)
        # The confirmation may be over; what was said under it is still the customer's own.
        level = Level.VERIFIED if chat.customer_id is not None else chat.level
        said = chat_log.messages(session, chat_id)
        names = people.names(session, {message.staff_id for message in said if message.staff_id})
        shown = page(
            request,
            "desk/past_chat.html",
            me=me,
            chat=chat,
            level=level,
            messages=said,
            names=names,
            sealed=sealed_values.values_of_messages(session, said),
        )
    note_reading(parts, me, f"conversation:{chat_id}", level)
    return shown


@router.get("/keys")
def keys(request: Request, me: Reading) -> HTMLResponse:
    """Show the shortcuts of the keyboard."""
    return page(request, "desk/keys.html", me=me)
