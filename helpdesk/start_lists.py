"""What the desk's start page shows of tickets: one's own, what is free to take, what is due, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.queues import Queue
from helpdesk.ticket_filters import Order, Seer, View, Wanted
from helpdesk.ticket_lists import Count, TicketRow, count, count_by_queue, page_of

SHOWN = 8
"""Tickets of each list."""
COUNTED = (View.MINE, View.UNASSIGNED, View.OVERDUE, View.PENDING)


@dataclass(frozen=True)
class Start:
    """The lists of the start page and the counts beside its links."""

    mine: Sequence[TicketRow]
    unassigned: Sequence[TicketRow]
    due: Sequence[TicketRow]
    counts: Mapping[View, Count]
    queues: Mapping[Queue, Count]


def start_of(session: Session, seer: Seer, *, now: datetime) -> Start:
    """Return what the start page shows to somebody."""

    def beginning(wanted: Wanted) -> Sequence[TicketRow]:
        return page_of(session, wanted, seer, now=now, size=SHOWN).rows

    return Start(
        mine=beginning(Wanted(view=View.MINE)),
        unassigned=beginning(Wanted(view=View.UNASSIGNED)),
        due=beginning(Wanted(order=Order.DUE)),
        counts={view: count(session, Wanted(view=view), seer, now=now) for view in COUNTED},
        queues=count_by_queue(session, seer, now=now),
    )
