"""Offers of waiting chats: each is offered to one free consultant for a short time, then to the next.

The conversations that wait are the queue, and the offers are rows: nothing is kept in a process, so any web node may
make offers at any moment, and several may at once. See `docs/adr/0013-offers-are-rows.md`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, defer

from helpdesk.house import House
from helpdesk.lifecycle import Mode, OfferOutcome, Presence
from helpdesk.offer_rules import Asked, Candidate, WaitingChat, choose
from helpdesk.ownership import changed
from helpdesk.queues import Queue
from helpdesk.staff import specialities
from helpdesk.staff_sessions import at_the_desk
from helpdesk.tables import ChatOffer, Conversation, Staff
from helpdesk.waiting import IN_ORDER

ONE_AT_A_TIME = 0x0FFE
"""The number of the lock in PostgreSQL under which offers are made; SQLite has one writer anyway."""


@dataclass(frozen=True)
class Round:
    """What one look at the queue did, as pairs of conversation and consultant."""

    made: Sequence[tuple[int, int]] = ()
    expired: Sequence[tuple[int, int]] = ()
    withdrawn: Sequence[tuple[int, int]] = ()

    @property
    def told(self) -> frozenset[int]:
        """The consultants whose notices changed."""
        return frozenset(staff for _, staff in (*self.made, *self.expired, *self.withdrawn))


@dataclass(frozen=True)
class _Plan:
    """What is to be done: offers to make, and offers to end by their new outcome."""

    made: Sequence[tuple[int, int]]
    ended: Mapping[OfferOutcome, Sequence[ChatOffer]]

    def __bool__(self) -> bool:
        return bool(self.made) or any(self.ended.values())


def make_offers(session: Session, house: House, *, now: datetime) -> Round:
    """End the offers whose time is over and offer the waiting chats, oldest eligible first; returns what was done.

    Safe with several nodes at once: one makes offers, the others wait for it and then see its offers.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    plan = _plan(session, house, now, locking=True)
    for outcome, offers in plan.ended.items():
        _end(session, [offer.id for offer in offers], outcome, now)
    expires_at = now + timedelta(seconds=house.offer_seconds)
    for conversation_id, staff_id in plan.made:
        session.add(ChatOffer(conversation_id=conversation_id, staff_id=staff_id, made_at=now, expires_at=expires_at))
    session.flush()
    expired, withdrawn = (
        [(offer.conversation_id, offer.staff_id) for offer in plan.ended.get(outcome, ())]
        for outcome in (OfferOutcome.EXPIRED, OfferOutcome.WITHDRAWN)
    )
    return Round(plan.made, expired, withdrawn)


def are_due(session: Session, house: House, *, now: datetime) -> bool:
    """Return whether `make_offers` would do anything; only reads."""
    return bool(_plan(session, house, now, locking=False))


def decline(session: Session, conversation_id: int, staff: Staff, *, now: datetime) -> bool:
    """Note that a consultant does not take a chat that is offered to them; returns whether it was."""
    own = update(ChatOffer).where(
        ChatOffer.conversation_id == conversation_id, ChatOffer.staff_id == staff.id, ChatOffer.outcome.is_(None)
    )
    return changed(session, own.values(outcome=OfferOutcome.DECLINED, ended_at=now)) == 1


def settle(session: Session, conversation_id: int, *, taken_by: Staff | None, now: datetime) -> None:
    """End the offer of a chat that waits no more: accepted by who took it, withdrawn from everybody else."""
    open_ones = update(ChatOffer).where(ChatOffer.conversation_id == conversation_id, ChatOffer.outcome.is_(None))
    if taken_by is not None:
        own = open_ones.where(ChatOffer.staff_id == taken_by.id)
        changed(session, own.values(outcome=OfferOutcome.ACCEPTED, ended_at=now))
    changed(session, open_ones.values(outcome=OfferOutcome.WITHDRAWN, ended_at=now))


def open_offers(session: Session, staff: Staff, *, now: datetime) -> Sequence[ChatOffer]:
    """Return the offers that a consultant can accept now, the oldest first."""
    wanted = select(ChatOffer).join(Conversation, Conversation.id == ChatOffer.conversation_id)
    wanted = wanted.where(ChatOffer.staff_id == staff.id, ChatOffer.outcome.is_(None), ChatOffer.expires_at > now)
    return session.scalars(wanted.where(Conversation.mode == Mode.WAITING).order_by(ChatOffer.id)).all()


def offered_to(session: Session, conversation_id: int) -> int | None:
    """Return to which consultant a chat is offered, by the id; None when to nobody."""
    undecided = ChatOffer.conversation_id == conversation_id, ChatOffer.outcome.is_(None)
    return session.scalar(select(ChatOffer.staff_id).where(*undecided))


