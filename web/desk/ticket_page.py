"""The page of a ticket: everything that is needed to understand and answer it, on one screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import answers, drafts, proposals, revisions, sealed_values, story, viewers
from helpdesk.answer_times import class_rules, is_late
from helpdesk.learning import corrections
from helpdesk.lifecycle import Direction, Level, TicketStatus
from helpdesk.policy import Channel, Matter, may_tell
from helpdesk.queues import Queue
from helpdesk.staff import may_work_on
from helpdesk.tables import AuditEntry, Staff, StaffSession, Ticket, TicketMessage
from helpdesk.verified_answers import VERIFIED
from web.desk import suggestions as suggesting
from web.desk.case_access import visible
from web.desk.history import history
from web.desk.insertables import insertables, values_for
from web.desk.reading_marks import note_looking, note_reading
from web.desk.signed_in import parts_of
from web.desk.sorting import sorting_of
from web.desk.ticket_facts import facts_of
from web.desk.ticket_forms import MOST_CHARS, Typed
from web.pages import day, page
from web.parts import Parts

DEEDS = 15
"""Lines of the history that are shown at first."""
MOST_DEEDS = 500
MESSAGES = 50
"""Messages that are shown at first, the latest."""
MOST_MESSAGES = 1_000
PROBLEMS = frozenset({"merge", "split", "tag", "link", "assign"})
"""What may have gone wrong with a form, as the page's address says."""


@dataclass(frozen=True)
class Shown:
    """How much of a ticket its page shows, as its address says."""

    problem: Annotated[str, Query(max_length=20)] = ""
    q: Annotated[str, Query(max_length=500)] = ""
    """What is searched for among the articles."""
    told: Annotated[int, Query(ge=1, le=story.MOST)] = story.FEW
    """Events of the customer's story."""
    everything: bool = False
    """The whole history and all messages."""


def show_ticket(
    request: Request,
    me: StaffSession,
    ticket_id: int,
    shown: Shown | None = None,
    *,
    code: int = 200,
    typed: Typed | None = None,
) -> HTMLResponse:
    """Return a ticket's page; with `typed` what somebody wrote into a form that was refused."""
    parts, shown, typed = parts_of(request), shown or Shown(), typed or Typed()
    with parts.database.reading() as session:
        ticket = visible(session.get(Ticket, ticket_id), me.staff)
    note_reading(parts, me, f"ticket:{ticket.id}", ticket.level)
    note_looking(parts, me, ticket)
    with parts.database.reading() as session:
        ticket = visible(session.get(Ticket, ticket_id), me.staff)
        response = page(
            request,
            "desk/ticket.html",
            code=code,
            me=me,
            ticket=ticket,
            shown=shown,
            typed=typed,
            problem=shown.problem if shown.problem in PROBLEMS else "",
            **_read(session, parts, ticket, me.staff, shown),
            **_written(session, parts, ticket, me.staff, typed, shown),
        )
    # What was typed, and what a confirmed customer's case holds, stays in no cache.
    response.headers["Cache-Control"] = "no-store"
    return response


def _read(session: Session, parts: Parts, ticket: Ticket, staff: Staff, shown: Shown) -> Mapping[str, object]:
    """What is read on the page."""
    here = TicketMessage.ticket_id == ticket.id
    count = session.scalar(select(func.count()).select_from(TicketMessage).where(here)) or 0
    most = MOST_MESSAGES if shown.everything else MESSAGES
    latest = session.scalars(select(TicketMessage).where(here).order_by(TicketMessage.id.desc()).limit(most)).all()
    messages = latest[::-1]
    deeds = select(AuditEntry).where(AuditEntry.subject == f"ticket:{ticket.id}").order_by(AuditEntry.id.desc())
    done = session.scalars(deeds.limit((MOST_DEEDS if shown.everything else DEEDS) + 1)).all()
    few = len(done) > DEEDS and not shown.everything
    likely = session.get(Ticket, ticket.likely_ticket_id) if ticket.likely_ticket_id else None
    return {
        "messages": messages,
        "sorting": sorting_of(session, ticket, staff),
        "older_messages": count - len(messages),
        "facts": facts_of(session, parts, ticket, messages),
        "sealed": sealed_values.values_of_messages(session, messages),
        "history": history(done[:DEEDS] if few else done),
        "has_older_deeds": few,
        "likely": likely if likely and may_work_on(staff, likely.queue, likely.consultant_id) else None,
        "story": story.story(session, ticket, staff, limit=shown.told),
        "most_told": story.MOST,
        "titles": _Titles(parts),
        "colleagues": viewers.others(session, ticket.id, staff, now=parts.clock()),
        "proposed": proposals.of_ticket(session, ticket),
        "law": class_rules()[ticket.kind].law,
        "late": is_late(ticket.answer_by, ticket.status, parts.clock()),
        "incoming": Direction.IN,
        "outgoing": Direction.OUT,
        "verified": VERIFIED,
    }


def _written(
    session: Session, parts: Parts, ticket: Ticket, staff: Staff, typed: Typed, shown: Shown
) -> Mapping[str, object]:
    """What the page's forms need."""
    kept = {part: drafts.find(session, staff.id, drafts.subject_of(ticket.id, part)) for part in ("answer", "note")}
    answer, note = kept["answer"], kept["note"]
    return {
        "mark": revisions.mark(session, ticket.id),
        "answer_draft": answer if typed.answer is None else None,
        "answer_text": typed.answer if typed.answer is not None else answer.text if answer else "",
        "note_text": typed.note if typed.note is not None else note.text if note else "",
        "confirmed_reader": ticket.customer if ticket.level.at_least(Level.VERIFIED) else None,
        "account_data_allowed": may_tell(ticket.level, Matter.INDIVIDUAL, Channel.MAIL),
        "suggestions": suggesting.suggestions(parts, ticket, _asked(session, ticket)),
        "corrected": corrections.of_ticket(session, ticket),
        "first_suggested": ticket.article or "",
        "found_articles": suggesting.search(parts, shown.q) if shown.q.strip() else None,
        "canned": insertables(session, ticket.queue, values_of(parts, ticket, staff)),
        "can_solve": ticket.status not in {TicketStatus.SOLVED, TicketStatus.CLOSED},
        "is_merged": ticket.merged_into_id is not None,
        "queues": list(Queue),
        "most_chars": MOST_CHARS,
        "most_files": answers.MOST_FILES,
    }


def values_of(parts: Parts, ticket: Ticket, staff: Staff) -> Mapping[str, str]:
    """Return what the placeholders of canned answers stand for in a ticket; `termin` is the statutory one:
    by when the office means to answer is no promise to a customer.
    """
    own = {
        "numer": ticket.number,
        "temat": ticket.subject,
        **({"termin": day(ticket.answer_by)} if ticket.answer_by else {}),
    }
    return {**values_for(ticket.queue, staff, parts.clock()), **own}


def _asked(session: Session, ticket: Ticket) -> str:
    first = select(TicketMessage.text).where(
        TicketMessage.ticket_id == ticket.id, TicketMessage.direction == Direction.IN
    )
    return session.scalar(first.order_by(TicketMessage.id).limit(1)) or ""


class _Titles:
    """Titles of articles by id, looked up only when a page names one."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def get(self, article: str) -> str | None:
        """Return an article's title; None for what is no article's id."""
        found = self._parts.knowledge().library.articles.get(article) if article else None
        return found.title if found else None
