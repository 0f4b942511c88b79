"""E-visits and callbacks at the desk, and the class of a ticket."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from helpdesk import callbacks, feedback, sms, visits
from helpdesk.callbacks import NewCallback
from helpdesk.feedback import FromChat
from helpdesk.hours import WARSAW
from helpdesk.lifecycle import Company, OutboxStatus, TicketClass, VisitStatus
from helpdesk.queues import Queue
from helpdesk.tables import Callback, OutboxSms, Visit
from helpdesk.visit_letters import VisitLetters
from helpdesk.visits import NewVisit
from tests.conftest import NOON
from tests.integration.web.conftest import House

SENDER = VisitLetters("cot@zus.pl", "https://example.org/e-wizyta")
LODZ = "I Oddział ZUS w Łodzi"
MONDAY_9 = datetime(2026, 11, 23, 9, 0, tzinfo=WARSAW)


def csrf(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/desk").text)
    assert found
    return found[1]


def visit(house: House, key: str = "v1", queue: Queue = Queue.PENSIONS, starts_at: datetime = MONDAY_9) -> Visit:
    with house.database.session() as session:
        new = NewVisit(
            LODZ, starts_at, queue, "emerytura <b>", "90-001", Company.PROXY, "501 234 567", "anna@example.com", key
        )
        booked = visits.book(session, new, now=NOON, sender=SENDER)
        session.commit()
        return booked


def call(house: House, key: str = "c1", queue: Queue = Queue.PENSIONS) -> Callback:
    with house.database.session() as session:
        asked = NewCallback("501 234 567", MONDAY_9, queue, key, matter="zasiłek")
        callback = callbacks.request(session, asked, now=NOON)
        session.commit()
        return callback


@pytest.mark.parametrize("path", ["/desk/visits", "/desk/callbacks"])
def test_lists_send_strangers_to_the_sign_in(house: House, path: str) -> None:
    response = TestClient(house.app, follow_redirects=False).get(path)

    assert (response.status_code, response.headers["location"]) == (303, "/desk/login")


def test_visits_ahead_are_listed_by_branch_with_contacts(house: House) -> None:
    booked = visit(house)
    client = house.consultant()

    today, ahead = client.get("/desk/visits").text, client.get("/desk/visits?later=true").text

    assert booked.number not in today
    assert "Następne dni (1)" in today
    for words in (LODZ, booked.number, "23.11.2026, 09:00", "+48501234567", "anna@example.com", "z pełnomocnikiem"):
        assert words in ahead
    assert "emerytura &lt;b&gt;" in ahead


def test_consultant_sees_no_visits_and_calls_of_other_queues(house: House) -> None:
    booked, asked = visit(house), call(house)
    payers = house.consultant("marek")
    token = csrf(payers)

    assert booked.number not in payers.get("/desk/visits?later=true").text
    assert asked.number not in payers.get("/desk/callbacks").text
    assert "501234567" not in payers.get("/desk/callbacks").text
    outcome = payers.post(f"/desk/visits/{booked.id}/outcome", data={"csrf": token, "held": "true"})
    assert outcome.status_code == 404
    assert payers.post(f"/desk/callbacks/{asked.id}/take", data={"csrf": token}).status_code == 404


@pytest.mark.parametrize(("held", "status"), [("true", VisitStatus.HELD), ("false", VisitStatus.MISSED)])
def test_outcome_of_a_visit_is_noted_once_its_time_has_come(house: House, held: str, status: VisitStatus) -> None:
    booked = visit(house)
    house.clock.at = MONDAY_9 - timedelta(hours=1)
    client = house.consultant()
    form = {"csrf": csrf(client), "held": held}

    client.post(f"/desk/visits/{booked.id}/outcome", data=form)
    with house.database.reading() as session:
        assert session.get_one(Visit, booked.id).status is VisitStatus.BOOKED
    house.clock.at = MONDAY_9 + timedelta(minutes=30)
    client.post(f"/desk/visits/{booked.id}/outcome", data=form)

    with house.database.reading() as session:
        assert session.get_one(Visit, booked.id).status is status
    assert "Odbyła się</button>" not in client.get("/desk/visits").text


def test_visit_whose_letter_was_not_delivered_asks_for_a_call(house: House) -> None:
    booked = visit(house)
    with house.database.session() as session:
        lost = sms.enqueue(
            session, kind="visit_tomorrow", recipient="+48501234567", body="x", visit_id=booked.id, due_at=NOON,
            expires_at=None, now=NOON,
        )  # fmt: skip
        session.get_one(OutboxSms, lost.id).status = OutboxStatus.DEAD
        session.commit()

    assert "Nie udało się dostarczyć" in house.consultant().get("/desk/visits?later=true").text


def test_long_lists_of_visits_have_pages_and_a_filter_by_branch(house: House) -> None:
    days = [slot for day in visits.bookable_days(NOON)[:6] for slot in visits.slots_of(day)][:51]
    for n, slot in enumerate(days):
        visit(house, f"v{n}", starts_at=slot)
    client = house.consultant()

    first = client.get("/desk/visits", params={"later": "true", "office": LODZ}).text
    second = client.get("/desk/visits", params={"later": "true", "office": LODZ, "page": 1}).text
    elsewhere = client.get("/desk/visits", params={"later": "true", "office": "Oddział ZUS w Pile"}).text

    assert (first.count("EW-0"), second.count("EW-0"), elsewhere.count("EW-0")) == (50, 1, 0)
    assert "Dalsze" in first


def test_complaint_shows_its_class_and_the_end_of_its_statutory_time(house: House) -> None:
    with house.database.session() as session:
        new = FromChat(TicketClass.COMPLAINT, "długo czekam", "t1", address="anna@example.com")
        ticket = feedback.open_from_chat(session, new, now=NOON, domain="zus.pl")
        session.commit()
    client = house.consultant()
    listed, shown = client.get("/desk").text, client.get(f"/desk/tickets/{ticket.id}").text
    house.clock.at = datetime(2026, 12, 22, 0, 0, 1, tzinfo=WARSAW)
    late = house.consultant().get(f"/desk/tickets/{ticket.id}").text

    assert "skarga</span>" in listed
    assert "odpowiedź do 21.12.2026" in listed
    assert "<strong>21.12.2026</strong> (art. 237 § 1" in shown
    assert "Termin minął" not in shown
    assert "Termin minął" in late