def _plan(session: Session, house: House, now: datetime, *, locking: bool) -> _Plan:
    chats = _waiting(session, locking=locking)
    undecided = session.scalars(select(ChatOffer).where(ChatOffer.outcome.is_(None)).order_by(ChatOffer.id)).all()
    if not chats and not undecided:
        return _Plan([], {})
    desk = _desk(session, house, undecided, now)
    ended = _to_end(session, undecided, {chat.id for chat in chats}, desk, now)
    over = {offer.id for offers in ended.values() for offer in offers}
    for offer in undecided:
        if offer.id in over and offer.staff_id in desk:
            desk[offer.staff_id] = replace(desk[offer.staff_id], load=desk[offer.staff_id].load - 1)
    asked = _asked(session)
    for offer in ended[OfferOutcome.EXPIRED]:
        asked[offer.conversation_id][offer.staff_id] = Asked(now, declined=False)
    offered = {offer.conversation_id for offer in undecided if offer.id not in over}
    made = []
    for chat in chats:
        if chat.id in offered:
            continue
        patience = timedelta(seconds=house.offer_seconds)
        chosen = choose(chat, desk.values(), asked[chat.id], patience=patience, now=now)
        if chosen is not None:
            desk[chosen.staff_id] = replace(chosen, load=chosen.load + 1)
            made.append((chat.id, chosen.staff_id))
    return _Plan(made, ended)


def _waiting(session: Session, *, locking: bool) -> Sequence[WaitingChat]:
    columns = Conversation.id, Conversation.queue, Conversation.waiting_since, Conversation.wanted_staff_id
    wanted = select(*columns).where(Conversation.mode == Mode.WAITING).order_by(*IN_ORDER)
    if locking:
        # Conversations are locked before offers everywhere, so that nobody waits for each other in a circle. Who is
        # taken at this moment is waited for: passing over the oldest would break the order.
        wanted = wanted.with_for_update(key_share=True)
    return [
        WaitingChat(number, queue or Queue.GENERAL, since, person)
        for number, queue, since, person in session.execute(wanted)
        if since is not None
    ]


def _desk(session: Session, house: House, undecided: Collection[ChatOffer], now: datetime) -> dict[int, Candidate]:
    """Return who takes new chats now: available, and signed in in a browser that was used lately."""
    wanted = select(Staff).options(defer(Staff.totp_secret))
    wanted = wanted.where(at_the_desk(house, now), Staff.presence == Presence.AVAILABLE)
    led = select(Conversation.consultant_id, func.count()).where(Conversation.mode == Mode.HUMAN)
    load = defaultdict(int, session.execute(led.group_by(Conversation.consultant_id)).all())
    for offer in undecided:
        load[offer.staff_id] += 1
    return {
        staff.id: Candidate(
            staff.id,
            specialities(staff),
            load[staff.id],
            house.chats_at_once if staff.capacity is None else staff.capacity,
            max(filter(None, (staff.idle_since, staff.presence_at)), default=staff.created_at),
        )
        for staff in session.scalars(wanted)
        if specialities(staff)
    }


def _to_end(
    session: Session,
    undecided: Collection[ChatOffer],
    waiting: Collection[int],
    desk: Mapping[int, Candidate],
    now: datetime,
) -> dict[OfferOutcome, list[ChatOffer]]:
    """Return the offers to end: their time is over, the chat waits no more, or the consultant takes none now."""
    gone = {offer.conversation_id for offer in undecided} - set(waiting)
    taken = select(Conversation.id).where(Conversation.id.in_(gone), Conversation.mode != Mode.WAITING)
    over = set(session.scalars(taken)) if gone else set()
    ended: dict[OfferOutcome, list[ChatOffer]] = {OfferOutcome.EXPIRED: [], OfferOutcome.WITHDRAWN: []}
    for offer in undecided:
        if offer.conversation_id in over:
            ended[OfferOutcome.WITHDRAWN].append(offer)
        elif offer.conversation_id in gone:
            continue  # it began to wait anew a moment ago; the next round looks again
        elif offer.expires_at <= now:
            ended[OfferOutcome.EXPIRED].append(offer)
        elif offer.staff_id not in desk:
            ended[OfferOutcome.WITHDRAWN].append(offer)
    return ended


def _asked(session: Session) -> defaultdict[int, dict[int, Asked]]:
    """Return whom each waiting chat was offered to in vain since its wait began, by chat and consultant."""
    in_vain = ChatOffer.outcome.in_((OfferOutcome.DECLINED, OfferOutcome.EXPIRED))
    wanted = (
        select(ChatOffer.conversation_id, ChatOffer.staff_id, ChatOffer.ended_at, ChatOffer.outcome)
        .join(Conversation, Conversation.id == ChatOffer.conversation_id)
        .where(Conversation.mode == Mode.WAITING, in_vain, ChatOffer.made_at >= Conversation.waiting_since)
        .order_by(ChatOffer.id)
    )
    asked: defaultdict[int, dict[int, Asked]] = defaultdict(dict)
    for conversation_id, staff_id, ended_at, outcome in session.execute(wanted):
        if ended_at is not None:
            asked[conversation_id][staff_id] = Asked(ended_at, outcome is OfferOutcome.DECLINED)
    return asked


def _end(session: Session, ids: Collection[int], outcome: OfferOutcome, now: datetime) -> None:
    if ids:
        those = update(ChatOffer).where(ChatOffer.id.in_(ids), ChatOffer.outcome.is_(None))
        changed(session, those.values(outcome=outcome, ended_at=now))
