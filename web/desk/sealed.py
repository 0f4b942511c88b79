"""Masked data at the desk: which of it a message holds, and its originals, for a reason, shown once."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk import sealed_values
from helpdesk.errors import ReasonMissing
from helpdesk.sealed_values import LEAST_REASON, MOST_REASON, Message
from helpdesk.tables import ChatMessage, SealedValue, Staff, StaffSession, Ticket, TicketMessage
from web.desk import case_access
from web.desk.chat_view import visible as visible_chat
from web.desk.signed_in import Acting, Reading, parts_of
from web.pages import page
from web.texts import text

Where = Literal["chat", "ticket"]

router = APIRouter(prefix="/data")


@router.get("/{where}/{message_id}")
def show(request: Request, me: Reading, where: Where, message_id: int) -> HTMLResponse:
    """Show which kinds of data a message holds, and the form that asks for the reason."""
    with parts_of(request).database.reading() as session:
        message, back = _visible(session, where, message_id, me.staff)
        return _page(request, me, message, back, sealed_values.values_of(session, message))


@router.post("/{where}/{message_id}")
def open_values(
    request: Request,
    me: Acting,
    where: Where,
    message_id: int,
    chosen: Annotated[list[int] | None, Form(alias="value")] = None,
    reason: Annotated[str, Form(max_length=MOST_REASON)] = "",
) -> HTMLResponse:
    """Show the chosen originals in this one answer; who, what kind and why is written down first."""
    parts = parts_of(request)
    with parts.database.session() as session:
        message, back = _visible(session, where, message_id, me.staff)
        values = sealed_values.values_of(session, message)
        wanted = [value.id for value in values if value.id in (chosen or ())]
        try:
            opened = {
                number: sealed_values.open_value(session, number, me.staff, reason, now=parts.clock())
                for number in wanted
            }
        except ReasonMissing:
            return _page(request, me, message, back, values, chosen=wanted, reason=reason, problem="reason", code=422)
        if not opened:
            return _page(request, me, message, back, values, reason=reason, problem="choice", code=422)
        session.commit()
        return _page(request, me, message, back, values, opened=opened)


def _visible(session: Session, where: Where, message_id: int, staff: Staff) -> tuple[Message, str]:
    """Return a message that this consultant may see, and the address of the page it stands on."""
    if where == "chat":
        said = session.get(ChatMessage, message_id)
        if said is not None:
            return said, f"/desk/chats/{visible_chat(session, said.conversation_id, staff).id}"
    else:
        written = session.get(TicketMessage, message_id)
        if written is not None:
            return written, f"/desk/tickets/{case_access.visible(session.get(Ticket, written.ticket_id), staff).id}"
    raise HTTPException(404)


def _page(
    request: Request,
    me: StaffSession,
    message: Message,
    back: str,
    values: Sequence[SealedValue],
    *,
    opened: Mapping[int, str] | None = None,
    chosen: Sequence[int] = (),
    reason: str = "",
    problem: str = "",
    code: int = 200,
) -> HTMLResponse:
    response = page(
        request,
        "desk/sealed.html",
        code=code,
        me=me,
        message=message,
        back=back,
        values=[(value.id, text(f"kind_{value.kind}")) for value in values],
        opened=opened or {},
        chosen=chosen,
        reason=reason,
        problem=problem,
        least=LEAST_REASON,
        most=MOST_REASON,
        path=request.url.path,
    )
    # Neither the browser nor anything on the way keeps what was shown.
    response.headers["Cache-Control"] = "no-store"
    return response
