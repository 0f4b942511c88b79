"""The pages behind links in letters: looking does nothing, the button works once, and nothing of the ticket is told."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import letter_links, tickets
from helpdesk.lifecycle import LinkPurpose, TicketStatus
from helpdesk.queues import Queue
from helpdesk.tables import Conversation, Rating, Ticket
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON
from tests.integration.web.conftest import House
from tests.integration.web.test_desk import csrf

SECRET_WORDS = "Kiedy dostanę mój zasiłek?"


def link(house: House, purpose: LinkPurpose = LinkPurpose.CONTINUE) -> str:
    with house.database.session() as session:
        ticket = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Mój zasiłek", "anna@example.org"), now=NOON)
        tickets.add_incoming(session, ticket, Incoming("anna@example.org", SECRET_WORDS), now=NOON)
        ticket.status = TicketStatus.PENDING
        secret = letter_links.issue(session, ticket.id, purpose, lasts=timedelta(days=7), now=NOON, article="a")
        session.commit()
        return f"/list/{secret}"


def only_ticket(house: House) -> Ticket:
    with house.database.reading() as session:
        return session.scalars(select(Ticket)).one()


def test_looking_at_a_link_begins_nothing(house: House) -> None:
    path, client = link(house), house.customer()

    pages = [client.get(path), client.head(path), client.get(path)]

    assert pages[0].status_code == pages[2].status_code == 200
    assert pages[0].headers["referrer-policy"] == "no-referrer"
    assert pages[0].headers["cache-control"] == "no-store"
    assert "Rozpocznij rozmowę" in pages[0].text
    with house.database.reading() as session:
        assert session.scalars(select(Conversation)).all() == []


def test_button_begins_the_tickets_conversation_once_and_tells_nothing_of_the_ticket(house: House) -> None:
    path, client = link(house), house.customer()

    begun, again = client.post(path), client.post(path)

    token = re.search(r'data-conversation="([^"]+)"', begun.text)
    assert token
    assert again.status_code == 410
    assert "już użyty" in again.text
    state = client.get(f"/api/chat/{token[1]}").json()
    said = " ".join(reply["text"] for reply in state["replies"])
    assert only_ticket(house).number in said
    assert (state["auth_level"], state["person_wanted"]) == ("anonymous", True)
    assert SECRET_WORDS not in begun.text + said
    assert "Mój zasiłek" not in begun.text + said


def test_verified_customer_waits_in_the_tickets_queue_where_the_consultant_sees_the_mail(house: House) -> None:
    client = house.customer()
    token = re.search(r'data-conversation="([^"]+)"', client.post(link(house)).text)
    assert token

    verified = client.post(f"/api/chat/{token[1]}/verify", json={"pue_id": "demo.anna", "pin": "4821"}).json()

    assert (verified["mode"], verified["queue"]) == ("waiting", "zasilki")
    shown = house.consultant().get(f"/desk/chats/{only_ticket(house).conversation_id}").text
    assert SECRET_WORDS in shown
    assert "anna@example.org" in shown


@pytest.mark.parametrize(
    ("path", "status", "words"), [("/list/nie-ma-takiego", 404, "Nie ma takiego linku"), ("expired", 410, "już wygasł")]
)
def test_link_that_does_not_work_says_so_kindly(house: House, path: str, status: int, words: str) -> None:
    if path == "expired":
        path = link(house)
        house.clock.advance(days=8)

    for answer in (house.customer().get(path), house.customer().post(path)):
        assert (answer.status_code, words in answer.text, "22 560 16 00" in answer.text) == (status, True, True)


def test_rating_is_stored_by_the_button_only_and_may_be_changed(house: House) -> None:
    path, client = link(house, LinkPurpose.UNHELPFUL), house.customer()
    client.get(path)
    with house.database.reading() as session:
        assert session.scalars(select(Rating)).all() == []

    answers = [client.post(path), client.post(path)]

    assert "Dziękujemy" in answers[1].text
    with house.database.reading() as session:
        assert session.scalars(select(Rating.helpful)).all() == [False]
    assert only_ticket(house).status is TicketStatus.OPEN


def test_helpful_answer_leaves_the_ticket_waiting(house: House) -> None:
    house.customer().post(link(house, LinkPurpose.HELPFUL))

    assert only_ticket(house).status is TicketStatus.PENDING


def test_desk_shows_the_rules_in_their_order(house: House) -> None:
    shown = house.consultant().get("/desk/mail/rules").text

    places = [shown.index(f'id="{name}"') for name in ("own_mail", "bounce", "danger", "spam", "customer")]
    assert places == sorted(places)


def test_merging_at_the_desk_needs_a_ticket_that_one_may_see(house: House) -> None:
    link(house)
    first = only_ticket(house)
    with house.database.session() as session:
        other = tickets.open_ticket(session, NewTicket(Queue.PAYERS, "Inne", "jan@example.org"), now=NOON)
        second = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Dwa", "jan@example.org"), now=NOON)
        session.commit()
    marek, ewa = house.consultant("marek"), house.consultant()

    refused = marek.post(f"/desk/tickets/{other.id}/merge", data={"csrf": csrf(marek), "number": first.number})
    merged = ewa.post(f"/desk/tickets/{second.id}/merge", data={"csrf": csrf(ewa), "number": first.number.lower()})
    forged = ewa.post(f"/desk/tickets/{other.id}/merge", data={"number": first.number})

    assert refused.headers["location"].endswith("?problem=merge")
    assert merged.headers["location"] == f"/desk/tickets/{first.id}"
    assert forged.status_code == 403
    assert first.number in ewa.get(f"/desk/tickets/{second.id}").text


def test_splitting_at_the_desk_opens_a_ticket_of_its_own(house: House) -> None:
    link(house)
    with house.database.session() as session:
        ticket = session.scalars(select(Ticket)).one()
        message = tickets.add_incoming(session, ticket, Incoming("anna@example.org", "Inna sprawa"), now=NOON)
        session.commit()
    client = house.consultant()

    answer = client.post(f"/desk/tickets/{ticket.id}/messages/{message.id}/split", data={"csrf": csrf(client)})

    assert "Inna sprawa" in client.get(answer.headers["location"]).text
    assert "Inna sprawa" not in client.get(f"/desk/tickets/{ticket.id}").text
