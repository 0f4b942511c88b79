"""The lists: who sees what, in which order, page by page while rows change."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import keysets, tagging, tickets, watching
from helpdesk.database import Database
from helpdesk.errors import BadCursor
from helpdesk.lifecycle import Priority, TicketClass, TicketStatus
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import Staff, Ticket
from helpdesk.ticket_filters import SORTINGS, Order, Seer, View, Wanted
from helpdesk.ticket_lists import MOST_COUNTED, Count, count, count_by_queue, page_of
from helpdesk.tickets import NewTicket
from tests.conftest import NOON


@pytest.fixture
def ewa(database: Database) -> Staff:
    with database.session() as session:
        staff = add_staff(session, login="ewa", name="Ewa", password="x", queues=[Queue.BENEFITS], now=NOON)
        session.commit()
    return staff


def seer(staff: Staff, *queues: Queue) -> Seer:
    return Seer(staff.id, frozenset(queues or Queue))


def opened(session: Session, minutes: int = 0, **details: object) -> Ticket:
    new = NewTicket(**{"queue": Queue.BENEFITS, "subject": "Pytanie", "address": "anna@example.org", **details})
    return tickets.open_ticket(session, new, now=NOON + timedelta(minutes=minutes))


def listed(session: Session, wanted: Wanted, who: Seer) -> list[int]:
    return [row.id for row in page_of(session, wanted, who, now=NOON).rows]


def test_pressing_tickets_come_first_and_waiting_ones_last(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        waiting = opened(session, 9, priority=Priority.URGENT)
        normal, high, urgent = opened(session, 2), opened(session, 1, priority=Priority.HIGH), opened(session, 0)
        tickets.change_priority(session, urgent, Priority.URGENT, ewa, now=NOON)
        tickets.move(session, waiting, TicketStatus.PENDING, ewa, NOON)
        solved = opened(session)
        tickets.solve(session, solved, ewa, now=NOON)
        session.commit()

        assert listed(session, Wanted(), seer(ewa)) == [urgent.id, high.id, normal.id, waiting.id]
        assert listed(session, Wanted(view=View.SOLVED), seer(ewa)) == [solved.id]
        assert listed(session, Wanted(view=View.PENDING), seer(ewa)) == [waiting.id]
        assert listed(session, Wanted(order=Order.OLDEST), seer(ewa)) == [urgent.id, high.id, normal.id, waiting.id]
        assert listed(session, Wanted(order=Order.NEWEST), seer(ewa)) == [waiting.id, normal.id, high.id, urgent.id]


def test_other_queues_are_not_shown_but_own_tickets_are(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        foreign, own, benefits = (
            opened(session, queue=Queue.PAYERS), opened(session, queue=Queue.PAYERS), opened(session, 1)
        )  # fmt: skip
        tickets.take(session, own, ewa, now=NOON)
        session.commit()
        who = seer(ewa, Queue.BENEFITS)

        assert listed(session, Wanted(), who) == [benefits.id]
        assert listed(session, Wanted(queue=Queue.PAYERS), who) == []
        assert listed(session, Wanted(view=View.MINE), who) == [own.id]
        assert listed(session, Wanted(owner_id=ewa.id + 1), who) == []
        assert foreign.id not in listed(session, Wanted(view=View.UNASSIGNED), who)
        assert count_by_queue(session, who, now=NOON) == {Queue.BENEFITS: Count(1)}


def test_overdue_and_due_lists_sort_by_what_is_due_first(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        late, later, coming, without = (opened(session) for _ in range(4))
        late.due_at, later.due_at = NOON - timedelta(hours=2), NOON - timedelta(hours=1)
        coming.due_at, without.due_at = NOON + timedelta(hours=1), None
        session.commit()

        assert listed(session, Wanted(view=View.OVERDUE, order=Order.DUE), seer(ewa)) == [late.id, later.id]
        assert listed(session, Wanted(order=Order.DUE), seer(ewa)) == [late.id, later.id, coming.id]


def test_each_filter_narrows(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        plain = opened(session)
        odd = opened(
            session, 24 * 60, kind=TicketClass.COMPLAINT, priority=Priority.HIGH, channel="chat", language="uk"
        )
        tagging.add(session, odd, "pilne", ewa, now=NOON + timedelta(days=2))
        tickets.take(session, odd, ewa, now=NOON + timedelta(days=2))
        session.commit()
        since = NOON + timedelta(hours=12)

        for narrow in (
            Wanted(kind=TicketClass.COMPLAINT), Wanted(priority=Priority.HIGH), Wanted(channel="chat"),
            Wanted(language="uk"), Wanted(tag="pilne"), Wanted(owner_id=ewa.id), Wanted(status=TicketStatus.OPEN),
            Wanted(created_since=since), Wanted(changed_since=since),
        ):  # fmt: skip
            assert listed(session, narrow, seer(ewa)) == [odd.id], narrow
        for narrow in (Wanted(created_until=since), Wanted(status=TicketStatus.NEW), Wanted(view=View.UNASSIGNED)):
            assert listed(session, narrow, seer(ewa)) == [plain.id], narrow


@pytest.mark.parametrize("order", [Order.PRESSING, Order.NEWEST, Order.OLDEST, Order.DUE])
def test_pages_forwards_and_backwards_show_each_ticket_once(database: Database, ewa: Staff, order: Order) -> None:
    with database.session() as session:
        for n in range(23):
            # Many share an instant, so that only the id parts them.
            ticket = opened(session, n // 5, queue=list(Queue)[n % 3], priority=list(Priority)[n % 3])
            ticket.due_at = NOON + timedelta(minutes=n // 4)
        session.commit()
        wanted = Wanted(order=order)
        pages, cursor = [], None
        while True:
            page = page_of(session, wanted, seer(ewa), now=NOON, cursor=cursor, size=5)
            pages.append([row.id for row in page.rows])
            if page.after is None:
                break
            cursor = keysets.read(keysets.write(page.after), order.value, SORTINGS[order].kinds)
        everything = page_of(session, wanted, seer(ewa), now=NOON, size=100)
        assert [one for page_ids in pages for one in page_ids] == [row.id for row in everything.rows]
        assert sorted(everything.rows[n].id for n in range(23)) == sorted(session.scalars(select(Ticket.id)))

        back = []
        while page.before is not None:
            page = page_of(session, wanted, seer(ewa), now=NOON, cursor=page.before, size=5)
            back.append([row.id for row in page.rows])
        assert back[::-1] == pages[:-1]


def test_next_page_repeats_nothing_when_a_new_ticket_came(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        for n in range(6):
            opened(session, n)
        session.commit()
        first = page_of(session, Wanted(), seer(ewa), now=NOON, size=3)
        opened(session, 60, priority=Priority.URGENT)
        session.commit()

        second = page_of(session, Wanted(), seer(ewa), now=NOON, size=3, cursor=first.after)

        assert not {row.id for row in first.rows} & {row.id for row in second.rows}
        assert len(second.rows) == 3


def test_count_stops_where_nobody_needs_it(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        example = opened(session)
        session.flush()
        columns = {c.key: getattr(example, c.key) for c in Ticket.__table__.columns if c.key not in {"id", "number"}}
        session.add_all(Ticket(**columns, number=f"x{n}") for n in range(MOST_COUNTED))
        session.commit()

        assert count(session, Wanted(), seer(ewa), now=NOON) == Count(MOST_COUNTED, more=True)
        assert count(session, Wanted(queue=Queue.PAYERS), seer(ewa), now=NOON) == Count(0)


def test_watcher_sees_what_changed_since_they_looked(database: Database, ewa: Staff) -> None:
    with database.session() as session:
        ticket = opened(session)
        watching.watch(session, ticket, ewa, now=NOON)
        session.commit()
        wanted = Wanted(view=View.WATCHED)

        assert [row.has_news for row in page_of(session, wanted, seer(ewa), now=NOON).rows] == [False]
        tickets.add_note(session, ticket, ewa, "nowe", now=NOON + timedelta(minutes=1))
        session.commit()
        assert [row.has_news for row in page_of(session, wanted, seer(ewa), now=NOON).rows] == [True]
        assert watching.news_count(session, ewa) == 1
        watching.looked(session, ticket.id, ewa, now=NOON + timedelta(minutes=2))
        session.commit()
        assert watching.news_count(session, ewa) == 0
        watching.unwatch(session, ticket, ewa, now=NOON)
        session.commit()
        assert listed(session, wanted, seer(ewa)) == []


@pytest.mark.parametrize(
    "forged",
    ["", "x", "łódź", "bnVsbA", "W10", "WyJwcmVzc2luZyIsMCwxLDIsM10x", "A" * 5000,
     keysets.write(keysets.Cursor("newest", (NOON, 1))), "WyJwcmVzc2luZyIsMCwxLDFlOTksM10", "W1tbW1tb" * 30],
)  # fmt: skip
def test_forged_cursor_is_told_from_a_real_one(forged: str) -> None:
    with pytest.raises(BadCursor):
        keysets.read(forged, Order.PRESSING.value, SORTINGS[Order.PRESSING].kinds)
