"""What consultants did: chats and minutes in them, tickets, calls, and what became of offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.lifecycle import CallResult, Direction, OfferOutcome
from helpdesk.reports.measures import Rows, SecondsBetween, as_counts
from helpdesk.reports.scope import Channel, Scope
from helpdesk.tables import (
    Callback,
    CallbackTry,
    ChatOffer,
    ConsultantPart,
    Conversation,
    Staff,
    Ticket,
    TicketMessage,
)


@dataclass(frozen=True)
class Work:
    """What somebody did in a period.

    Attributes:
        chats: parts of chats that they began.
        seconds: how long those parts took together; parallel chats count each. Parts that last are left out.
        answered: tickets that they wrote an answer to.
        solved: tickets of theirs that were solved.
        calls: tries to call a customer.
        reached: calls that reached the customer.
        accepted: offered chats that they took.
        declined: offered chats that they declined.
        expired: offered chats that they did not react to.
    """

    chats: int = 0
    seconds: int = 0
    answered: int = 0
    solved: int = 0
    calls: int = 0
    reached: int = 0
    accepted: int = 0
    declined: int = 0
    expired: int = 0


@dataclass(frozen=True)
class Load:
    """What one person did."""

    staff_id: int
    name: str
    work: Work


def loads(session: Session, scope: Scope) -> Sequence[Load]:
    """Return what each person did who did anything, by name."""
    counted = {name: as_counts(session.execute(query).all()) for name, query in _queries(scope).items()}
    names = dict(session.execute(select(Staff.id, Staff.name)).all())
    busy = {staff_id for numbers in counted.values() for staff_id, number in numbers.items() if number}
    found = [
        Load(staff_id, names[staff_id], Work(**{name: numbers.get(staff_id, 0) for name, numbers in counted.items()}))
        for staff_id in busy
    ]
    return sorted(found, key=lambda one: (one.name, one.staff_id))


def together(found: Sequence[Load]) -> Work:
    """Return what all did together."""
    return Work(**{one.name: sum(getattr(load.work, one.name) for load in found) for one in fields(Work)})


def _queries(scope: Scope) -> Mapping[str, Rows]:
    queries: dict[str, Rows] = {}
    if scope.takes(Channel.CHAT):
        queries |= _of_chats(scope)
    queries |= _of_tickets(scope)
    if scope.takes(None):
        queries |= _of_calls(scope)
    return queries


def _of_chats(scope: Scope) -> dict[str, Rows]:
    part, offer = ConsultantPart, ChatOffer
    begun = (scope.within(part.began_at), scope.of_queue(part.queue))
    offered = (scope.within(offer.made_at), scope.of_queue(Conversation.queue))
    outcomes = {"accepted": OfferOutcome.ACCEPTED, "declined": OfferOutcome.DECLINED, "expired": OfferOutcome.EXPIRED}
    return {
        "chats": _by(part.staff_id, func.count()).where(*begun),
        "seconds": _by(part.staff_id, func.sum(SecondsBetween(part.began_at, part.ended_at))).where(*begun),
        **{
            name: _by(offer.staff_id, func.count())
            .join(Conversation, Conversation.id == offer.conversation_id)
            .where(*offered, offer.outcome == outcome)
            for name, outcome in outcomes.items()
        },
    }


def _of_tickets(scope: Scope) -> dict[str, Rows]:
    channel = () if scope.channel is None else (Ticket.channel == scope.channel.value,)
    return {
        "answered": _by(TicketMessage.staff_id, func.count(TicketMessage.ticket_id.distinct()))
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .where(
            scope.within(TicketMessage.created_at),
            scope.of_queue(Ticket.queue),
            *channel,
            TicketMessage.direction == Direction.OUT,
            TicketMessage.staff_id.is_not(None),
        ),
        "solved": _by(Ticket.consultant_id, func.count()).where(
            scope.within(Ticket.solved_at),
            scope.of_queue(Ticket.queue),
            *channel,
            Ticket.merged_into_id.is_(None),
            Ticket.consultant_id.is_not(None),
        ),
    }


def _of_calls(scope: Scope) -> dict[str, Rows]:
    tried = (
        _by(CallbackTry.staff_id, func.count())
        .join(Callback, Callback.id == CallbackTry.callback_id)
        .where(scope.within(CallbackTry.at), scope.of_queue(Callback.queue))
    )
    return {"calls": tried, "reached": tried.where(CallbackTry.result == CallResult.REACHED)}


def _by(staff_id: Any, number: Any) -> Rows:
    return select(staff_id, number).group_by(staff_id)
