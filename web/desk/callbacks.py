"""Callbacks at the desk: who calls whom and when, taking a call over, and noting what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator
from sqlalchemy.orm import Session

from helpdesk import call_list, callbacks, calling
from helpdesk.call_list import CallFilter, Whose
from helpdesk.calling import LONGEST_NOTE, MOST_TRIES, Tried
from helpdesk.errors import AlreadyTaken, IllegalMove, SlotTaken
from helpdesk.lifecycle import CallResult
from helpdesk.queues import Queue
from helpdesk.staff import may_work_on, specialities
from helpdesk.tables import Callback, Staff
from polish.cleaning import clean
from polish.masking import mask
from web.desk.signed_in import Working, WorkingForm, back_to, parts_of
from web.pages import page

router = APIRouter(prefix="/callbacks")

LATER_HOURS = 12
"""Hours to choose from for another try."""


class Deed(Protocol):
    """Something that is done with a call; raises what `helpdesk.calling` raises."""

    def __call__(self, session: Session, callback: Callback, /, *, by: Staff, now: datetime) -> Callback:
        """Do it."""


@dataclass(frozen=True)
class Shown:
    """What of the callbacks a list shows, as its address says; `problem` tells what went wrong with a form."""

    whose: Whose = Whose.ALL
    queue: Annotated[Queue | None, Query(), BeforeValidator(lambda chosen: chosen or None)] = None
    number: Annotated[int, Query(ge=0, le=10_000, alias="page")] = 0
    problem: str = ""


@router.get("")
def show(request: Request, me: Working, shown: Annotated[Shown, Depends()]) -> HTMLResponse:
    """Show the calls that wait, those of now and the late ones first, then by day and hour."""
    parts = parts_of(request)
    now = parts.clock()
    with parts.database.reading() as session:
        wanted = CallFilter(shown.whose, shown.queue, shown.number)
        return page(
            request,
            "desk/callbacks.html",
            me=me,
            calls=call_list.calls(session, me.staff, wanted, now=now),
            counts=call_list.counts(session, me.staff, specialities(me.staff)),
            again=callbacks.offered_hours(session, now=now, limit=LATER_HOURS),
            titles={article.id: article.title for article in parts.knowledge().library.articles.values()},
            shown=shown,
            whose=list(Whose),
            results=list(CallResult),
            most_tries=MOST_TRIES,
            longest_note=LONGEST_NOTE,
            page_size=call_list.PAGE,
        )


@router.post("/{callback_id}/take")
def take(request: Request, me: WorkingForm, callback_id: int) -> Response:
    """Take a call over."""
    return _do(
        request, me.staff, callback_id, lambda session, call, by, now: calling.take(session, call, by=by, now=now)
    )


@router.post("/{callback_id}/release")
def release(request: Request, me: WorkingForm, callback_id: int) -> Response:
    """Leave a call to anybody of its queue again."""
    return _do(request, me.staff, callback_id, calling.release)


@router.post("/{callback_id}/result")
def note_result(
    request: Request,
    me: WorkingForm,
    callback_id: int,
    result: Annotated[CallResult, Form()],
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
    again_at: Annotated[datetime | None, Form(), BeforeValidator(lambda chosen: chosen or None)] = None,
) -> Response:
    """Note how a try to call ended; a customer who was not reached is called again at a later hour."""
    if again_at is not None and again_at.tzinfo is None:
        raise HTTPException(422)
    tried = Tried(result, mask(clean(note)).text, again_at)

    def noted(session: Session, call: Callback, *, by: Staff, now: datetime) -> Callback:
        return calling.note_try(session, call, tried, by=by, now=now)

    return _do(request, me.staff, callback_id, noted)


def _do(request: Request, staff: Staff, callback_id: int, deed: Deed) -> Response:
    """Do something with a call; one of other people's queues does not exist."""
    parts, problem = parts_of(request), ""
    with parts.database.session() as session:
        call = session.get(Callback, callback_id)
        if call is None or not may_work_on(staff, call.queue, call.consultant_id):
            raise HTTPException(404)
        try:
            deed(session, call, by=staff, now=parts.clock())
            session.commit()
        except AlreadyTaken:
            problem = "taken"
        except IllegalMove:
            problem = "over"  # somebody called meanwhile, or it was cancelled
        except SlotTaken:
            problem = "hour"
    return back_to(f"/desk/callbacks?problem={problem}" if problem else "/desk/callbacks")
