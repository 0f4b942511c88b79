"""Live chats at the desk: offers, several side by side, read marks, passing on, consents, the ends."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from helpdesk import conversations
from helpdesk.lifecycle import EndReason, Mode, OfferOutcome
from helpdesk.queues import Queue
from helpdesk.tables import ChatOffer, Consent, Conversation, Draft
from tests.integration.web.conftest import House
from tests.integration.web.live import (
    Desk,
    available,
    chat_of,
    deeds,
    end_silent,
    offer,
    said,
    staff,
    taken,
)
from tests.integration.web.test_chat_api import say
from tests.integration.web.test_desk import waiting_chat
from tests.servers.ports import eventually


def test_offer_is_shown_with_its_countdown_and_accepted(house: House) -> None:
    customer, token, _ = waiting_chat(house)
    available(house, "ewa")
    ewa = Desk(house, "ewa")
    offer(house)
    house.clock.advance(seconds=10)

    for path in ("/desk", "/desk/notices"):
        page = ewa.sees(path)
        assert "Nowa rozmowa dla Pani/Pana: Zasiłek chorobowy" in page
        assert 'data-countdown="20"' in page
    assert ewa.do("take") == 303

    assert customer.get(f"/api/chat/{token}").json()["consultant"] == "Ewa Konsultantka"
    assert "Nowa rozmowa" not in ewa.sees("/desk/notices")
    with house.database.reading() as session:
        assert session.scalars(select(ChatOffer.outcome)).all() == [OfferOutcome.ACCEPTED]


def test_declined_and_unanswered_offers_go_on_and_stop_being_shown(house: House) -> None:
    waiting_chat(house, "platnicy")
    available(house, "ewa", "marek")
    desks = {login: Desk(house, login) for login in ("ewa", "marek")}
    offer(house)
    (first,) = [login for login, desk in desks.items() if "Nowa rozmowa" in desk.sees("/desk/notices")]
    (second,) = desks.keys() - {first}

    desks[first].do("decline")
    offer(house)
    shown = {login: "Nowa rozmowa" in desk.sees("/desk/notices") for login, desk in desks.items()}
    assert shown == {first: False, second: True}

    house.clock.advance(seconds=31)
    assert "Nowa rozmowa" not in desks[second].sees("/desk/notices")
    offer(house)
    assert "Nowa rozmowa" in desks[first].sees("/desk/notices")


def test_metrics_tell_the_offers_and_who_waits(house: House) -> None:
    waiting_chat(house, "platnicy")
    available(house, "marek")
    Desk(house, "marek")
    before = metric(house, 'okienko_chat_offers_total{outcome="made"}')
    offer(house)

    assert metric(house, 'okienko_chat_offers_total{outcome="made"}') == before + 1
    assert metric(house, 'okienko_chats_waiting{queue="platnicy"}') == 1
    assert metric(house, 'okienko_chats_waiting{queue="zasilki"}') == 0


def metric(house: House, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", house.customer().get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_own_chats_stand_side_by_side_at_most_three(house: House) -> None:
    ewa = Desk(house, "ewa")
    for _ in range(4):
        house.will_say("handover", "Łączę", queue="zasilki", article="zasilek-chorobowy")
        customer = house.customer()
        token = customer.post("/api/chat", json={"text": "chcę człowieka"}).json()["conversation"]
        customer.post(f"/api/chat/{token}/person")
    for number in (1, 2, 3, 4):
        ewa.do("take", number)

    def panes(path: str) -> list[int]:
        return [int(found) for found in re.findall(r'id="pane-(\d+)"', ewa.sees(path))]

    assert panes("/desk/chats") == [1, 2, 3]
    assert panes("/desk/chats?open=4&open=2&current=2") == [4, 2]
    assert panes("/desk/chats?open=1&open=2&open=3&open=4") == [2, 3, 4]
    assert panes("/desk/chats?open=99") == []
    assert "Moje rozmowy (4)" in ewa.sees("/desk/chats/list?open=1")


def test_unread_messages_are_counted_until_the_page_has_shown_them(house: House) -> None:
    customer, token, ewa = taken(house)
    say(customer, "Mam pytanie", conversation=token)

    assert 'data-unread="2"' in ewa.sees("/desk/notices")  # with the first one, from before the chat was taken
    last = re.search(r'data-last="(\d+)"', ewa.sees("/desk/chats/1"))
    assert last
    assert ewa.do("read", seen=last[1]) == 204

    assert "data-unread" not in ewa.sees("/desk/notices")
    assert customer.get(f"/api/chat/{token}").json()["read_id"] == int(last[1])


def test_read_mark_never_goes_beyond_what_was_said(house: House) -> None:
    _, _, ewa = taken(house)
    ewa.do("read", seen=10**9)

    assert chat_of(house).consultant_read_id < 100


def test_customers_reading_is_shown_to_the_consultant(house: House) -> None:
    customer, token, ewa = taken(house)
    assert "przeczytane" not in ewa.sees("/desk/chats/1/messages")
    last = customer.get(f"/api/chat/{token}").json()["replies"][-1]["id"]

    assert customer.post(f"/api/chat/{token}/read", json={"id": last}).status_code == 204

    assert "przeczytane" in ewa.sees("/desk/chats/1/messages")


def test_typing_is_told_both_ways_and_stored_nowhere(house: House) -> None:
    customer, token, ewa = taken(house)
    origin = {"origin": "http://testserver"}
    before = len(said(customer, token))

    one_loop = TestClient(house.app)
    one_loop.cookies = ewa.client.cookies
    with (
        one_loop,
        one_loop.websocket_connect("/api/chat/ws") as widget,
        one_loop.websocket_connect("/desk/ws?chat=1&chat=77", headers=origin) as desk,
    ):
        widget.send_json({"type": "hello", "conversation": token, "after": 0})
        assert widget.receive_json()["type"] == "state"
        eventually(lambda: is_heard_of(house, "typing:1:consultant") and is_heard_of(house, "typing:1:customer"))
        widget.send_json({"type": "typing"})
        assert desk.receive_text() == "typing 1"
        desk.send_text("typing 77")
        desk.send_text("typing 1")
        assert widget.receive_json() == {"type": "typing", "author": "consultant"}

    assert len(said(customer, token)) == before


def is_heard_of(house: House, topic: str) -> bool:
    """Whether somebody waits for a hint on a topic; a sign of typing before that would be lost, as it may."""
    return topic in house.app.state.gateway.push._waiting


def test_form_leads_back_to_pages_of_chats_only(house: House) -> None:
    _, _, ewa = taken(house)
    form = {"csrf": ewa.csrf, "text": "x"}

    back = "/desk/chats?open=1&open=2&current=1"
    answer = ewa.client.post("/desk/chats/1/say", data={**form, "back": back})
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    for wrong in ("https://evil.example", "//evil.example", "/desk/chats?open=x", "/desk/chats/1/../..", "/desk\nx"):
        assert ewa.do("say", text="x", back=wrong) == 422, wrong


def test_draft_is_kept_for_its_consultant_and_gone_when_sent(house: House) -> None:
    _, _, ewa = taken(house)
    ewa.do("draft", text="Proszę złożyć")
    ewa.do("draft", text="Proszę złożyć wniosek")

    assert ">Proszę złożyć wniosek</textarea>" in ewa.sees("/desk/chats/1")
    ewa.do("say", text="Proszę złożyć wniosek ZUS")
    with house.database.reading() as session:
        assert session.scalars(select(Draft)).all() == []


def test_end_needs_a_reason_and_keeps_it_with_the_note(house: House) -> None:
    customer, token, ewa = taken(house)

    assert ewa.do("close") == 422
    assert ewa.do("close", reason="because") == 422
    assert chat_of(house).mode is Mode.HUMAN
    assert ewa.do("close", reason="no_solution", note="Wróci z dokumentami") == 303

    ended = chat_of(house)
    assert (ended.mode, ended.end_reason, ended.consultant_id) == (Mode.CLOSED, EndReason.NO_SOLUTION, None)
    assert ended.ended_at == house.clock.at
    last = customer.get(f"/api/chat/{token}").json()["replies"][-1]
    assert "Czy ta rozmowa pomogła?" in last["text"]
    assert [button["payload"] for button in last["buttons"]] == ["act:helpful", "act:unhelpful"]
    assert "ended" in deeds(house)


def test_customer_goes_on_after_the_end_with_the_bot_and_can_wait_again(house: House) -> None:
    customer, token, ewa = taken(house)
    ewa.do("close", reason="answered")
    house.will_say("answer", "Odpowiedź asystenta")

    assert "Odpowiedź asystenta" in str(say(customer, "a ile to trwa?", conversation=token)["replies"])
    assert customer.post(f"/api/chat/{token}/person").json()["mode"] == "waiting"


def test_chat_passed_on_to_a_person_is_offered_to_them_with_the_note(house: House) -> None:
    customer, token, ewa = taken(house, Queue.BENEFITS)
    available(house, "ewa", "marek")
    marek = Desk(house, "marek")
    person = staff(house, "marek").id

    assert marek.client.get("/desk/chats/1").status_code == 404
    assert ewa.do("transfer", person=9999) == 404
    assert ewa.do("transfer", person=person, note="Pyta o dwa zasiłki") == 303
    offer(house)

    assert "Rozmowa przekazana do Pani/Pana" in marek.sees("/desk/notices")
    assert "Pyta o dwa zasiłki" in marek.sees("/desk/chats/1")
    assert marek.do("take") == 303
    assert chat_of(house).consultant_id == person
    assert "Rozmowa została przekazana innej osobie: Marek. Proszę chwilę zaczekać." in said(customer, token)
    assert "Pyta o dwa" not in " ".join(said(customer, token))


def test_consent_is_asked_once_at_a_time_answered_with_the_button_and_audited(house: House) -> None:
    customer, token, ewa = taken(house)

    assert ewa.do("ask-consent", question="Czy możemy zadzwonić?") == 303
    assert ewa.do("ask-consent", prepared="mail") == 409
    state = customer.get(f"/api/chat/{token}").json()
    yes, no = (button["payload"] for button in state["replies"][-1]["buttons"])
    assert state["consent"] == 1
    say(customer, "tak, zgadzam się", conversation=token)
    assert "czeka na odpowiedź klienta" in ewa.sees("/desk/chats/1")
    say(customer, "cokolwiek", conversation=token, payload=no)
    say(customer, "cokolwiek", conversation=token, payload=yes)

    assert "brak zgody" in ewa.sees("/desk/chats/1/messages")
    assert customer.get(f"/api/chat/{token}").json()["consent"] is None
    assert [deed for deed in deeds(house) if deed.startswith("consent")] == ["consent asked", "consent refused"]
    assert "Nie zgadzam się" in said(customer, token)
    assert "cokolwiek" not in said(customer, token)
    assert not house.bot.given[1:]


def test_consent_of_another_conversation_cannot_be_answered_and_lapses_with_the_chat(house: House) -> None:
    _, _, ewa = taken(house)
    ewa.do("ask-consent", prepared="callback")
    stranger = house.customer()
    house.will_say()
    say(stranger, "x", payload="consent:1:yes")
    ewa.do("close", reason="answered")

    with house.database.reading() as session:
        (consent,) = session.scalars(select(Consent)).all()
    assert (consent.granted, consent.answered_at) == (None, house.clock.at)


def test_customer_is_asked_to_verify_with_the_widgets_own_button(house: House) -> None:
    customer, token, ewa = taken(house)
    ewa.do("ask-verify")

    last = customer.get(f"/api/chat/{token}").json()["replies"][-1]
    assert [button["payload"] for button in last["buttons"]] == ["verify"]


def test_silent_customer_is_warned_and_the_chat_ends_politely_later(house: House) -> None:
    customer, token, ewa = taken(house)
    house.clock.advance(minutes=9)
    signed(customer, token, house)
    house.clock.advance(minutes=1)
    end_silent(house)
    assert "Czy możemy jeszcze w czymś pomóc?" in said(customer, token)[-1]
    assert "uprzedzono o zakończeniu" in ewa.sees("/desk/chats/1")

    house.clock.advance(minutes=4)
    signed(customer, token, house)
    end_silent(house)
    assert chat_of(house).mode is Mode.HUMAN
    house.clock.advance(minutes=1)
    end_silent(house)

    ended = chat_of(house)
    assert (ended.mode, ended.end_reason) == (Mode.CLOSED, EndReason.CUSTOMER_LEFT)
    assert "nie było odpowiedzi" in said(customer, token)[-1]
    assert "W czym pomóc?" in said(customer, token)


def signed(customer: TestClient, token: str, house: House) -> None:
    """Let the customer's window give a sign."""
    assert customer.get(f"/api/chat/{token}").status_code == 200
    assert chat_of(house).customer_seen_at == house.clock.at


