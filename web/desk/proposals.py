"""Answers that a second person approves: the list, sending one as it is or changed, returning one with a comment."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk import answers, proposals
from helpdesk.answers import Written
from helpdesk.errors import IllegalMove, NotFound
from helpdesk.staff import may_work_on, specialities
from helpdesk.tables import ProposedAnswer, StaffSession, Ticket
from polish.cleaning import clean
from web.desk.answering import post_of
from web.desk.signed_in import Acting, Leading, LeadingForm, Working, back_to, parts_of
from web.desk.ticket_forms import MOST_CHARS, Problem, Words, problem_of, stopped_problem
from web.pages import page

router = APIRouter(prefix="/proposals")


@router.get("")
def show(request: Request, me: Leading) -> HTMLResponse:
    """Show the answers that wait for a second person."""
    return _list(request, me)


@router.get("/mine")
def mine(request: Request, me: Working) -> HTMLResponse:
    """Show somebody's own proposed answers, and where each stands."""
    with parts_of(request).database.reading() as session:
        own = [one for one in proposals.of_author(session, me.staff) if _may_see(me, one.ticket)]
        return page(request, "desk/my_proposals.html", me=me, proposals=own)


@router.post("/{proposal_id}/send")
def send(
    request: Request,
    me: LeadingForm,
    proposal_id: int,
    words: Words = "",
    confirmed: Annotated[str, Form(max_length=32)] = "",
    seen: Annotated[int | None, Form(ge=0, le=2**31 - 1)] = None,
) -> Response:
    """Send a proposed answer in its author's name; a stale one only by who has seen that the ticket changed."""
    parts = parts_of(request)
    with parts.database.session() as session:
        proposal, ticket = _get(session, me, proposal_id)
        if seen != ticket.revision:
            return _list(request, me, proposal_id, words, problem_of("stale", "answer"), 409)
        text = clean(words)
        written = Written(text, proposal.channel, proposal.reader_id, confirmed)
        if found := answers.stopped(ticket, written):
            return _list(request, me, proposal_id, words, stopped_problem(found, text), 422)
        try:
            proposals.approve(session, proposal, ticket, me.staff, written, post_of(parts), now=parts.clock())
        except IllegalMove:
            return back_to("/desk/proposals")  # somebody decided it meanwhile; the page shows so
        session.commit()
    return back_to("/desk/proposals")


@router.post("/{proposal_id}/return")
def give_back(
    request: Request,
    me: LeadingForm,
    proposal_id: int,
    comment: Annotated[str, Form(max_length=proposals.LONGEST_COMMENT)] = "",
) -> Response:
    """Return a proposed answer to its author; without a comment the author would not know why."""
    parts = parts_of(request)
    comment = clean(comment)
    if not comment:
        return _list(request, me, proposal_id, None, problem_of("empty", "comment"), 422)
    with parts.database.session() as session:
        proposal, _ = _get(session, me, proposal_id)
        try:
            proposals.give_back(session, proposal, me.staff, comment, now=parts.clock())
        except IllegalMove:
            return back_to("/desk/proposals")
        session.commit()
    return back_to("/desk/proposals")


@router.post("/{proposal_id}/withdraw")
def withdraw(request: Request, me: Acting, proposal_id: int) -> Response:
    """Let the author take a proposed answer back into the draft."""
    parts = parts_of(request)
    with parts.database.session() as session:
        try:
            proposal, ticket = proposals.get(session, proposal_id)
        except NotFound:
            raise HTTPException(404) from None
        if proposal.staff_id != me.staff_id or not _may_see(me, ticket):
            raise HTTPException(404)
        proposals.withdraw(session, proposal, me.staff, now=parts.clock())
        session.commit()
    return back_to(f"/desk/tickets/{ticket.id}#answer")


def _get(session: Session, me: StaffSession, proposal_id: int) -> tuple[ProposedAnswer, Ticket]:
    try:
        proposal, ticket = proposals.get(session, proposal_id)
    except NotFound:
        raise HTTPException(404) from None
    if not _may_see(me, ticket):
        raise HTTPException(404)
    return proposal, ticket


def _may_see(me: StaffSession, ticket: Ticket) -> bool:
    return may_work_on(me.staff, ticket.queue, ticket.consultant_id)


def _list(
    request: Request,
    me: StaffSession,
    refused: int | None = None,
    words: str | None = None,
    problem: Problem | None = None,
    code: int = 200,
) -> HTMLResponse:
    with parts_of(request).database.reading() as session:
        return page(
            request,
            "desk/proposals.html",
            code=code,
            me=me,
            waiting=proposals.waiting(session, specialities(me.staff)),
            refused=refused,
            words=words,
            problem=problem,
            most_chars=MOST_CHARS,
            longest_comment=proposals.LONGEST_COMMENT,
        )
