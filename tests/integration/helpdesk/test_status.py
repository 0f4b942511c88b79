"""How cases stand, and to whom it is told."""

from datetime import datetime

import pytest

from helpdesk import callbacks, feedback, status, visits
from helpdesk.callbacks import NewCallback
from helpdesk.case_numbers import CaseKind
from helpdesk.database import Database
from helpdesk.errors import NotVerified
from helpdesk.feedback import FromChat
from helpdesk.hours import WARSAW
from helpdesk.lifecycle import CallbackStatus, Company, Level, TicketClass, TicketStatus, VisitStatus
from helpdesk.queues import Queue
from helpdesk.tables import Customer
from helpdesk.visit_letters import VisitLetters
from helpdesk.visits import NewVisit
from tests.conftest import NOON

ANNA, PHONE = "anna@example.com", "501 234 567"
TUESDAY_11 = datetime(2026, 11, 24, 11, 0, tzinfo=WARSAW)


@pytest.fixture
def anna(database: Database) -> int:
    """A customer with one case of each kind; the first of its kind each."""
    with database.session() as session:
        customer = Customer(name="Anna", created_at=NOON)
        session.add(customer)
        session.flush()
        left = FromChat(TicketClass.COMPLAINT, "skarga", "t1", address=ANNA, customer_id=customer.id)
        feedback.open_from_chat(session, left, now=NOON, domain="zus.pl")
        booked = NewVisit(
            "Oddział ZUS w Krakowie", TUESDAY_11, Queue.PENSIONS, "emerytura", "30-001", Company.NOBODY, PHONE, ANNA,
            "v1", customer_id=customer.id,
        )  # fmt: skip
        visits.book(session, booked, now=NOON, sender=VisitLetters("cot@zus.pl", "https://example.org"))
        asked = NewCallback(PHONE, TUESDAY_11, Queue.PENSIONS, "c1", customer_id=customer.id)
        callbacks.request(session, asked, now=NOON)
        session.commit()
        return customer.id


@pytest.mark.parametrize(
    ("number", "contact", "state"),
    [
        ("OK-000001", " ANNA@example.com", TicketStatus.NEW),
        ("ok 1", ANNA, TicketStatus.NEW),
        ("EW-000001", ANNA, VisitStatus.BOOKED),
        ("ew-1", "+48 501-234-567", VisitStatus.BOOKED),
        ("OD-000001", "501234567", CallbackStatus.REQUESTED),
    ],
)
@pytest.mark.usefixtures("anna")
def test_number_and_contact_give_the_state(database: Database, number: str, contact: str, state: object) -> None:
    with database.reading() as session:
        found = status.state_of(session, number, contact)

    assert found is not None
    assert found.status is state


@pytest.mark.parametrize("number", ["OK-000001", "EW-000001", "OD-000001", "OK-000009", "EW-000009", "x", ""])
@pytest.mark.parametrize("contact", ["ewa@example.com", "600 100 200", "", " "])
@pytest.mark.usefixtures("anna")
def test_unknown_and_foreign_numbers_are_not_told_apart(database: Database, number: str, contact: str) -> None:
    with database.reading() as session:
        assert status.state_of(session, number, contact) is None


def test_case_without_an_address_is_told_to_nobody(database: Database) -> None:
    with database.session() as session:
        left = FromChat(TicketClass.PRAISE, "dziękuję", "t1")
        number = feedback.open_from_chat(session, left, now=NOON, domain="zus.pl").number
        session.commit()

        assert status.state_of(session, number, "") is None


def test_verified_customer_sees_all_own_cases_with_details(database: Database, anna: int) -> None:
    with database.reading() as session:
        ticket, visit, call = status.own_cases(session, anna, level=Level.VERIFIED)
        nobodys = status.own_cases(session, anna + 1, level=Level.VERIFIED)

    assert (ticket.kind, ticket.about) == (CaseKind.TICKET, "Skarga złożona na czacie")
    assert ticket.answer_by is not None
    assert (visit.about, visit.when) == ("Oddział ZUS w Krakowie", TUESDAY_11)
    assert (call.kind, call.when) == (CaseKind.CALLBACK, TUESDAY_11)
    assert nobodys == []


@pytest.mark.parametrize("level", [Level.ANONYMOUS, Level.ADDRESS])
def test_details_are_for_verified_customers_only(database: Database, anna: int, level: Level) -> None:
    with database.reading() as session, pytest.raises(NotVerified):
        status.own_cases(session, anna, level=level)