def test_customers_word_resets_the_warning(house: House) -> None:
    customer, token, ewa = taken(house)
    house.clock.advance(minutes=9)
    signed(customer, token, house)
    house.clock.advance(minutes=1)
    end_silent(house)
    say(customer, "Jestem!", conversation=token)
    assert chat_of(house).warned_at is None
    house.clock.advance(minutes=60)
    end_silent(house)

    assert chat_of(house).mode is Mode.HUMAN
    assert "klient odszedł z okna" in ewa.sees("/desk/chats/1")


def test_customer_who_closed_the_window_leaves_the_queue_and_is_told_on_return(house: House) -> None:
    customer, token, _ = waiting_chat(house)
    house.clock.advance(minutes=4)
    signed(customer, token, house)
    house.clock.advance(minutes=4)
    end_silent(house)
    assert chat_of(house).mode is Mode.WAITING
    house.clock.advance(minutes=1)
    end_silent(house)

    state = customer.get(f"/api/chat/{token}").json()
    assert (state["mode"], state["position"]) == ("bot", 0)
    assert "Okno rozmowy było zamknięte" in state["replies"][-1]["text"]


def test_many_nodes_that_end_one_silent_chat_say_it_once(house: House) -> None:
    customer, token, _ = taken(house)
    house.clock.advance(minutes=30)

    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(end_silent, house) for _ in range(6)]:
            future.result()

    ended = [words for words in said(customer, token) if "nie było odpowiedzi" in words]
    assert len(ended) == 1
    assert deeds(house).count("ended") == 1


