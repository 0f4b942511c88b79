"""Score cards for supervisors: scoring a case, finding cards by their points, reading one, deciding appeals."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from helpdesk import appeals, criteria, house, scoring, scoring_cases, scoring_lists
from helpdesk.appeals import BadAppeal, Decision
from helpdesk.errors import AlreadyTaken, NotFound
from helpdesk.quality_states import CriterionKind, ScoreStatus
from helpdesk.queues import Queue
from helpdesk.scoring import BadCard, ItemState
from helpdesk.scoring_points import LEAST_WORDS, LOW, MOST_WORDS
from helpdesk.tables import SampleItem, ScoreCard, Staff, StaffSession
from web.desk.quality import first_criteria
from web.desk.quality_case import link_to, names, words_of
from web.desk.quality_forms import CHANNELS, SCALE, CardsAddress, TypedCard
from web.desk.reading_marks import note_reading
from web.desk.signed_in import Leading, LeadingForm, back_to, parts_of
from web.labels import name_of
from web.pages import page
from web.parts import Parts

router = APIRouter(prefix="/quality")


@router.get("/items/{item_id}")
def show_item(request: Request, me: Leading, item_id: int) -> HTMLResponse:
    """Show a case with the form of its card."""
    first_criteria(parts_of(request))
    return _item(request, me, item_id)


@router.post("/items/{item_id}")
async def give(request: Request, me: LeadingForm, item_id: int) -> Response:
    """Give a card; one that is not complete comes back with everything that was filled in."""
    typed = TypedCard.of(await request.form(), "feedback")
    return await run_in_threadpool(_give, request, me, item_id, typed)


def _give(request: Request, me: StaffSession, item_id: int, typed: TypedCard) -> Response:
    parts = parts_of(request)
    with parts.database.session() as session:
        try:
            card = scoring.give(session, item_id, me.staff, typed.filled, now=parts.clock())
        except NotFound:
            raise HTTPException(404) from None
        except AlreadyTaken:
            session.rollback()
            return _item(request, me, item_id, typed, "taken", 409)
        except BadCard as refused:
            session.rollback()
            return _item(request, me, item_id, typed, refused.problem.value, 422)
        session.commit()
        return back_to(f"/desk/quality/cards/{card.id}")


@router.post("/items/{item_id}/once")
def score_once(request: Request, me: LeadingForm, item_id: int) -> Response:
    """Do without the second card of a case."""
    parts = parts_of(request)
    with parts.database.session() as session:
        item = _scorable(session, item_id, me)
        if item.double:
            scoring.score_once(session, item, by=me.staff, now=parts.clock())
            session.commit()
        return back_to(f"/desk/quality/samples/{item.sample_id}")


def _scorable(session: Session, item_id: int, me: StaffSession) -> SampleItem:
    """Return an item; one's own work does not exist for whoever scores."""
    item = session.get(SampleItem, item_id)
    if item is None or item.consultant_id == me.staff_id:
        raise HTTPException(404)
    return item


def _item(
    request: Request,
    me: StaffSession,
    item_id: int,
    typed: TypedCard | None = None,
    problem: str = "",
    code: int = 200,
) -> HTMLResponse:
    parts = parts_of(request)
    _note_reading(parts, me, item_id)
    with parts.database.reading() as session:
        item = _scorable(session, item_id, me)
        state = scoring.state_of(session, item, me.staff)
        case = scoring_cases.find(session, item.subject)
        response = page(
            request,
            "desk/quality/item.html",
            code=code,
            me=me,
            item=item,
            state=state,
            case=names(session, [item.subject])[item.subject],
            link=link_to(session, item.subject, me.staff),
            cards=[card for card in scoring.cards_of(session, item) if card.shown_at or card.scorer_id == me.staff_id],
            criteria=criteria.active(session) if state is ItemState.OPEN else [],
            typed=typed or TypedCard(),
            problem=name_of("CardProblem", problem) if problem else "",
            wrong=problem,
            scale=SCALE,
            low=LOW,
            most_words=MOST_WORDS,
            **(words_of(session, case) if case is not None else {}),
        )
    response.headers["Cache-Control"] = "no-store"
    return response


