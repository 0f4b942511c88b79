"""A consultant's own score cards: reading them, and appealing against one."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from helpdesk import appeals, house, scoring, scoring_lists
from helpdesk.appeals import BadAppeal
from helpdesk.errors import NotFound
from helpdesk.scoring_points import LEAST_WORDS, MOST_WORDS
from helpdesk.tables import StaffSession
from web.desk.quality_case import link_to, names
from web.desk.quality_forms import Page, Text, written
from web.desk.signed_in import Working, WorkingForm, back_to, parts_of
from web.labels import name_of
from web.pages import page

router = APIRouter(prefix="/quality/mine")


@router.get("")
def show(request: Request, me: Working, number: Annotated[Page, Query(alias="page")] = 0) -> HTMLResponse:
    """Show one's own cards."""
    with parts_of(request).database.reading() as session:
        cards, has_more = scoring_lists.mine(session, me.staff, page=number)
        return page(
            request,
            "desk/quality/mine.html",
            me=me,
            cards=cards,
            number=number,
            has_more=has_more,
            cases=names(session, {card.subject for card in cards}),
            days=house.load(session).appeal_days,
        )


@router.get("/{card_id}")
def show_card(request: Request, me: Working, card_id: int) -> HTMLResponse:
    """Show one of one's own cards, which is noted as seen."""
    parts = parts_of(request)
    with parts.database.session() as session:
        if scoring.note_seen(session, card_id, me.staff, now=parts.clock()):
            session.commit()
    return _card(request, me, card_id)


@router.post("/{card_id}/appeal")
def appeal(
    request: Request, me: WorkingForm, card_id: int, words: Annotated[Text, Form(alias="text")] = ""
) -> Response:
    """Appeal against one's own card."""
    parts = parts_of(request)
    text = written(words)
    with parts.database.session() as session:
        try:
            card = scoring.visible(session, card_id, me.staff, lock=True)
            days = house.load(session).appeal_days
            appeals.make(session, card, me.staff, text, days=days, now=parts.clock())
        except NotFound:
            raise HTTPException(404) from None
        except BadAppeal as refused:
            session.rollback()
            return _card(request, me, card_id, text, refused.problem.value, 422)
        session.commit()
    return back_to(f"/desk/quality/mine/{card_id}")


def _card(
    request: Request, me: StaffSession, card_id: int, text: str = "", problem: str = "", code: int = 200
) -> HTMLResponse:
    parts = parts_of(request)
    with parts.database.reading() as session:
        try:
            card = scoring.visible(session, card_id, me.staff)
        except NotFound:
            raise HTTPException(404) from None
        if card.consultant_id != me.staff_id:
            raise HTTPException(404)
        days = house.load(session).appeal_days
        response = page(
            request,
            "desk/quality/my_card.html",
            code=code,
            me=me,
            card=card,
            case=names(session, [card.subject])[card.subject],
            link=link_to(session, card.subject, me.staff),
            appeal=appeals.find(session, card),
            deciders=appeals.deciders(session, card),
            until=appeals.until(card, days),
            may_appeal=appeals.is_possible(card, me.staff, days=days, now=parts.clock()),
            text=text,
            problem=name_of("AppealProblem", problem) if problem else "",
            least_words=LEAST_WORDS,
            most_words=MOST_WORDS,
        )
    response.headers["Cache-Control"] = "no-store"
    return response
