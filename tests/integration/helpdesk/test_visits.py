"""E-visits on both databases: booking, moving, cancelling, and what their customers are sent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from icalendar import Calendar
from sqlalchemy import select

from helpdesk import conversations, outgoing, visits
from helpdesk.database import Database
from helpdesk.errors import (
    AppointmentCancelled,
    AppointmentPast,
    HelpdeskError,
    NoPhone,
    SlotNotOffered,
    SlotTaken,
    TooManyAppointments,
)
from helpdesk.hours import WARSAW
from helpdesk.lifecycle import Company, OutboxStatus, VisitStatus
from helpdesk.queues import Queue
from helpdesk.tables import AuditEntry, Customer, OutboxMail, OutboxSms, Visit
from helpdesk.visit_letters import VisitLetters
from helpdesk.visits import NewVisit
from tests.conftest import NOON

WROCLAW, KRAKOW = "Oddział ZUS we Wrocławiu", "Oddział ZUS w Krakowie"
ANNA = "anna@example.com"
SENDER = VisitLetters("cot@zus.pl", "https://example.org/e-wizyta/")
MONDAY_9 = datetime(2026, 11, 23, 9, 0, tzinfo=WARSAW)
TUESDAY_11 = datetime(2026, 11, 24, 11, 0, tzinfo=WARSAW)


def new(key: str = "k1", **changes: object) -> NewVisit:
    wanted = NewVisit(
        office=WROCLAW,
        starts_at=TUESDAY_11,
        queue=Queue.PENSIONS,
        matter="wniosek o emeryturę",
        postal_code="50-001",
        company=Company.NOBODY,
        phone="501 234 567",
        email=" Anna@Example.com",
        request_key=key,
    )
    return replace(wanted, **changes)


def book(database: Database, wanted: NewVisit, *, now: datetime = NOON, officials: int = 2) -> Visit:
    with database.session() as session:
        visit = visits.book(session, wanted, now=now, sender=SENDER, officials=officials)
        session.commit()
        return visit


def move(database: Database, visit: Visit, starts_at: datetime, *, now: datetime = NOON, officials: int = 2) -> Visit:
    with database.session() as session:
        moved = visits.move(session, visit, starts_at, now=now, sender=SENDER, officials=officials)
        session.commit()
        return moved


def cancel(database: Database, visit: Visit, *, now: datetime = NOON) -> Visit:
    with database.session() as session:
        cancelled = visits.cancel(session, visit, now=now, sender=SENDER)
        session.commit()
        return cancelled


def offered(database: Database, **options: object) -> Sequence[datetime]:
    with database.reading() as session:
        return visits.offered_slots(session, WROCLAW, now=NOON, **options)


def mails(database: Database) -> list[tuple[str, OutboxStatus]]:
    with database.reading() as session:
        return [(mail.kind, mail.status) for mail in session.scalars(select(OutboxMail).order_by(OutboxMail.id))]


def all_at_once(*deeds: object) -> list[object]:
    """Do all deeds at the same time in threads of their own; returns what each gave or raised."""
    together, found = Barrier(len(deeds)), []

    def work(deed: object) -> None:
        together.wait()
        try:
            found.append(deed())
        except HelpdeskError as problem:
            found.append(problem)

    threads = [Thread(target=work, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_offered_slots_are_spread_over_the_next_working_days(database: Database) -> None:
    slots = offered(database)

    assert [f"{slot:%d.%m %H:%M}" for slot in slots] == [
        "23.11 09:00", "23.11 11:30", "24.11 09:00", "24.11 11:30", "25.11 09:00", "25.11 11:30",
    ]  # fmt: skip


def test_further_pages_offer_other_days_until_there_are_none(database: Database) -> None:
    seen: list[datetime] = []
    after = None
    while page := offered(database, after=after):
        seen.extend(page)
        after = page[-1]

    assert len(seen) == len(set(seen))
    assert seen == sorted(seen)
    assert {slot.date() for slot in seen} == set(visits.bookable_days(NOON))


def test_a_single_day_is_offered_in_order_to_its_end(database: Database) -> None:
    first = offered(database, days=[TUESDAY_11.date()])
    second = offered(database, days=[TUESDAY_11.date()], after=first[-1])

    assert [f"{slot:%H:%M}" for slot in [*first, *second]] == [
        "09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00", "13:30", "14:00",
    ]  # fmt: skip


def test_full_slot_is_not_offered_and_one_of_another_branch_is(database: Database) -> None:
    book(database, new("a", starts_at=MONDAY_9))
    still_free = offered(database, days=[MONDAY_9.date()])
    book(database, new("b", starts_at=MONDAY_9))
    book(database, new("c", starts_at=MONDAY_9 + timedelta(minutes=30), office=KRAKOW))

    assert still_free[0] == MONDAY_9
    assert offered(database, days=[MONDAY_9.date()])[0] == MONDAY_9 + timedelta(minutes=30)


def test_booking_stores_sealed_contacts_and_gives_a_number(database: Database) -> None:
    visit = book(database, new())

    assert visit.number == f"EW-{visit.id:06d}"
    assert (visit.phone, visit.email) == ("+48501234567", ANNA)
    assert visit.status is VisitStatus.BOOKED
    with database.reading() as session:
        (row,) = session.connection().exec_driver_sql("SELECT phone, email FROM visit").all()
    assert "501234567" not in row[0]
    assert "anna" not in row[1]


def test_booking_puts_confirmation_reminder_and_link_into_the_outbox(database: Database) -> None:
    visit = book(database, new())

    with database.reading() as session:
        confirmation, link = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
        (sms,) = session.scalars(select(OutboxSms))
    assert (confirmation.kind, confirmation.due_at, confirmation.recipient) == ("visit_booked", NOON, ANNA)
    assert "wtorek 24.11.2026, godz. 11:00-11:30" in confirmation.body
    assert WROCLAW in confirmation.body
    assert visit.link not in confirmation.body
    assert (link.kind, link.due_at) == ("visit_link", TUESDAY_11 - timedelta(hours=1))
    assert f"https://example.org/e-wizyta/{visit.link}\n" in link.body
    assert (sms.recipient, sms.due_at) == ("+48501234567", datetime(2026, 11, 23, 10, 0, tzinfo=WARSAW))
    assert sms.expires_at == datetime(2026, 11, 23, 20, 0, tzinfo=WARSAW)
    assert "jutro 24.11.2026 o godz. 11:00" in sms.body


def test_calendar_file_has_zone_and_times_and_names_no_customer(database: Database) -> None:
    visit = book(database, new())

    with database.reading() as session:
        text = session.scalars(select(OutboxMail.calendar).where(OutboxMail.kind == "visit_booked")).one()
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert event["UID"] == f"{visit.number}@zus.pl"
    assert event.decoded("DTSTART").astimezone(UTC) == TUESDAY_11
    assert event["DTSTART"].params["TZID"] == "Europe/Warsaw"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Warsaw"]
    assert ANNA not in text
    assert "emerytur" not in text


def test_booking_for_tomorrow_after_ten_sends_no_text_message_and_says_so(database: Database) -> None:
    book(database, new(), now=datetime(2026, 11, 23, 11, 0, tzinfo=WARSAW))

    with database.reading() as session:
        assert session.scalars(select(OutboxSms)).all() == []
        body = session.scalars(select(OutboxMail.body).where(OutboxMail.kind == "visit_booked")).one()
    assert "SMS z przypomnieniem już nie przyjdzie" in body


def test_landline_gets_no_text_message(database: Database) -> None:
    book(database, new(phone="71 123 45 67"))

    with database.reading() as session:
        assert session.scalars(select(OutboxSms)).all() == []
        body = session.scalars(select(OutboxMail.body).where(OutboxMail.kind == "visit_booked")).one()
    assert "nie jest numerem komórkowym" in body


@pytest.mark.parametrize(
    ("company", "words"),
    [(Company.GUARDIAN, "weźmie udział opiekun"), (Company.PROXY, "weźmie udział pełnomocnik")],
)
def test_confirmation_tells_what_the_company_must_bring(database: Database, company: Company, words: str) -> None:
    book(database, new(company=company))

    with database.reading() as session:
        assert words in session.scalars(select(OutboxMail.body).where(OutboxMail.kind == "visit_booked")).one()


def test_repeated_request_books_once(database: Database) -> None:
    first = book(database, new("same"))
    again = book(database, new("same", starts_at=MONDAY_9))

    assert again.id == first.id
    assert len(mails(database)) == 2


@pytest.mark.parametrize(
    "starts_at",
    [
        TUESDAY_11 + timedelta(minutes=10),
        datetime(2026, 11, 24, 14, 30, tzinfo=WARSAW),
        datetime(2026, 11, 20, 14, 0, tzinfo=WARSAW),
        datetime(2026, 11, 22, 9, 0, tzinfo=WARSAW),
        datetime(2026, 12, 24, 9, 0, tzinfo=WARSAW),
        datetime(2027, 2, 1, 9, 0, tzinfo=WARSAW),
    ],
)
def test_what_is_no_slot_cannot_be_booked(database: Database, starts_at: datetime) -> None:
    with pytest.raises(SlotNotOffered):
        book(database, new(starts_at=starts_at))


def test_number_that_cannot_be_called_is_refused(database: Database) -> None:
    with pytest.raises(NoPhone):
        book(database, new(phone="700 123 456"))


def test_one_conversation_cannot_hoard_times(database: Database) -> None:
    with database.session() as session:
        chat = conversations.start(session, "token", now=NOON).id
        session.commit()
    slots = offered(database)
    for n in range(visits.MOST_AHEAD):
        book(database, new(f"k{n}", starts_at=slots[n], conversation_id=chat))

    with pytest.raises(TooManyAppointments):
        book(database, new("more", starts_at=slots[-1], conversation_id=chat))


def test_of_fifty_who_book_the_same_slot_exactly_two_get_it(database: Database) -> None:
    found = all_at_once(*[lambda n=n: book(database, new(f"k{n}")) for n in range(50)])

    won = [visit for visit in found if isinstance(visit, Visit)]
    assert sorted(visit.seat for visit in won) == [0, 1]
    assert [type(problem) for problem in found if not isinstance(problem, Visit)] == [SlotTaken] * 48
    assert len(mails(database)) == 4


def test_the_same_request_ten_times_at_once_books_once(database: Database) -> None:
    found = all_at_once(*[lambda: book(database, new("same")) for _ in range(10)])

    assert len({visit.id for visit in found if isinstance(visit, Visit)}) == 1
    assert len(found) == 10
    assert len(mails(database)) == 2


def test_cancelling_frees_the_slot_at_once_and_withdraws_what_was_not_sent(database: Database) -> None:
    visit = book(database, new(), officials=1)
    with pytest.raises(SlotTaken):
        book(database, new("other"), officials=1)

    cancel(database, visit)

    assert TUESDAY_11 in offered(database, days=[TUESDAY_11.date()], officials=1)
    assert mails(database) == [
        ("visit_booked", OutboxStatus.WITHDRAWN),
        ("visit_link", OutboxStatus.WITHDRAWN),
        ("visit_cancelled", OutboxStatus.QUEUED),
    ]
    with database.reading() as session:
        assert session.scalars(select(OutboxSms.status)).all() == [OutboxStatus.WITHDRAWN]
        text = session.scalars(select(OutboxMail.calendar).where(OutboxMail.kind == "visit_cancelled")).one()
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert "METHOD:CANCEL" in text
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CANCELLED")
    assert book(database, new("other"), officials=1).starts_at == TUESDAY_11


def test_withdrawn_letters_are_never_claimed(database: Database) -> None:
    cancel(database, book(database, new()))

    later = NOON + timedelta(days=10)
    with database.session() as session:
        claimed_mails = outgoing.claim_due(session, OutboxMail, now=later, limit=10, lease=timedelta(minutes=1))
        claimed_sms = outgoing.claim_due(session, OutboxSms, now=later, limit=10, lease=timedelta(minutes=1))

    assert [mail.kind for mail in claimed_mails] == ["visit_cancelled"]
    assert claimed_sms == []


def test_failure_of_a_letter_that_was_withdrawn_meanwhile_does_not_bring_it_back(database: Database) -> None:
    visit = book(database, new())
    with database.session() as session:
        (mail,) = outgoing.claim_due(session, OutboxMail, now=NOON, limit=10, lease=timedelta(minutes=1))
        session.commit()
    cancel(database, visit)

    with database.session() as session:
        outgoing.mark_failed(session, OutboxMail, mail.id, "450 later", permanent=False, now=NOON)
        session.commit()

    assert mails(database)[0] == ("visit_booked", OutboxStatus.WITHDRAWN)


def test_moving_frees_the_old_slot_and_sends_a_new_confirmation(database: Database) -> None:
    visit = book(database, new(), officials=1)

    moved = move(database, visit, MONDAY_9, officials=1)

    assert moved.starts_at == MONDAY_9
    assert TUESDAY_11 in offered(database, days=[TUESDAY_11.date()], officials=1)
    assert MONDAY_9 not in offered(database, days=[MONDAY_9.date()], officials=1)
    assert [kind for kind, status in mails(database) if status is OutboxStatus.QUEUED] == ["visit_moved", "visit_link"]
    with database.reading() as session:
        text = session.scalars(select(OutboxMail.calendar).where(OutboxMail.kind == "visit_moved")).one()
        deeds = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"visit:{visit.id}")).all()
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert (event["SEQUENCE"], event["UID"]) == (1, f"{visit.number}@zus.pl")
    assert list(deeds) == ["visit booked", "visit moved"]


def test_move_to_a_full_slot_keeps_the_old_one(database: Database) -> None:
    visit = book(database, new("a"), officials=1)
    book(database, new("b", starts_at=MONDAY_9), officials=1)

    with pytest.raises(SlotTaken):
        move(database, visit, MONDAY_9, officials=1)

    with database.reading() as session:
        assert session.get_one(Visit, visit.id).starts_at == TUESDAY_11


def test_move_to_the_same_time_changes_nothing(database: Database) -> None:
    visit = book(database, new())

    move(database, visit, TUESDAY_11)

    assert [kind for kind, _ in mails(database)] == ["visit_booked", "visit_link"]


def test_of_many_who_move_to_one_seat_one_gets_it_and_nobody_loses_theirs(database: Database) -> None:
    slots = [slot for day in visits.bookable_days(NOON) for slot in visits.slots_of(day)][3:13]
    booked = [book(database, new(f"k{n}", starts_at=slot), officials=1) for n, slot in enumerate(slots)]

    found = all_at_once(*[lambda v=v: move(database, v, MONDAY_9, officials=1) for v in booked])

    with database.reading() as session:
        rows = session.scalars(select(Visit)).all()
    assert sum(isinstance(result, Visit) for result in found) == 1
    assert all(row.status is VisitStatus.BOOKED for row in rows)
    assert sum(row.starts_at == MONDAY_9 for row in rows) == 1
    assert sum(row.starts_at in slots for row in rows) == 9


def test_move_and_cancel_at_once_end_in_one_clear_state(database: Database) -> None:
    visit = book(database, new(), officials=1)

    all_at_once(lambda: move(database, visit, MONDAY_9, officials=1), lambda: cancel(database, visit))

    with database.reading() as session:
        assert session.get_one(Visit, visit.id).status is VisitStatus.CANCELLED
    waiting = [kind for kind, status in mails(database) if status is OutboxStatus.QUEUED]
    assert waiting == ["visit_cancelled"]
    assert MONDAY_9 in offered(database, days=[MONDAY_9.date()], officials=1)
    assert TUESDAY_11 in offered(database, days=[TUESDAY_11.date()], officials=1)


def test_swapped_visits_do_not_block_each_other(database: Database) -> None:
    first, second = book(database, new("a")), book(database, new("b", starts_at=MONDAY_9))

    found = all_at_once(lambda: move(database, first, MONDAY_9), lambda: move(database, second, TUESDAY_11))

    assert {visit.starts_at for visit in found if isinstance(visit, Visit)} == {MONDAY_9, TUESDAY_11}


@pytest.mark.parametrize("deed", ["move", "cancel"])
def test_cancelled_and_past_visits_cannot_be_changed(database: Database, deed: str) -> None:
    cancelled, past = cancel(database, book(database, new("a"))), book(database, new("b"))

    def change(visit: Visit, now: datetime) -> object:
        later = TUESDAY_11 + timedelta(days=1)
        return move(database, visit, later, now=now) if deed == "move" else cancel(database, visit, now=now)

    with pytest.raises(AppointmentCancelled):
        change(cancelled, NOON)
    with pytest.raises(AppointmentPast):
        change(past, TUESDAY_11)


@pytest.mark.parametrize(
    ("number", "email", "found"),
    [
        ("{number}", "ANNA@example.com ", True),
        ("ew{id}", ANNA, True),
        ("{number}", "ewa@example.com", False),
        ("{number}", "", False),
        ("{number}", None, False),
        ("EW-999999", ANNA, False),
        ("OK-{id}", ANNA, False),
        ("x", ANNA, False),
    ],
)
def test_visit_is_found_by_number_and_its_own_address_only(
    database: Database, number: str, email: str | None, found: bool
) -> None:
    visit = book(database, new())

    with database.reading() as session:
        result = visits.find_visit(session, number.format(number=visit.number, id=visit.id), email=email)

    assert (result is not None) is found


def test_verified_customer_finds_own_visits_without_an_address(database: Database) -> None:
    with database.session() as session:
        anna, ewa = (Customer(name=name, created_at=NOON) for name in ("Anna", "Ewa"))
        session.add_all([anna, ewa])
        session.commit()
    visit = book(database, new(customer_id=anna.id))

    with database.reading() as session:
        assert visits.find_visit(session, visit.number, customer_id=anna.id) is not None
        assert visits.find_visit(session, visit.number, customer_id=ewa.id) is None
        assert [own.id for own in visits.visits_of(session, now=NOON, customer_id=anna.id)] == [visit.id]
        assert visits.visits_of(session, now=NOON, customer_id=ewa.id) == []
        assert visits.visits_of(session, now=NOON) == []
