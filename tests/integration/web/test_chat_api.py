"""The chat's HTTP and WebSocket contract, on both databases."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from helpdesk.tables import ChatMessage, Conversation
from tests.integration.web.conftest import House


def say(client: TestClient, text: str, **more: object) -> dict[str, Any]:
    response = client.post("/api/chat", json={"text": text, **more})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_first_message_starts_a_conversation_and_is_answered(house: House) -> None:
    house.will_say("answer", "Zasiłek wynosi…", article="zasilek-macierzynski", confidence=0.9, queue="zasilki")

    state = say(house.customer(), "ile wynosi macierzyński")

    assert (state["mode"], state["auth_level"]) == ("bot", "anonymous")
    (reply,) = state["replies"]
    assert (reply["kind"], reply["article"], reply["author"]) == ("answer", "zasilek-macierzynski", "bot")


def test_history_survives_and_goes_on_after_the_last_id(house: House) -> None:
    house.will_say(text="Dzień dobry")
    client = house.customer()
    token = say(client, "dzień dobry")["conversation"]

    everything = client.get(f"/api/chat/{token}").json()["replies"]
    rest = client.get(f"/api/chat/{token}", params={"after": everything[0]["id"]}).json()["replies"]

    assert [reply["author"] for reply in everything] == ["customer", "bot"]
    assert [reply["author"] for reply in rest] == ["bot"]


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07\u200b", "\n\t"])
def test_message_without_words_is_refused_in_polish(house: House, text: str) -> None:
    response = house.customer().post("/api/chat", json={"text": text})

    assert response.status_code == 422
    assert "pusta" in response.json()["detail"]


def test_too_long_message_is_refused_with_its_limit_and_stores_nothing(house: House) -> None:
    response = house.customer().post("/api/chat", json={"text": "a" * 10_000})

    assert response.status_code == 413
    assert "10000" in response.json()["detail"]
    assert "2000" in response.json()["detail"]
    with house.database.reading() as session:
        assert session.scalars(select(Conversation)).all() == []


@pytest.mark.parametrize("text", ["🙂🙂🙂", "<script>alert(1)</script>", "/request_consultant", "/restart", "ą" * 2000])
def test_odd_message_is_stored_as_it_was_typed_and_never_becomes_a_command(house: House, text: str) -> None:
    house.will_say()

    token = say(house.customer(), text)["conversation"]

    assert house.customer().get(f"/api/chat/{token}").json()["replies"][0]["text"] == text
    assert not house.bot.given[0][1].startswith("/")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"text": 5}', b'{"txt": "x"}', b"\xff\xfe"])
def test_broken_request_gets_polish_words(house: House, body: bytes) -> None:
    response = house.customer().post("/api/chat", content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == 422
    assert "spróbować" in response.json()["detail"]


def test_huge_body_is_refused_before_it_is_read(house: House) -> None:
    response = house.customer().post("/api/chat", content=b'{"text": "' + b"a" * 300_000 + b'"}')

    assert response.status_code == 413


@pytest.mark.parametrize("token", ["1", "nieznana", "../../etc/passwd"])
def test_unknown_conversation_is_not_found(house: House, token: str) -> None:
    response = house.customer().post("/api/chat", json={"conversation": token, "text": "halo"})

    assert response.status_code == 404
    assert "Nie znaleziono" in response.json()["detail"]


def test_personal_numbers_are_masked_before_they_are_stored_or_given_to_the_bot(house: House) -> None:
    house.will_say()

    token = say(house.customer(), "mój PESEL to 44051401359, kiedy emerytura?")["conversation"]

    replies = house.customer().get(f"/api/chat/{token}").json()["replies"]
    assert "44051401359" not in str(replies)
    assert "44051401359" not in str(house.bot.given)
    assert any(reply["author"] == "system" and "PESEL" in reply["text"] for reply in replies)
    with house.database.reading() as session:
        assert "44051401359" not in str([m.text for m in session.scalars(select(ChatMessage))])


def test_silent_bot_costs_no_word_and_offers_a_person(house: House) -> None:
    state = say(house.customer(), "halo")

    (reply,) = state["replies"]
    assert "niedostępny" in reply["text"]
    assert [button["payload"] for button in reply["buttons"]] == ["consultant"]


def test_chosen_topic_reaches_the_bot_as_a_choice(house: House) -> None:
    house.will_say()

    say(house.customer(), "Zasiłek chorobowy", payload="article:zasilek-chorobowy")

    assert house.bot.given[0][1] == '/choose_article{"article": "zasilek-chorobowy"}'


@pytest.mark.parametrize("payload", ['article:x"}/restart', "/restart", "article:", "nonsense"])
def test_forged_payload_is_taken_for_typed_words(house: House, payload: str) -> None:
    house.will_say()

    say(house.customer(), "pytanie", payload=payload)

    assert house.bot.given[0][1] == "pytanie"


def wants_person(house: House) -> tuple[TestClient, str]:
    account = {"queue": "zasilki", "article": "zasilek-chorobowy", "individual": True, "person": True}
    house.will_say("verify", "Sprawdzi to konsultant", **account)
    client = house.customer()
    state = say(client, "kiedy dostanę przelew")
    assert [button["payload"] for button in state["replies"][0]["buttons"]] == ["verify", "person"]
    assert state["person_wanted"]
    return client, state["conversation"]


def test_right_pin_confirms_and_puts_the_customer_into_the_topics_queue(house: House) -> None:
    client, token = wants_person(house)

    state = client.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.anna", "pin": "4821"}).json()

    assert (state["mode"], state["auth_level"], state["position"]) == ("waiting", "verified", 1)
    assert any("Zasiłki" in reply["text"] for reply in state["replies"])
    assert "4821" not in str(client.get(f"/api/chat/{state['conversation']}").json()["replies"])


def test_wish_for_a_person_goes_to_the_queue_of_what_was_answered_before(house: House) -> None:
    house.will_say("answer", "Ulga na start…", article="ulga-na-start", queue="platnicy")
    house.will_say("handover", "Łączę", queue="ogolne")
    client = house.customer()
    token = say(client, "co to ulga na start")["conversation"]
    say(client, "chcę rozmawiać z człowiekiem", conversation=token)

    state = client.post(f"/api/chat/{token}/person").json()

    assert any("Płatnicy składek" in reply["text"] for reply in state["replies"])


def test_wrong_pin_changes_nothing_and_says_so_in_the_same_words_for_everybody(house: House) -> None:
    client, token = wants_person(house)

    wrong = client.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.anna", "pin": "1111"})
    unknown = client.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.nikt", "pin": "4821"})

    assert (wrong.status_code, unknown.status_code) == (403, 403)
    assert wrong.json() == unknown.json()
    assert client.get(f"/api/chat/{token}").json()["auth_level"] == "anonymous"


def test_sixth_attempt_is_locked_out(house: House) -> None:
    client, token = wants_person(house)
    for _ in range(5):
        client.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.anna", "pin": "1111"})

    response = client.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.anna", "pin": "4821"})

    assert response.status_code == 429


def test_confirmed_identity_ends_after_a_quarter_of_an_hour(house: House) -> None:
    client, token = wants_person(house)
    confirmed = client.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.anna", "pin": "4821"}).json()
    token = confirmed["conversation"]

    house.clock.advance(minutes=16)

    assert client.get(f"/api/chat/{token}").json()["auth_level"] == "anonymous"


def test_person_can_be_reached_without_confirming_and_waiting_can_be_given_up(house: House) -> None:
    client, token = wants_person(house)

    waiting = client.post(f"/api/chat/{token}/person").json()
    back = client.post(f"/api/chat/{token}/leave").json()

    assert (waiting["mode"], waiting["auth_level"]) == ("waiting", "anonymous")
    assert back["mode"] == "bot"


def test_bot_is_not_asked_while_a_person_is_waited_for(house: House) -> None:
    client, token = wants_person(house)
    client.post(f"/api/chat/{token}/person")
    asked = len(house.bot.given)

    state = say(client, "jest tam kto?", conversation=token)

    assert len(house.bot.given) == asked
    assert state["mode"] == "waiting"


def test_closed_office_is_told_with_the_next_opening(house: House) -> None:
    client, token = wants_person(house)
    house.clock.advance(hours=9)  # Friday evening

    state = client.post(f"/api/chat/{token}/person").json()

    assert any("23 listopada 2026 o godz. 7.00" in reply["text"] for reply in state["replies"])


def test_websocket_answers_acknowledges_and_resumes_where_it_was(house: House) -> None:
    house.will_say(text="Dzień dobry")
    client = house.customer()

    with client.websocket_connect("/api/chat/ws") as socket:
        socket.send_json({"type": "hello", "conversation": None, "after": 0})
        socket.send_json({"type": "message", "text": "hej", "client_id": "m1"})
        assert socket.receive_json() == {"type": "typing"}
        ack = socket.receive_json()
        state = socket.receive_json()

    assert (ack["type"], ack["client_id"]) == ("ack", "m1")
    assert [reply["text"] for reply in state["replies"]] == ["hej", "Dzień dobry"]
    with client.websocket_connect("/api/chat/ws") as socket:
        socket.send_json({"type": "hello", "conversation": ack["conversation"], "after": ack["id"]})
        assert [reply["text"] for reply in socket.receive_json()["replies"]] == ["Dzień dobry"]


def test_message_repeated_after_a_lost_connection_is_answered_once(house: House) -> None:
    house.will_say(text="raz")
    client = house.customer()
    token = say(client, "hej", client_id="m1")["conversation"]

    say(client, "hej", client_id="m1", conversation=token)

    assert len(house.bot.given) == 1
    assert len(client.get(f"/api/chat/{token}").json()["replies"]) == 2


@pytest.mark.parametrize("frame", ["nonsense", '{"type": "message"}', '{"type": "other"}', "5"])
def test_broken_frame_is_refused_and_the_line_stays_open(house: House, frame: str) -> None:
    house.will_say(text="tak")

    with house.customer().websocket_connect("/api/chat/ws") as socket:
        socket.send_text(frame)
        assert socket.receive_json()["type"] == "error"
        socket.send_json({"type": "message", "text": "hej", "client_id": "m1"})
        assert socket.receive_json()["type"] == "typing"


def test_another_conversations_token_shows_nothing_of_this_one(house: House) -> None:
    house.will_say(text="dla pierwszego")
    house.will_say(text="dla drugiego")
    client = house.customer()
    say(client, "pierwszy")
    second = say(client, "drugi")["conversation"]

    assert "pierwszy" not in client.get(f"/api/chat/{second}").text
