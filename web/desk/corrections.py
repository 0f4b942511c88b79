"""What consultants say of suggested articles at a ticket and in a chat: a press of a button, and never a detour."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from sqlalchemy.orm import Session

from helpdesk.errors import IllegalMove
from helpdesk.learning import corrections
from helpdesk.lifecycle import Mode
from helpdesk.tables import Conversation, Ticket
from web.desk.case_access import visible
from web.desk.chat_view import visible as visible_chat
from web.desk.signed_in import Acting, back_to, parts_of
from web.parts import Parts

router = APIRouter()
Article = Annotated[str, Form(max_length=200)]


@router.post("/tickets/{ticket_id}/correct")
def correct(request: Request, me: Acting, ticket_id: int, suggested: Article = "", right: Article = "") -> Response:
    """Keep that a suggested article is not the right one, or which one is; pressed again it changes."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = visible(session.get(Ticket, ticket_id, with_for_update=True), me.staff)
        known = _known(parts, right) if right else None
        try:
            corrections.correct_ticket(
                session, ticket, suggested or ticket.article, known, by=me.staff, now=parts.clock()
            )
        except IllegalMove:
            raise HTTPException(404) from None
        session.commit()
    return back_to(f"/desk/tickets/{ticket_id}#suggested")


@router.post("/tickets/{ticket_id}/inserted")
def inserted(request: Request, me: Acting, ticket_id: int, article: Article) -> Response:
    """Note which article the page's script put into an answer."""
    parts = parts_of(request)
    with parts.database.session() as session:
        note_inserted(session, parts, visible(session.get(Ticket, ticket_id), me.staff), article, me)
        session.commit()
    return Response(status_code=204)


def note_inserted(session: Session, parts: Parts, ticket: Ticket, article: str, me: Acting) -> None:
    """Note which article was put into an answer; what is no article is left alone."""
    if article in parts.knowledge().library.articles:
        corrections.note_inserted(session, ticket, article, by=me.staff, now=parts.clock())


@router.post("/chats/{chat_id}/correct")
def correct_chat(request: Request, me: Acting, chat_id: int, right: Article = "") -> Response:
    """Keep that the bot's article is not what the customer of one's own chat asked for, and which one is, if named."""
    parts = parts_of(request)
    with parts.database.session() as session:
        chat: Conversation = visible_chat(session, chat_id, me.staff)
        if chat.mode is not Mode.HUMAN or chat.consultant_id != me.staff_id:
            raise HTTPException(404)
        known = _known(parts, right) if right.strip() else None
        try:
            corrections.correct_chat(session, chat, known, by=me.staff, now=parts.clock())
        except IllegalMove:
            raise HTTPException(404) from None
        session.commit()
    return back_to(f"/desk/chats/{chat_id}#topic")


def _known(parts: Parts, named: str) -> str:
    """An article by its id. Raises HTTPException 404 when there is none."""
    articles = parts.knowledge().library.articles
    if named not in articles:
        raise HTTPException(404)
    return named
