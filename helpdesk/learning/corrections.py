"""What consultants say of suggested articles: "not this one", "that one is right", or silently by what they insert."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import audit
from helpdesk.errors import IllegalMove
from helpdesk.learning.sources import turn_origin, turns_of
from helpdesk.tables import BotTurn, Conversation, Correction, Staff, Ticket


def origin_of(session: Session, ticket: Ticket, place: int) -> str:
    """Return the origin of a question of a ticket's first mail: its turn, so that it is open once whatever went wrong.

    A ticket without turns, as one that a consultant opened, has the place of the question (from 0) instead.
    """
    turns = turns_of(session, ticket)
    return turn_origin(turns[place]) if place < len(turns) else f"ticket:{ticket.id}:{place}"


def correct_ticket(
    session: Session, ticket: Ticket, suggested: str | None, right: str | None, *, by: Staff, now: datetime
) -> Correction:
    """Keep that a suggested article of a ticket is not the right one, and which one is, where that was said.

    Raises:
        IllegalMove: the article was not suggested.
    """
    place = _place_of(ticket, suggested)
    if place is None or suggested == right:
        raise IllegalMove(f"{suggested} was not suggested, or is right as well")
    found = _keep(session, origin_of(session, ticket, place), suggested, right, silent=False, by=by, now=now)
    reason = right or suggested or ""
    audit.record(session, f"ticket:{ticket.id}", "suggestion corrected", now=now, by=by, reason=reason)
    return found


def correct_chat(session: Session, chat: Conversation, right: str | None, *, by: Staff, now: datetime) -> Correction:
    """Keep that the article of a chat is not the right one, for the customer's last question to the bot.

    Raises:
        IllegalMove: the bot has given no article in this chat, or the very same.
    """
    turn = _told(session, chat)
    if turn is None or turn.article == right:
        raise IllegalMove(f"conversation {chat.id} has no suggested article")
    found = _keep(session, turn_origin(turn.id), turn.article, right, silent=False, by=by, now=now)
    reason = right or turn.article or ""
    audit.record(session, f"conversation:{chat.id}", "suggestion corrected", now=now, by=by, reason=reason)
    return found


def note_inserted(session: Session, ticket: Ticket, article: str, *, by: Staff, now: datetime) -> None:
    """Note which article a consultant put into an answer.

    Another one than was suggested speaks against the suggestion, unless that is put in as well. Where it cannot be told
    which of several questions it answers, nothing is noted; what was said aloud stays.
    """
    firsts = _firsts(ticket)
    if article in firsts:
        known = _found(session, origin_of(session, ticket, firsts.index(article)))
        if known is not None and known.silent and not known.withdrawn:
            known.withdrawn, known.gathered = True, False
            session.flush()
        return
    place = _meant(ticket.questions, firsts, article)
    if place is None:
        return
    origin = origin_of(session, ticket, place)
    if _found(session, origin) is None:
        _keep(session, origin, firsts[place], article, silent=True, by=by, now=now)


def of_ticket(session: Session, ticket: Ticket) -> Mapping[str | None, Correction]:
    """Return what consultants said aloud of a ticket's suggestions, by suggested article (None: nothing suggested)."""
    origins = [origin_of(session, ticket, place) for place in range(max(1, len(ticket.questions)))]
    spoken = select(Correction).where(Correction.origin.in_(origins), Correction.silent.is_(False))
    return {one.suggested: one for one in session.scalars(spoken)}


def of_chat(session: Session, chat: Conversation) -> Correction | None:
    """Return what was said of the article that the bot gave last in a chat; None when nothing."""
    turn = _told(session, chat)
    return _found(session, turn_origin(turn.id)) if turn else None


def _told(session: Session, chat: Conversation) -> BotTurn | None:
    with_article = select(BotTurn).where(
        BotTurn.conversation_id == chat.id, BotTurn.article.is_not(None), BotTurn.question_id.is_not(None)
    )
    return session.scalar(with_article.order_by(BotTurn.id.desc()).limit(1))


def _firsts(ticket: Ticket) -> Sequence[str | None]:
    """The first suggestion for each question; a ticket without questions has one for all of it."""
    found = [question.get("article") for question in ticket.questions]
    return found or [ticket.article]


def _place_of(ticket: Ticket, suggested: str | None) -> int | None:
    """The question that an article was suggested for, as the first or as an alternative; None may stand for nothing."""
    firsts = _firsts(ticket)
    if suggested in firsts:
        return firsts.index(suggested)
    for place, question in enumerate(ticket.questions):
        if suggested in question.get("alternatives", ()):
            return place
    return 0 if suggested == ticket.article else None


def _meant(questions: Sequence[Mapping[str, Any]], firsts: Sequence[str | None], article: str) -> int | None:
    """The question that an inserted article answers, where that is sure."""
    if len(firsts) == 1:
        return 0
    among = [place for place, one in enumerate(questions) if article in one.get("alternatives", ())]
    return among[0] if len(among) == 1 else None


def _found(session: Session, origin: str) -> Correction | None:
    return session.scalar(select(Correction).where(Correction.origin == origin))


def _keep(
    session: Session, origin: str, suggested: str | None, right: str | None, *, silent: bool, by: Staff, now: datetime
) -> Correction:
    """Keep a correction; who thinks again changes it, and what is said aloud replaces what was only done."""
    known = _found(session, origin)
    if known is None:
        known = Correction(origin=origin, staff_id=by.id, created_at=now)
        session.add(known)
    known.suggested, known.right_article, known.silent = suggested, right, silent
    known.staff_id, known.withdrawn, known.gathered = by.id, False, False
    session.flush()
    return known
