"""The desk's pages: who gets in, who sees what, and what the forms do."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from starlette.websockets import WebSocketDisconnect

from helpdesk import tickets
from helpdesk.lifecycle import OutboxStatus
from helpdesk.queues import Queue
from helpdesk.tables import Conversation, OutboxMail, Ticket
from helpdesk.tickets import Incoming, NewTicket
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House


def csrf(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/desk").text)
    assert found
    return found[1]


def waiting_chat(
    house: House, queue: str = "zasilki", article: str = "zasilek-chorobowy"
) -> tuple[TestClient, str, int]:
    house.will_say("handover", "Łączę", queue=queue, article=article)
    client = house.customer()
    token = client.post("/api/chat", json={"text": "chcę człowieka"}).json()["conversation"]
    client.post(f"/api/chat/{token}/person")
    with house.database.reading() as session:
        return client, token, session.scalars(select(Conversation.id)).one()


def ticket(house: House, queue: Queue = Queue.BENEFITS, text: str = "Kiedy złożyć wniosek?") -> int:
    with house.database.session() as session:
        opened = tickets.open_ticket(session, NewTicket(queue, "Pytanie", "anna@example.com"), now=NOON)
        incoming = Incoming("anna@example.com", text, message_id="<1@example.com>")
        tickets.add_incoming(session, opened, incoming, now=NOON)
        session.commit()
        return opened.id


@pytest.mark.parametrize(
    "path",
    [
        "/desk",
        "/desk/mail",
        "/desk/tickets/1",
        "/desk/chats/1",
        "/desk/attachments/1",
        "/desk/fragments/index",
    ],
)
def test_desk_sends_strangers_to_the_sign_in(house: House, path: str) -> None:
    response = TestClient(house.app, follow_redirects=False).get(path)

    assert (response.status_code, response.headers["location"]) == (303, "/desk/login")


def test_wrong_password_finally_locks_and_says_the_same_as_for_an_unknown_login(house: House) -> None:
    client = TestClient(house.app, follow_redirects=False)

    wrong = [client.post("/desk/login", data={"login": "ewa", "password": "x"}) for _ in range(5)]
    right = client.post("/desk/login", data={"login": "ewa", "password": PASSWORD})
    unknown = client.post("/desk/login", data={"login": "nobody", "password": "x"})

    assert {answer.status_code for answer in (*wrong, right, unknown)} == {403}
    assert len({answer.text.replace("nobody", "ewa") for answer in (*wrong, right, unknown)}) == 1
    house.clock.advance(seconds=31)
    assert client.post("/desk/login", data={"login": "ewa", "password": PASSWORD}).status_code == 303


def test_sign_in_ends_with_the_shift_and_with_signing_out(house: House) -> None:
    client = house.consultant()
    assert client.get("/desk").status_code == 200

    client.post("/desk/logout", data={"csrf": csrf(client)})
    assert client.get("/desk").status_code == 303

    late = house.consultant()
    house.clock.advance(hours=13)
    assert late.get("/desk").status_code == 303


def test_form_of_another_site_is_refused(house: House) -> None:
    _, _, chat = waiting_chat(house)
    client = house.consultant()

    for forged in ("", "wrong", "ą"):
        assert client.post(f"/desk/chats/{chat}/take", data={"csrf": forged}).status_code == 403


def test_consultant_takes_answers_and_gives_back_a_chat(house: House) -> None:
    customer, token, chat = waiting_chat(house)
    ewa = house.consultant()
    form = {"csrf": csrf(ewa)}
    assert "Czekające rozmowy (1)" in ewa.get("/desk").text

    ewa.post(f"/desk/chats/{chat}/take", data=form)
    ewa.post(f"/desk/chats/{chat}/say", data={**form, "text": "W czym pomóc?"})
    during = customer.get(f"/api/chat/{token}").json()
    ewa.post(f"/desk/chats/{chat}/give-back", data=form)
    after = customer.get(f"/api/chat/{token}").json()

    assert during["mode"] == "human"
    said = [reply for reply in during["replies"] if reply["author"] == "consultant"]
    assert [(reply["text"], reply["name"]) for reply in said] == [("W czym pomóc?", "Ewa Konsultantka")]
    assert after["mode"] == "bot"


def test_chat_of_a_colleague_cannot_be_read_answered_or_ended(house: House) -> None:
    _, _, chat = waiting_chat(house, "platnicy")
    ewa, marek = house.consultant(), house.consultant("marek")
    ewa.post(f"/desk/chats/{chat}/take", data={"csrf": csrf(ewa)})
    form = {"csrf": csrf(marek), "text": "halo", "queue": "zasilki", "reason": "answered", "prepared": "mail"}

    assert marek.get(f"/desk/chats/{chat}").status_code == 404
    assert marek.post(f"/desk/chats/{chat}/take", data=form).status_code in {404, 409}
    own_only = ("say", "read", "draft", "close", "give-back", "transfer", "call", "note", "ask-verify", "ask-consent")
    for deed in (*own_only, "take-over"):
        assert marek.post(f"/desk/chats/{chat}/{deed}", data=form).status_code == 404, deed


def test_work_of_other_specialities_does_not_exist(house: House) -> None:
    number = ticket(house, Queue.BENEFITS)
    _, _, chat = waiting_chat(house, "zasilki")
    marek = house.consultant("marek")
    form = {"csrf": csrf(marek), "text": "x", "queue": "platnicy"}

    assert marek.get(f"/desk/tickets/{number}").status_code == 404
    assert marek.get(f"/desk/chats/{chat}").status_code == 404
    assert marek.post(f"/desk/chats/{chat}/take", data=form).status_code == 404
    for deed in ("take", "answer", "note", "transfer", "solve"):
        assert marek.post(f"/desk/tickets/{number}/{deed}", data=form).status_code == 404
    assert "Pytanie" not in marek.get("/desk").text


def test_answer_to_a_ticket_goes_to_the_outbox_once_and_the_ticket_waits(house: House) -> None:
    number = ticket(house)
    ewa = house.consultant()

    ewa.post(f"/desk/tickets/{number}/answer", data={"csrf": csrf(ewa), "text": "Proszę złożyć ZAS-53."})
    ewa.post(f"/desk/tickets/{number}/answer", data={"csrf": csrf(ewa), "text": "   "})

    with house.database.reading() as session:
        (mail,) = session.scalars(select(OutboxMail)).all()
        assert mail.recipient == "anna@example.com"
        assert "ZAS-53" in mail.body
        assert session.get_one(Ticket, number).number in mail.subject
    assert "czeka na klienta" in ewa.get(f"/desk/tickets/{number}").text


def test_note_transfer_and_solution_are_shown_in_the_history(house: House) -> None:
    number = ticket(house)
    ewa = house.consultant()
    form = {"csrf": csrf(ewa)}

    ewa.post(f"/desk/tickets/{number}/take", data=form)
    ewa.post(f"/desk/tickets/{number}/note", data={**form, "text": "zadzwonić jutro"})
    ewa.post(f"/desk/tickets/{number}/transfer", data={**form, "queue": "platnicy"})
    ewa.post(f"/desk/tickets/{number}/solve", data=form)
    shown = ewa.get(f"/desk/tickets/{number}").text

    for expected in ("zadzwonić jutro", "Płatnicy składek", "rozwiązane", "przekazane do innej kolejki"):
        assert expected in shown


def test_lists_are_narrowed_by_queue_status_and_owner(house: House) -> None:
    number = ticket(house, Queue.BENEFITS)
    ewa = house.consultant()
    link, mine = f"/desk/tickets/{number}", {"view": "mine"}

    assert link in ewa.get("/desk/tickets", params={"queue": "zasilki", "status": ""}).text
    assert link not in ewa.get("/desk/tickets", params={"queue": "platnicy"}).text
    assert link not in ewa.get("/desk/tickets", params={"status": "solved"}).text
    assert link not in ewa.get("/desk/fragments/tickets", params=mine).text
    ewa.post(f"{link}/take", data={"csrf": csrf(ewa)})
    assert link in ewa.get("/desk/fragments/tickets", params=mine).text


def test_undelivered_letter_is_shown_and_sent_again_only_by_those_who_work_on_its_ticket(house: House) -> None:
    number = ticket(house, Queue.BENEFITS)
    ewa, marek = house.consultant(), house.consultant("marek")
    ewa.post(f"/desk/tickets/{number}/answer", data={"csrf": csrf(ewa), "text": "Proszę."})
    with house.database.session() as session:
        letter = session.scalars(select(OutboxMail)).one()
        letter.status = OutboxStatus.DEAD
        session.commit()

    assert "anna@example.com" in ewa.get("/desk/mail").text
    assert "anna@example.com" not in marek.get("/desk/mail").text
    assert marek.post(f"/desk/outbox/{letter.id}/retry", data={"csrf": csrf(marek)}).status_code == 404
    assert ewa.post(f"/desk/outbox/{letter.id}/retry", data={"csrf": csrf(ewa)}).status_code == 303
    with house.database.reading() as session:
        assert session.get_one(OutboxMail, letter.id).status is OutboxStatus.QUEUED


def test_script_in_a_customers_words_is_inert_on_every_page(house: House) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    number = ticket(house, text=attack)
    house.will_say("handover", attack, queue="zasilki", article="zasilek-chorobowy")
    client = house.customer()
    token = client.post("/api/chat", json={"text": attack}).json()["conversation"]
    client.post(f"/api/chat/{token}/person")
    ewa = house.consultant()

    for path in ("/desk", f"/desk/tickets/{number}", "/desk/chats/1"):
        response = ewa.get(path)
        assert "<script>alert" not in response.text
        assert "<img src=x" not in response.text
        assert "script-src" in response.headers["content-security-policy"] or (
            "default-src 'self'" in response.headers["content-security-policy"]
        )


def test_suggested_answers_hold_the_amounts_of_today(house: House) -> None:
    waiting_chat(house, "emerytury_renty", "emerytura-minimalna")
    number = ticket(house, Queue.PENSIONS)
    with house.database.session() as session:
        session.get_one(Ticket, number).article = "emerytura-minimalna"
        session.commit()
    ewa = house.consultant()
    ewa.post("/desk/chats/1/take", data={"csrf": csrf(ewa)})

    for path in (f"/desk/tickets/{number}", "/desk/chats/1"):
        shown = ewa.get(path).text
        assert "zł brutto" in shown, path
        assert "{{" not in shown, path


def test_live_hints_are_refused_to_strangers_and_other_sites(house: House) -> None:
    ewa = house.consultant()

    with ewa.websocket_connect("/desk/ws", headers={"origin": "http://testserver"}) as socket:
        waiting_chat(house)
        assert socket.receive_text() == "look"
    for client, origin in ((ewa, "https://evil.example"), (house.customer(), "http://testserver")):
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("/desk/ws", headers={"origin": origin}),
        ):
            pass
