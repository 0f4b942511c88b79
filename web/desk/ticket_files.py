"""Files of a ticket: attachments as downloads, a mail's original on a page that can do nothing, and the raw mail."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit, blobs, sealed_values
from helpdesk.errors import NotFound
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.sealed_values import LEAST_REASON, MOST_REASON
from helpdesk.tables import Attachment, RawMail, Staff, StaffSession, Ticket, TicketMessage
from polish.masking import mask
from web.desk.case_access import visible
from web.desk.signed_in import Acting, Reading, parts_of
from web.pages import page, rendered

DOWNLOAD = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox", "Cache-Control": "no-store"}
SAFE_PAGE = {
    # Whatever the sanitiser overlooked can run nothing, load nothing and send nothing, and is of no site.
    "Content-Security-Policy": (
        "default-src 'none'; img-src data:; style-src 'self'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; sandbox"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
ENDINGS: Mapping[str, str] = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
"""Endings that files get whose bytes are what they say; every other is `bin`, which nothing opens by itself."""
Reason = Annotated[str, Form(max_length=MOST_REASON)]

router = APIRouter()


@router.get("/attachments/{token}")
def attachment(request: Request, me: Reading, token: str) -> Response:
    """Give an attachment as a download, never shown in the browser, under a name that says nothing; audited."""
    parts = parts_of(request)
    if not (token.isascii() and token.isprintable()):
        raise HTTPException(404)
    with parts.database.session() as session:
        found = session.scalar(select(Attachment).where(Attachment.token == token[:43]))
        message = session.get(TicketMessage, found.message_id) if found else None
        if found is None or message is None:
            raise HTTPException(404)
        ticket = visible(session.get(Ticket, message.ticket_id), me.staff)
        if not may_tell(ticket.level, Matter.DOCUMENTS, Channel.DESK):
            raise HTTPException(404)
        content = blobs.get(session, found.sha256)
        audit.record(session, f"ticket:{ticket.id}", "file downloaded", now=parts.clock(), by=me.staff)
        session.commit()
    ending = "bin" if found.danger else ENDINGS.get(found.found_type, "bin")
    name = f"zalacznik-{found.token[:12]}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **DOWNLOAD}
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get("/tickets/{ticket_id}/messages/{message_id}/original")
def original(request: Request, me: Reading, ticket_id: int, message_id: int) -> HTMLResponse:
    """Show a mail as its sender laid it out; where something in it was masked, ask for the reason first."""
    with parts_of(request).database.reading() as session:
        message, _ = _mail(session, ticket_id, message_id, me.staff)
        if sealed_values.values_of(session, message):
            return _ask(request, me, message)
    return _show(request, me, ticket_id, message_id, "")


@router.post("/tickets/{ticket_id}/messages/{message_id}/original")
def original_for_reason(
    request: Request, me: Acting, ticket_id: int, message_id: int, reason: Reason = ""
) -> HTMLResponse:
    """Show a mail in which something was masked, for a reason that is written down."""
    return _show(request, me, ticket_id, message_id, reason)


@router.post("/tickets/{ticket_id}/messages/{message_id}/raw")
def raw(request: Request, me: Acting, ticket_id: int, message_id: int, reason: Reason = "") -> Response:
    """Give the mail as it arrived as a download; audited, and for a reason where something in it was masked."""
    parts = parts_of(request)
    with parts.database.session() as session:
        message, content = _mail(session, ticket_id, message_id, me.staff)
        if not _noted(session, me, message, reason, "mail downloaded", request):
            return _ask(request, me, message, reason=reason, code=422)
        session.commit()
    headers = {"Content-Disposition": f'attachment; filename="wiadomosc-{message_id}.eml"', **DOWNLOAD}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _show(request: Request, me: StaffSession, ticket_id: int, message_id: int, reason: str) -> HTMLResponse:
    parts = parts_of(request)
    with parts.database.session() as session:
        message, content = _mail(session, ticket_id, message_id, me.staff)
        if not _noted(session, me, message, reason, "original shown", request):
            return _ask(request, me, message, reason=reason, code=422)
        session.commit()
        ticket = session.get_one(Ticket, message.ticket_id)
    shown = rendered("desk/original.html", ticket=ticket, message=message, html=parts.original(content))
    return HTMLResponse(shown, headers=SAFE_PAGE)


def _mail(session: Session, ticket_id: int, message_id: int, staff: Staff) -> tuple[TicketMessage, bytes]:
    """Return a message that came by mail, with the mail; 404 when it does not exist for this person, or any more."""
    message = session.get(TicketMessage, message_id)
    if message is None or message.ticket_id != ticket_id:
        raise HTTPException(404)
    visible(session.get(Ticket, ticket_id), staff)
    mail = session.get(RawMail, message.raw_mail_id) if message.raw_mail_id else None
    if mail is None or not mail.size:
        raise HTTPException(404)
    try:
        return message, blobs.get(session, mail.sha256)
    except NotFound:
        raise HTTPException(404) from None


def _noted(
    session: Session, me: StaffSession, message: TicketMessage, reason: str, action: str, request: Request
) -> bool:
    """Write down who looks at a mail and why; returns False when a reason is due and says nothing."""
    why = mask(" ".join(reason.split())).text
    if len(why) < LEAST_REASON and sealed_values.values_of(session, message):
        return False
    now = parts_of(request).clock()
    audit.record(session, f"ticket:{message.ticket_id}", action, now=now, by=me.staff, reason=why[:MOST_REASON])
    return True


def _ask(
    request: Request, me: StaffSession, message: TicketMessage, *, reason: str = "", code: int = 200
) -> HTMLResponse:
    shown = page(
        request,
        "desk/original_ask.html",
        code=code,
        me=me,
        message=message,
        reason=reason,
        problem=code != 200,
        least=LEAST_REASON,
        most=MOST_REASON,
    )
    shown.headers["Cache-Control"] = "no-store"
    return shown