def _note_reading(parts: Parts, me: StaffSession, item_id: int) -> None:
    with parts.database.reading() as session:
        item = _scorable(session, item_id, me)
        case = scoring_cases.find(session, item.subject)
    if case is not None:
        note_reading(parts, me, item.subject, scoring_cases.level_of(case))


@router.get("/cards")
def show_cards(request: Request, me: Leading, shown: Annotated[CardsAddress, Depends()]) -> HTMLResponse:
    """Show cards by consultant, queue, period, points, kind of criteria, status and channel."""
    with parts_of(request).database.reading() as session:
        rows, has_more = scoring_lists.cards(session, shown.wanted(), me.staff, page=shown.page)
        scored = select(Staff).where(Staff.id.in_(select(ScoreCard.consultant_id))).order_by(Staff.name, Staff.id)
        return page(
            request,
            "desk/quality/cards.html",
            me=me,
            shown=shown,
            rows=rows,
            has_more=has_more,
            cases=names(session, {row.card.subject for row in rows}),
            consultants=session.scalars(scored).all(),
            queues=list(Queue),
            kinds=list(CriterionKind),
            statuses=list(ScoreStatus),
            channels=CHANNELS,
        )


@router.get("/cards/{card_id}")
def show_card(request: Request, me: Leading, card_id: int) -> HTMLResponse:
    """Show a card, and the form that decides an appeal against it to who may."""
    return _card(request, me, card_id)


@router.get("/appeals")
def show_appeals(request: Request, me: Leading) -> HTMLResponse:
    """Show the appeals that wait for a decision."""
    with parts_of(request).database.reading() as session:
        found = appeals.waiting(session, me.staff)
        return page(
            request,
            "desk/quality/appeals.html",
            me=me,
            appeals=found,
            mine_to_decide={one.card_id for one in found if appeals.may_decide(one.card, me.staff)},
            undecidable={one.card_id for one in found if not appeals.deciders(session, one.card)},
            cases=names(session, {one.card.subject for one in found}),
        )


@router.post("/cards/{card_id}/decision")
async def decide(request: Request, me: LeadingForm, card_id: int) -> Response:
    """Uphold a card, or change its points, with the reason."""
    form = await request.form()
    return await run_in_threadpool(
        _decide, request, me, card_id, TypedCard.of(form, "reason"), form.get("decision") == "change"
    )


def _decide(request: Request, me: StaffSession, card_id: int, typed: TypedCard, changes: bool) -> Response:
    parts = parts_of(request)
    decision = Decision(typed.words, typed.points if changes else None)
    with parts.database.session() as session:
        try:
            card = scoring.visible(session, card_id, me.staff, lock=True)
            appeals.decide(session, card, me.staff, decision, now=parts.clock())
        except NotFound:
            raise HTTPException(404) from None
        except BadAppeal as refused:
            session.rollback()
            return _card(request, me, card_id, typed, refused.problem.value, 422)
        session.commit()
    return back_to(f"/desk/quality/cards/{card_id}")


def _card(
    request: Request,
    me: StaffSession,
    card_id: int,
    typed: TypedCard | None = None,
    problem: str = "",
    code: int = 200,
) -> HTMLResponse:
    parts = parts_of(request)
    with parts.database.reading() as session:
        try:
            card = scoring.visible(session, card_id, me.staff)
        except NotFound:
            raise HTTPException(404) from None
        item = session.get_one(SampleItem, card.item_id)
        others = [one for one in scoring.cards_of(session, item) if one.id != card.id and one.shown_at]
        response = page(
            request,
            "desk/quality/card.html",
            code=code,
            me=me,
            card=card,
            item=item,
            others=others,
            case=names(session, [card.subject])[card.subject],
            link=link_to(session, card.subject, me.staff),
            appeal=appeals.find(session, card),
            until=appeals.until(card, house.load(session).appeal_days),
            may_decide=appeals.may_decide(card, me.staff),
            deciders=appeals.deciders(session, card),
            typed=typed or TypedCard.of_card(card),
            problem=name_of("AppealProblem", problem) if problem else "",
            scale=SCALE,
            least_words=LEAST_WORDS,
            most_words=MOST_WORDS,
        )
    response.headers["Cache-Control"] = "no-store"
    return response
