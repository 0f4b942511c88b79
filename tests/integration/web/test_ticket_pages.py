"""The desk's lists of tickets and its search: bookmarkable, only what one may see, and one deed on many."""

import html
import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from helpdesk import tickets
from helpdesk.lifecycle import Priority, Role, TicketStatus
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, SavedView, Staff, Ticket, TicketLink, TicketTag
from helpdesk.ticket_lists import PAGE
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.test_desk import csrf


def opened(house: House, queue: Queue = Queue.BENEFITS, subject: str = "Pytanie", text: str = "") -> int:
    with house.database.session() as session:
        ticket = tickets.open_ticket(session, NewTicket(queue, subject, "anna@example.org"), now=house.clock())
        if text:
            tickets.add_incoming(session, ticket, Incoming("anna@example.org", text), now=house.clock())
        session.commit()
        return ticket.id


def bulk(client: TestClient, deed: str, *ids: int, **more: object) -> str:
    form = {"csrf": csrf(client), "deed": deed, "ids": [str(one) for one in ids], **more}
    return html.unescape(client.post("/desk/tickets/bulk", data=form).text)


def stored(house: House, number: int) -> Ticket:
    with house.database.reading() as session:
        return session.get_one(Ticket, number)


def staff_id(house: House, login: str) -> int:
    with house.database.reading() as session:
        return session.scalars(select(Staff.id).where(Staff.login == login)).one()


def test_list_is_paged_both_ways_by_its_links(house: House) -> None:
    for n in range(PAGE + 2):
        opened(house, subject=f"Sprawa {n}")
    ewa = house.consultant()
    first = ewa.get("/desk/tickets?order=newest").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following

    second = ewa.get(f"/desk/tickets{html.unescape(following[1])}").text
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back
    again = ewa.get(f"/desk/tickets{html.unescape(back[1])}").text

    assert ("Sprawa 51<" in first, "Sprawa 0<" in first, "Sprawa 0<" in second) == (True, False, True)
    shown = re.findall(r'id="ticket-(\d+)"', first)
    assert re.findall(r'id="ticket-(\d+)"', again) == shown
    assert not set(shown) & set(re.findall(r'id="ticket-(\d+)"', second))


@pytest.mark.parametrize(
    "query",
    [
        "cursor=forged", "cursor=%00", "queue=nirgends&status=x&owner=99999999999999&view=%27&order=1",
        "created_from=0001-01-01&changed_to=9999-12-31", "tag=%00%27&language=%3Cscript%3E&page=-1", "owner=-1",
    ],
)  # fmt: skip
def test_forged_address_gives_a_clear_page(house: House, query: str) -> None:
    number = opened(house)
    ewa = house.consultant()

    response = ewa.get(f"/desk/tickets?{query}")

    assert response.status_code == (400 if "cursor" in query else 200)
    assert ("Adres nie wskazuje" in response.text) == ("cursor" in query)
    assert "<script>" not in response.text.replace('<script src="', "")
    if "language" not in query:
        assert f"/desk/tickets/{number}" in response.text
    assert ewa.get(f"/desk/search?q=pytanie&{query}").status_code == 200


def test_lists_and_search_show_nothing_of_other_queues(house: House) -> None:
    number = opened(house, Queue.BENEFITS, "Zasiłek opiekuńczy")
    marek = house.consultant("marek")

    for path in ("/desk", "/desk/tickets", "/desk/tickets?queue=zasilki", "/desk/search?q=zasi%C5%82ek",
                 f"/desk/search?q=OK-{number:06d}", "/desk/search?q=anna@example.org"):  # fmt: skip
        assert "opiekuńczy" not in marek.get(path).text, path


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR])
def test_roles_without_cases_have_a_start_page_and_no_lists(house: House, role: Role) -> None:
    opened(house, subject="Tajna sprawa")
    with house.database.session() as session:
        add_staff(session, login="ola", name="Ola", password=PASSWORD, queues=[], now=NOON, role=role)
        session.commit()
    ola = house.consultant("ola")

    start = ola.get("/desk")
    assert (start.status_code, "Tajna" in start.text) == (200, False)
    for path in ("/desk/tickets", "/desk/fragments/tickets", "/desk/search?q=tajna"):
        assert ola.get(path).status_code == 404
    assert "nie ma takiego" not in bulk(ola, "take", 1)


