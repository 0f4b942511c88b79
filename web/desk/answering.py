"""Answering a ticket: sending or proposing an answer, its draft, what is inserted into it, and who else writes one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk import answers, canned, drafts, proposals, viewers
from helpdesk.answers import MAIL, Post, Written
from helpdesk.errors import NotAllowedFile, Stale
from helpdesk.learning import corrections
from helpdesk.tables import CannedAnswer, StaffSession, Ticket
from helpdesk.verified_answers import VERIFIED, reader_of
from knowledge.render import answer_text
from polish.cleaning import clean
from web.desk import suggestions as suggesting
from web.desk.case_access import locked, visible
from web.desk.corrections import note_inserted
from web.desk.reading_marks import note_looking
from web.desk.signed_in import Acting, Reading, back_to, parts_of
from web.desk.ticket_forms import MOST_CHARS, Mark, Revision, Typed, Words, problem_of, stopped_problem
from web.desk.ticket_page import show_ticket, values_of
from web.desk.tickets import refused_as_stale
from web.pages import page
from web.parts import Parts

PARTS = frozenset({"answer", "note"})
"""What a draft may be of."""

router = APIRouter(prefix="/tickets/{ticket_id}")


@dataclass(frozen=True)
class Answered:
    """The form of an answer, as it came in."""

    words: str
    channel: str
    reader: str
    confirmed: str
    files: Sequence[answers.File]

    @property
    def typed(self) -> Typed:
        """What the refused page shows again."""
        return Typed(answer=self.words, channel=self.channel, reader=self.reader)


@router.post("/answer")
def answer(
    request: Request,
    me: Acting,
    ticket_id: int,
    words: Words = "",
    channel: Annotated[str, Form(max_length=10)] = MAIL,
    reader: Annotated[str, Form(max_length=60)] = "",
    confirmed: Annotated[str, Form(max_length=32)] = "",
    revision: Revision = None,
    mark: Mark = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """Answer by mail, or for a confirmed reader; a new consultant's answer waits for a second person instead."""
    form = Answered(words, VERIFIED if channel == VERIFIED else MAIL, reader, confirmed, read_files(files))
    try:
        with parts_of(request).database.session() as session:
            ticket = locked(session, ticket_id, me.staff, revision)
            problem = _answer(session, parts_of(request), me, ticket, form)
            if problem is None:
                session.commit()
                return back_to(f"/desk/tickets/{ticket_id}")
    except Stale:
        return refused_as_stale(request, me, ticket_id, mark, form.typed, "answer")
    return show_ticket(request, me, ticket_id, code=422, typed=replace(form.typed, problem=problem.problem))


def _answer(session: Session, parts: Parts, me: StaffSession, ticket: Ticket, form: Answered) -> Typed | None:
    """Send or propose an answer; returns what is wrong with it, if anything."""
    reader = reader_of(session, ticket, form.reader) if form.channel == VERIFIED else None
    text = clean(form.words)
    written = Written(text, form.channel, reader.id if reader else None, form.confirmed, form.files)
    if found := answers.stopped(ticket, written):
        return Typed(problem=stopped_problem(found, text))
    try:
        answers.check_files(written.files)
    except NotAllowedFile as problem:
        return Typed(problem=problem_of("files", "answer", str(problem)))
    if me.staff.needs_approval:
        if written.files:
            return Typed(problem=problem_of("files_need_approval", "answer"))
        proposals.propose(session, ticket, me.staff, written, now=parts.clock())
    else:
        answers.send(session, ticket, me.staff, written, post_of(parts), now=parts.clock())
    drafts.drop(session, me.staff_id, drafts.subject_of(ticket.id, "answer"))
    return None


def post_of(parts: Parts) -> Post:
    """Return how the desk's letters are made."""
    return Post(parts.mail_domain, parts.site, parts.links_last, parts.reply_address)


def read_files(files: Sequence[UploadFile] | None) -> Sequence[answers.File]:
    """Return what was uploaded; a file field that was left empty brings none. No more is read than may be sent."""
    return [
        answers.File(file.filename, file.file.read(answers.LARGEST_FILE + 1), file.content_type or "")
        for file in (files or ())[: answers.MOST_FILES + 1]
        if file.filename
    ]


@router.post("/draft")
def draft(
    request: Request,
    me: Acting,
    ticket_id: int,
    words: Words = "",
    part: Annotated[str, Form(max_length=10)] = "answer",
    quiet: Annotated[bool, Form()] = False,
) -> Response:
    """Keep what somebody has written so far; the script saves quietly, the button comes back to the page."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = visible(session.get(Ticket, ticket_id), me.staff)
        if part in PARTS:
            drafts.keep(session, me.staff_id, drafts.subject_of(ticket.id, part), words, now=parts.clock())
            session.commit()
    return Response(status_code=204) if quiet else back_to(f"/desk/tickets/{ticket_id}#{_anchor(part)}")


@router.post("/insert")
def insert(
    request: Request,
    me: Acting,
    ticket_id: int,
    what: Annotated[str, Form(max_length=150)],
    words: Words = "",
) -> Response:
    """Put an article or a canned answer behind what was typed, for browsers without script: kept as the draft."""
    parts = parts_of(request)
    with parts.database.session() as session:
        ticket = visible(session.get(Ticket, ticket_id), me.staff)
        found = _insertable(session, parts, me, ticket, what)
        note_inserted(session, parts, ticket, what.removeprefix("article:"), me)
        whole = "\n\n".join(filter(None, (words.rstrip(), found)))
        drafts.keep(session, me.staff_id, drafts.subject_of(ticket.id, "answer"), whole[:MOST_CHARS], now=parts.clock())
        session.commit()
    return back_to(f"/desk/tickets/{ticket_id}#answer")


def _insertable(session: Session, parts: Parts, me: StaffSession, ticket: Ticket, what: str) -> str:
    kind, _, name = what.partition(":")
    if kind == "article":
        article = parts.article(name)
        return answer_text(article, site=parts.site).strip() if article else ""
    one = session.get(CannedAnswer, int(name)) if kind == "canned" and _is_id(name) else None
    fits = one is not None and one.active and one.queue in (None, ticket.queue)
    return canned.filled(one.text, values_of(parts, ticket, me.staff)) if one and fits else ""


@router.post("/here")
def here(request: Request, me: Acting, ticket_id: int, writing: Annotated[bool, Form()] = False) -> HTMLResponse:
    """Note that the page is still open, and tell who else has it open."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        ticket = visible(session.get(Ticket, ticket_id), me.staff)
    note_looking(parts, me, ticket, writing=writing)
    with parts.database.reading() as session:
        colleagues = viewers.others(session, ticket_id, me.staff, now=parts.clock())
        revision = ticket.revision
        return page(request, "desk/ticket/_viewers.html", colleagues=colleagues, revision=revision)


@router.get("/articles")
def articles(
    request: Request, me: Reading, ticket_id: int, q: Annotated[str, Query(max_length=500)] = ""
) -> HTMLResponse:
    """Give the articles that a search finds, for the panel beside the ticket."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        ticket = visible(session.get(Ticket, ticket_id), me.staff)
        found = suggesting.search(parts, q) if q.strip() else ()
        return page(
            request,
            "desk/ticket/_found.html",
            me=me,
            ticket=ticket,
            found=found,
            q=q,
            corrected=corrections.of_ticket(session, ticket),
            first_suggested=ticket.article or "",
        )


def _is_id(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 10


def _anchor(part: str) -> str:
    return part if part in PARTS else "answer"
