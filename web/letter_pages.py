"""The pages behind the links in letters: going on with a ticket in the chat, and saying whether an answer helped.

Looking at one does nothing, since mail programs and their guards open links by themselves; only its button does.
"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk import continuation, conversations, letter_links, ratings, threads, tickets
from helpdesk.errors import LinkExpired, LinkUsed, NotFound
from helpdesk.lifecycle import LinkPurpose
from helpdesk.secrets import new_token
from helpdesk.tables import LetterLink, Ticket
from web.labels import label
from web.pages import page
from web.parts import Parts
from web.texts import text

LONGEST = 100
"""Characters of a secret that are looked at."""

router = APIRouter(prefix="/list", include_in_schema=False)


@router.get("/{secret}")
def show(request: Request, secret: str) -> HTMLResponse:
    """Show what the link is for, with one button."""
    parts = _parts(request)
    with parts.database.reading() as session:
        try:
            link = letter_links.find(session, secret[:LONGEST], now=parts.clock())
        except NotFound as problem:
            return _gone(request, problem)
        number = threads.merged_root(session, session.get_one(Ticket, link.ticket_id)).number
        purpose, by_person = link.purpose.value, link.staff_id is not None
        return _page(request, "letters/ask.html", purpose=purpose, by_person=by_person, number=number, secret=secret)


@router.post("/{secret}")
def follow(request: Request, secret: str) -> HTMLResponse:
    """Do what the link is for."""
    parts = _parts(request)
    with parts.database.session() as session:
        try:
            link = letter_links.find(session, secret[:LONGEST], now=parts.clock())
            goes_on = link.purpose is LinkPurpose.CONTINUE
            answer = _go_on(request, session, parts, secret) if goes_on else _rate(request, session, parts, link)
        except NotFound as problem:
            return _gone(request, problem)
        session.commit()
        return answer


def _go_on(request: Request, session: Session, parts: Parts, secret: str) -> HTMLResponse:
    """Begin the ticket's conversation; nothing of the ticket but its number is told before the identity is known."""
    token, now = new_token(), parts.clock()
    ticket, conversation = continuation.begin(session, secret[:LONGEST], token, now=now)
    button = {"title": text("verify_button"), "payload": "verify"}
    name = "ticket_continues" if conversation.person_wanted else "answer_waits"
    said = text(name, number=ticket.number, queue=label(ticket.queue))
    conversations.notify(session, conversation, said, now=now, buttons=[button])
    return _page(request, "letters/chat.html", number=ticket.number, token=token)


def _rate(request: Request, session: Session, parts: Parts, link: LetterLink) -> HTMLResponse:
    helpful = link.purpose is LinkPurpose.HELPFUL
    now = parts.clock()
    ratings.rate_letter(session, link, helpful=helpful, now=now)
    link.used_at = now
    if not helpful:
        ticket = tickets.get_ticket(session, link.ticket_id)
        tickets.reopen(session, threads.merged_root(session, ticket), now=now)
    return _page(request, "letters/thanks.html", helpful=helpful)


def _gone(request: Request, problem: NotFound) -> HTMLResponse:
    why = {LinkUsed: "used", LinkExpired: "expired"}.get(type(problem), "unknown")
    return _page(request, "letters/gone.html", code=404 if why == "unknown" else 410, why=why)


def _page(request: Request, template: str, *, code: int = 200, **context: object) -> HTMLResponse:
    """Return a page whose address, a secret, goes nowhere else, and which nobody keeps."""
    response = page(request, template, code=code, **context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _parts(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found