def test_search_marks_the_words_and_says_what_cannot_be_searched(house: House) -> None:
    number = opened(house, text="Proszę o wyjaśnienie <b>składek</b> za maj.")

    shown = house.consultant().get("/desk/search?q=skladki").text

    assert f"/desk/tickets/{number}" in shown
    assert "<mark>składek</mark>" in shown
    assert "<b>" not in shown
    assert "Nie można szukać po PESEL" in shown


def test_bulk_says_how_many_were_done_and_which_not_and_why(house: House) -> None:
    free, taken, foreign, solved = opened(house), opened(house), opened(house, Queue.PAYERS), opened(house)
    ewa, marek = house.consultant(), house.consultant("marek")
    bulk(ewa, "take", taken)
    with house.database.session() as session:
        ticket = session.get_one(Ticket, free)
        ticket.queue = Queue.PAYERS
        tickets.solve(
            session, session.get_one(Ticket, solved), session.get_one(Staff, staff_id(house, "ewa")), now=NOON
        )
        session.commit()

    said = bulk(marek, "take", free, taken, foreign, 10**9)
    assert "Wykonano: 2" in said
    assert said.count("nie ma takiego zgłoszenia") == 2
    assert stored(house, free).consultant_id == staff_id(house, "marek")
    assert "stan zgłoszenia na to nie pozwala" in bulk(ewa, "solve", solved)
    assert "prowadzi je już ktoś inny" in bulk(ewa, "take", free)


def test_bulk_assigns_transfers_tags_and_prioritises_with_an_audit(house: House) -> None:
    one, two = opened(house), opened(house, Queue.PAYERS)
    ewa = house.consultant()
    marek = staff_id(house, "marek")

    said = bulk(ewa, "assign", one, two, owner=marek)
    assert "Wykonano: 1" in said
    assert "ta osoba nie pracuje w tej kolejce" in said
    bulk(ewa, "tag", one, two, tag=" #Pilne  Sprawy ")
    bulk(ewa, "priority", one, priority="urgent")
    bulk(ewa, "transfer", one, queue="ogolne")
    assert "Wykonano: 1" in bulk(ewa, "untag", two, tag="pilne sprawy")

    with house.database.reading() as session:
        assert session.scalars(select(TicketTag.ticket_id)).all() == [one]
        deeds = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"ticket:{one}")).all()
    assert stored(house, two).consultant_id == marek
    assert (stored(house, one).priority, stored(house, one).queue) == (Priority.URGENT, Queue.GENERAL)
    assert {"tagged", "priority changed", "transferred"} <= set(deeds)


def test_bulk_without_tickets_or_without_its_part_changes_nothing(house: House) -> None:
    number = opened(house)
    ewa = house.consultant()

    assert "Nie zaznaczono" in bulk(ewa, "take")
    assert "Proszę wybrać także" in bulk(ewa, "assign", number)
    assert stored(house, number).status is TicketStatus.NEW
    assert ewa.post("/desk/tickets/bulk", data={"deed": "take", "ids": [str(number)]}).status_code == 403


