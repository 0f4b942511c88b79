"""The desk's page of a chat: what a consultant sees of the customer, and for how long."""

from fastapi.testclient import TestClient

from helpdesk import mandates, ratings
from helpdesk.lifecycle import Level
from helpdesk.queues import Queue
from helpdesk.tables import Conversation, Customer
from tests.conftest import NOON
from tests.integration.web.conftest import House
from tests.integration.web.test_chat_api import say, wants_person
from tests.integration.web.test_desk import csrf


def taken_chat(house: House) -> tuple[TestClient, str]:
    client, token = wants_person(house)
    house.will_say("answer", "Zasiłek…", article="zasilek-macierzynski", queue="zasilki", act="ask_general")
    say(client, "ile wynosi macierzyński", conversation=token, profile="ubezpieczony")
    with house.database.session() as session:
        ratings.rate(session, 1, helpful=False, now=NOON)
        session.commit()
    client.post(f"/api/chat/{token}/person")
    ewa = house.consultant()
    ewa.post("/desk/chats/1/take", data={"csrf": csrf(ewa)})
    return ewa, token


def confirmed(house: House, level: Level = Level.VERIFIED) -> None:
    with house.database.session() as session:
        chat = session.get_one(Conversation, 1)
        own, other = (Customer(name=name, created_at=NOON) for name in ("Anna Przykładowa", "Maria Przykładowa"))
        session.add_all([own, other])
        session.flush()
        chat.level, chat.verified_until = level, house.clock.at.replace(minute=14, second=30)
        chat.customer_id = own.id
        if level is Level.REPRESENTATIVE:
            mandates.register(session, own, other, queues=[Queue.BENEFITS], valid_from=NOON.date(), now=NOON)
            chat.acting_for_id = other.id
        chat.language = "uk"
        session.commit()


def test_summary_group_and_rating_are_shown(house: House) -> None:
    ewa, _ = taken_chat(house)

    page = ewa.get("/desk/chats/1").text

    for expected in (
        "Podsumowanie",
        "„kiedy dostanę przelew”",
        "„ile wynosi macierzyński”",
        "temat: Zasiłek macierzyński",
        "ubezpieczony",
        "polski",
        "Ocena klienta: nie pomogło",
    ):
        assert expected in page, expected


def test_confirmed_customer_is_named_with_the_minutes_left_and_the_language(house: House) -> None:
    ewa, _ = taken_chat(house)
    confirmed(house)

    page = ewa.get("/desk/chats/1").text

    for expected in ("Anna Przykładowa", "jeszcze 14 min", "ukraiński"):
        assert expected in page, expected
    assert "działa za" not in page
    assert "tożsamość nie jest potwierdzona" not in page


def test_representative_is_shown_with_whom_they_act_for(house: House) -> None:
    ewa, _ = taken_chat(house)
    confirmed(house, Level.REPRESENTATIVE)

    assert "działa za: Maria Przykładowa" in ewa.get("/desk/chats/1").text


def test_name_and_principal_disappear_from_the_refreshed_part_when_the_time_is_over(house: House) -> None:
    ewa, _ = taken_chat(house)
    confirmed(house, Level.REPRESENTATIVE)
    house.clock.advance(minutes=15)

    part = ewa.get("/desk/chats/1/messages").text

    assert "Osoba niepotwierdzona" in part
    assert "tożsamość nie jest potwierdzona" in part
    assert "Przykładowa" not in part
