"""The notices on every page of the desk: offered chats, unread words of customers, calls for a supervisor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from helpdesk import live_chats, offers
from helpdesk.lifecycle import Level
from helpdesk.queues import Queue
from helpdesk.roles import Permission, may
from helpdesk.standing import standing
from helpdesk.tables import ChatOffer, Conversation, Staff
from web.desk.signed_in import Reading, parts_of
from web.pages import page
from web.parts import Parts

router = APIRouter()


@dataclass(frozen=True)
class OfferNotice:
    """An offered chat.

    Attributes:
        chat_id: the conversation's number.
        queue: where it waits.
        title: the topic's title; empty when there is none.
        level: how well the customer is known.
        urgent: whether somebody may be in danger.
        since: when it began to wait (aware UTC).
        seconds: how long the offer still stands.
        personal: whether a colleague passed it on to this very consultant.
    """

    chat_id: int
    queue: Queue
    title: str
    level: Level
    urgent: bool
    since: datetime
    seconds: int
    personal: bool


@dataclass(frozen=True)
class CallNotice:
    """A colleague's call for a supervisor."""

    chat_id: int
    consultant: str
    since: datetime


@dataclass(frozen=True)
class Notices:
    """What somebody is to notice now."""

    offers: Sequence[OfferNotice]
    calls: Sequence[CallNotice]
    unread: int


def notices_of(session: Session, parts: Parts, staff: Staff) -> Notices:
    """Return what somebody at the desk is to notice now; nothing for roles that see no cases."""
    if not may(staff, Permission.WORK_ON_CASES):
        return Notices([], [], 0)
    now = parts.clock()
    offered = [_offer(session, parts, offer, staff, now) for offer in offers.open_offers(session, staff, now=now)]
    called = live_chats.calls(session, staff) if may(staff, Permission.LEAD) else []
    calls = [
        CallNotice(chat.id, chat.consultant.name if chat.consultant else "", chat.supervisor_called_at or now)
        for chat in called
    ]
    return Notices(offered, calls, live_chats.unread(session, staff))


def _offer(session: Session, parts: Parts, offer: ChatOffer, staff: Staff, now: datetime) -> OfferNotice:
    chat = session.get_one(Conversation, offer.conversation_id)
    article = parts.article(chat.topic)
    return OfferNotice(
        chat_id=chat.id,
        queue=chat.queue or Queue.GENERAL,
        title=article.title if article else "",
        level=standing(session, chat, now).within(chat.queue).level,
        urgent=chat.urgent,
        since=chat.waiting_since or offer.made_at,
        seconds=max(1, ceil((offer.expires_at - now).total_seconds())),
        personal=chat.wanted_staff_id == staff.id,
    )


@router.get("/notices")
def fragment(request: Request, me: Reading) -> HTMLResponse:
    """Give the notices alone, for refreshing."""
    parts = parts_of(request)
    with parts.database.reading() as session:
        return page(request, "desk/_notices.html", me=me, notices=notices_of(session, parts, me.staff))