@pytest.mark.parametrize("deed", ["claim", "give back", "pass on"])
def test_message_in_the_moment_of_a_change_goes_to_who_leads_afterwards(house: House, deed: str) -> None:
    if deed == "claim":
        customer, token, _ = waiting_chat(house)
    else:
        customer, token, _ = taken(house)
    house.will_say("answer", "Asystent mówi")
    asked, ewa = len(house.bot.given), staff(house, "ewa")

    with ThreadPoolExecutor(1) as pool:
        with house.database.session() as session:
            if deed == "claim":
                conversations.claim(session, 1, ewa, now=house.clock())
            elif deed == "give back":
                conversations.give_back(session, 1, ewa, now=house.clock())
            else:
                conversations.pass_on(session, 1, ewa, Queue.PAYERS, now=house.clock())
            # The message comes while the change is not committed yet; it cannot be stored before it is.
            coming = pool.submit(say, customer, "halo?", conversation=token)
            with pytest.raises(TimeoutError):
                coming.result(timeout=0.3)
            session.commit()
        coming.result()

    is_bot_asked = len(house.bot.given) > asked
    assert is_bot_asked == (deed == "give back")
    assert ("Asystent mówi" in said(customer, token)) == is_bot_asked


def test_bot_that_thought_while_a_person_took_the_chat_says_nothing(house: House) -> None:
    customer, token, _ = waiting_chat(house)
    customer.post(f"/api/chat/{token}/leave")
    ewa = staff(house, "ewa")
    answer = house.bot.answer

    async def slow(sender: str, message: str, metadata: dict[str, str]) -> object:
        with house.database.session() as session:
            conversations.wait_for_person(session, session.get_one(Conversation, 1), now=house.clock())
            conversations.claim(session, 1, ewa, now=house.clock())
            session.commit()
        return await answer(sender, message, metadata)

    house.bot.answer = slow
    house.will_say("answer", "Za późno")
    say(customer, "jeszcze pytanie", conversation=token)

    assert "Za późno" not in said(customer, token)