def test_saved_views_are_own_or_shared_and_only_their_owner_changes_them(house: House) -> None:
    ewa, marek = house.consultant(), house.consultant("marek")
    form = {"csrf": csrf(ewa), "query": "queue=zasilki&order=oldest&cursor=abc&evil=1"}
    ewa.post("/desk/views", data={**form, "name": "Moje zasiłki"})
    ewa.post("/desk/views", data={**form, "name": "<b>Wspólny</b>", "shared": "true"})
    with house.database.reading() as session:
        own, shared = session.scalars(select(SavedView).order_by(SavedView.id)).all()

    assert own.query == "order=oldest&queue=zasilki"
    assert "Moje zasiłki" in ewa.get("/desk/tickets").text
    shown = marek.get("/desk/tickets").text
    assert ("Moje zasiłki" in shown, "&lt;b&gt;Wspólny" in shown) == (False, True)
    foreign = {"csrf": csrf(marek), "name": "x"}
    for view in (own, shared):
        assert marek.post(f"/desk/views/{view.id}/rename", data=foreign).status_code == 404
        assert marek.post(f"/desk/views/{view.id}/delete", data=foreign).status_code == 404
    ewa.post(f"/desk/views/{own.id}/rename", data={"csrf": csrf(ewa), "name": "Inaczej"})
    ewa.post(f"/desk/views/{shared.id}/delete", data={"csrf": csrf(ewa)})
    assert "Inaczej" in ewa.get("/desk/tickets").text
    assert "Wspólny" not in marek.get("/desk/tickets").text


def test_tags_priority_links_and_owner_of_one_ticket(house: House) -> None:
    one, two, foreign = opened(house), opened(house, subject="Druga"), opened(house, Queue.PAYERS, "Obca")
    ewa = house.consultant()
    form = {"csrf": csrf(ewa)}
    page = f"/desk/tickets/{one}"

    ewa.post(f"{page}/tags", data={**form, "tag": "renta"})
    ewa.post(f"{page}/priority", data={**form, "priority": "high"})
    ewa.post(f"{page}/links", data={**form, "number": f"ok {two}"})
    ewa.post(f"{page}/links", data={**form, "number": f"ok {foreign}"})
    ewa.post(f"{page}/assign", data={**form, "owner": staff_id(house, "ewa")})
    shown = ewa.get(page).text
    assert "#renta" in shown
    assert "Druga" in shown
    assert stored(house, one).priority is Priority.HIGH
    assert stored(house, one).status is TicketStatus.OPEN
    assert "problem=tag" in ewa.post(f"{page}/tags", data={**form, "tag": " "}).headers["location"]
    assert "problem=link" in ewa.post(f"{page}/links", data={**form, "number": f"ok {one}"}).headers["location"]
    refused = ewa.post(f"{page}/assign", data={**form, "owner": staff_id(house, "marek")})
    assert "problem=assign" in refused.headers["location"]

    marek = house.consultant("marek")
    assert "Pytanie" not in marek.get(f"/desk/tickets/{foreign}").text
    with house.database.reading() as session:
        link = session.scalars(select(TicketLink.id)).first()
    ewa.post(f"{page}/links/{link}/delete", data=form)
    ewa.post(f"{page}/untag", data={**form, "tag": "renta"})
    assert "Nie ma etykiet" in ewa.get(page).text


def test_watched_ticket_is_marked_until_it_was_looked_at(house: House) -> None:
    number = opened(house)
    ewa = house.consultant()
    ewa.post(f"/desk/tickets/{number}/watch", data={"csrf": csrf(ewa), "on": "true"})
    house.clock.advance(minutes=1)
    ewa.post(f"/desk/tickets/{number}/note", data={"csrf": csrf(ewa), "text": "nowe"})
    house.clock.advance(minutes=1)

    assert "1 ze zmianami" in ewa.get("/desk").text
    assert "nowe zmiany" in ewa.get("/desk/tickets?view=watched").text
    ewa.get(f"/desk/tickets/{number}")
    assert "nowe zmiany" not in ewa.get("/desk/tickets?view=watched").text


def test_foreign_ticket_cannot_be_sorted(house: House) -> None:
    number = opened(house, Queue.BENEFITS)
    marek = house.consultant("marek")
    form = {
        "csrf": csrf(marek), "tag": "x", "priority": "high", "owner": "1", "number": f"ok {number}", "on": "true",
    }  # fmt: skip

    for deed in ("tags", "untag", "priority", "assign", "watch", "links", "links/1/delete"):
        assert marek.post(f"/desk/tickets/{number}/{deed}", data=form).status_code == 404, deed
