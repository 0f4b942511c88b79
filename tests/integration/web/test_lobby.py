"""Waiting, and the ways out of it: out of hours, nobody there, a ticket instead, the transcript, the closing hour."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from helpdesk import conversations
from helpdesk.hours import OfficeHours
from helpdesk.lifecycle import Author, Direction, Level, WaitOutcome
from helpdesk.queues import Queue
from helpdesk.tables import ChatMessage, Conversation, OutboxMail, Ticket, TicketMessage, Wait
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.test_chat_api import say, wants_person
from tests.integration.web.test_desk import csrf
from web.closing import watch_closing
from web.lobby import Lobby
from web.push import LocalPush
from web.waiting_room import WaitingRoom

ADDRESS = "anna@example.com"
ALL = ["wait", "ticket", "callback"]


def waits(house: House) -> tuple[TestClient, str]:
    client, token = wants_person(house)
    client.post(f"/api/chat/{token}/person")
    return client, token


def confirm(client: TestClient, token: str) -> str:
    """Confirm the identity; the conversation has another token from then on."""
    response = client.post(f"/api/chat/{token}/verify", json={"pue_id": "demo.anna", "pin": "4821"})
    renewed: str = response.json()["conversation"]
    return renewed


def told(state: dict[str, Any], words: str) -> int:
    return sum(words in reply["text"] for reply in state["replies"])


def lobby(house: House) -> Lobby:
    return Lobby(house.database, OfficeHours(), house.clock, "cot@zus.pl")


def tickets(house: House) -> list[Ticket]:
    with house.database.reading() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def letters(house: House) -> list[OutboxMail]:
    with house.database.reading() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_who_waits_sees_the_place_no_invented_time_and_all_ways(house: House) -> None:
    house.consultant()
    client, token = waits(house)

    state = client.get(f"/api/chat/{token}").json()

    assert (state["position"], state["wait_minutes"], state["ways"]) == (1, None, ALL)
    assert state["queue"] == "zasilki"
    assert told(state, "nie ma wolnego konsultanta") == 0


def test_account_question_without_an_article_waits_with_those_whose_work_it_is(house: House) -> None:
    house.consultant()
    house.will_say("verify", "Sprawdzi to konsultant", queue="swiadczenia_rodzinne", individual=True, person=True)
    client = house.customer()
    token = say(client, "kiedy przyjdzie kasa na dzieci")["conversation"]
    client.post(f"/api/chat/{token}/person")

    assert client.get(f"/api/chat/{token}").json()["queue"] == "swiadczenia_rodzinne"


def test_measured_time_is_told_and_shown(house: House) -> None:
    house.consultant()
    with house.database.session() as session:
        number = conversations.start(session, "someone before", now=NOON).id
        session.add_all(
            Wait(
                conversation_id=number,
                queue=Queue.BENEFITS,
                place=1,
                began_at=NOON,
                ended_at=NOON.replace(minute=6),
                outcome=WaitOutcome.TAKEN,
            )
            for _ in range(5)
        )
        session.commit()
    house.clock.advance(minutes=10)
    client, token = waits(house)

    state = client.get(f"/api/chat/{token}").json()

    assert state["wait_minutes"] == 6
    assert told(state, "około 6 min") == 1


def test_nobody_at_the_desk_is_told_once_with_the_ways(house: House) -> None:
    client, token = wants_person(house)
    before = client.get(f"/api/chat/{token}").json()

    after = client.post(f"/api/chat/{token}/person").json()

    assert (before["mode"], before["ways"], told(before, "nie ma wolnego konsultanta")) == ("bot", ALL, 1)
    assert (after["mode"], after["ways"], told(after, "nie ma wolnego konsultanta")) == ("waiting", ALL, 1)


def test_closed_office_is_told_once_before_and_while_waiting(house: House) -> None:
    house.clock.advance(hours=9)  # Friday evening
    client, token = wants_person(house)
    before = client.get(f"/api/chat/{token}").json()

    client.post(f"/api/chat/{token}/person")
    say(client, "halo", conversation=token)
    after = client.get(f"/api/chat/{token}").json()

    assert (before["ways"], before["wait_minutes"]) == (ALL, None)
    assert told(before, "23 listopada 2026 o godz. 7.00") == 1
    assert told(after, "23 listopada 2026 o godz. 7.00") == 1
    assert told(after, "czeka na konsultanta") == 1


def test_writing_while_waiting_repeats_no_notice(house: House) -> None:
    client, token = waits(house)

    for n in range(3):
        say(client, f"dopisuję {n}", conversation=token)
    client.post(f"/api/chat/{token}/person")

    assert told(client.get(f"/api/chat/{token}").json(), "czeka na konsultanta") == 1


def test_closing_hour_is_told_to_everybody_who_waits_and_only_once(house: House) -> None:
    client, token = waits(house)
    house.clock.advance(hours=5, minutes=59)
    assert lobby(house).tell_closing() == []

    house.clock.advance(minutes=1)  # 18:00
    first, second = lobby(house).tell_closing(), lobby(house).tell_closing()

    state = client.get(f"/api/chat/{token}").json()
    assert (len(first), second) == (1, [])
    assert (told(state, "Najbliżej będą"), state["mode"], state["ways"]) == (1, "waiting", ALL)


def test_next_closing_hour_is_told_again(house: House) -> None:
    waits(house)
    house.clock.advance(hours=6)
    lobby(house).tell_closing()

    house.clock.advance(days=3)

    assert len(lobby(house).tell_closing()) == 1


def test_watch_of_the_closing_hour_survives_a_database_that_is_away(house: House) -> None:
    class Failing(Lobby):
        def tell_closing(self) -> list[int]:
            looks.append(None)
            raise OSError("the database is away")

    looks: list[None] = []

    async def watched() -> None:
        failing = Failing(house.database, OfficeHours(), house.clock, "cot@zus.pl")
        task = asyncio.create_task(watch_closing(failing, LocalPush(), every=0))
        while len(looks) < 3:
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(asyncio.wait_for(watched(), 20))


def test_ticket_holds_the_masked_conversation_its_summary_and_its_queue(house: House) -> None:
    client, token = wants_person(house)
    house.will_say(
        "answer", "Zasiłek…\nWięcej: /wiedza/zasilek-chorobowy", article="zasilek-chorobowy", queue="zasilki"
    )
    say(client, "mój PESEL 44051401359, ile wynosi chorobowe", conversation=token)
    client.post(f"/api/chat/{token}/person")

    text = "proszę o odpowiedź, PESEL 44051401359"
    state = client.post(f"/api/chat/{token}/ticket", json={"address": " Anna@Example.com ", "text": text}).json()

    (ticket,) = tickets(house)
    assert (ticket.queue, ticket.channel, ticket.level, ticket.address) == (
        Queue.BENEFITS,
        "chat",
        Level.ADDRESS,
        ADDRESS,
    )
    assert ticket.individual
    assert (state["mode"], told(state, ticket.number)) == ("bot", 1)
    with house.database.reading() as session:
        first, note = session.scalars(select(TicketMessage).order_by(TicketMessage.id)).all()
        assert session.scalars(select(Wait.outcome)).all() == [WaitOutcome.TICKET]
    assert first.direction is Direction.IN
    for expected in ("proszę o odpowiedź", "kiedy dostanę przelew", "Asystent:", "/wiedza/zasilek-chorobowy"):
        assert expected in first.text
    assert "44051401359" not in first.text
    assert note.direction is Direction.NOTE
    assert "kiedy dostanę przelew" in note.text


def test_ticket_is_acknowledged_by_mail_with_its_number_and_without_the_conversation(house: House) -> None:
    client, token = waits(house)

    client.post(f"/api/chat/{token}/ticket", json={"address": ADDRESS})

    (letter,), (ticket,) = letters(house), tickets(house)
    assert (letter.recipient, letter.kind, letter.ticket_id) == (ADDRESS, "feedback", ticket.id)
    assert ticket.number in letter.subject
    assert "kiedy dostanę przelew" not in letter.body


def test_ticket_asked_for_again_is_the_same_until_something_new_is_written(house: House) -> None:
    client, token = waits(house)
    body = {"address": ADDRESS, "text": "dopisek"}

    for _ in range(3):
        assert client.post(f"/api/chat/{token}/ticket", json=body).status_code == 200
    assert (len(tickets(house)), len(letters(house))) == (1, 1)
    house.will_say()
    say(client, "jeszcze jedno", conversation=token)
    client.post(f"/api/chat/{token}/ticket", json=body)

    assert len(tickets(house)) == 2


def test_tickets_of_one_conversation_are_bounded_a_day(house: House) -> None:
    client, token = waits(house)

    codes = [
        client.post(f"/api/chat/{token}/ticket", json={"address": f"anna{n}@example.com"}).status_code for n in range(5)
    ]

    assert codes == [200, 200, 200, 429, 429]
    house.clock.advance(hours=25)
    assert client.post(f"/api/chat/{token}/ticket", json={"address": ADDRESS}).status_code == 200


def test_confirmed_customer_leaves_a_confirmed_ticket(house: House) -> None:
    client, token = wants_person(house)
    token = confirm(client, token)

    client.post(f"/api/chat/{token}/ticket", json={"address": ADDRESS})

    with house.database.reading() as session:
        (ticket,) = session.scalars(select(Ticket)).all()
        assert ticket.level is Level.VERIFIED
        assert ticket.customer is not None
        assert ticket.customer.name == "Anna Przykładowa"


@pytest.mark.parametrize("way", ["ticket", "transcript"])
@pytest.mark.parametrize("address", ["", "anna", "anna@example", "a@b.pl\nBcc: x@y.pl", "cot@zus.pl", "ą" * 900])
def test_address_that_is_none_is_refused_kindly_and_nothing_is_stored(house: House, way: str, address: str) -> None:
    client, token = waits(house)

    response = client.post(f"/api/chat/{token}/{way}", json={"address": address})

    assert response.status_code == 422
    assert "e-mail" in response.json()["detail"]
    assert (tickets(house), letters(house)) == ([], [])
    assert client.get(f"/api/chat/{token}").json()["mode"] == "waiting"


def test_too_long_addition_is_refused_with_its_limit(house: House) -> None:
    client, token = waits(house)

    response = client.post(f"/api/chat/{token}/ticket", json={"address": ADDRESS, "text": "a" * 2001})

    assert response.status_code == 413
    assert tickets(house) == []


def test_nothing_is_taken_along_from_an_unknown_conversation(house: House) -> None:
    client = house.customer()

    codes = [
        client.post("/api/chat/nieznana/ticket", json={"address": ADDRESS}).status_code,
        client.post("/api/chat/nieznana/transcript", json={"address": ADDRESS}).status_code,
        client.get("/api/chat/nieznana/transcript.txt").status_code,
    ]

    assert codes == [404, 404, 404]


def test_answer_of_a_consultant_to_a_ticket_from_the_chat_goes_by_mail(house: House) -> None:
    client, token = waits(house)
    client.post(f"/api/chat/{token}/ticket", json={"address": ADDRESS})
    ewa = house.consultant()
    (ticket,) = tickets(house)

    shown = ewa.get(f"/desk/tickets/{ticket.id}").text
    ewa.post(f"/desk/tickets/{ticket.id}/answer", data={"csrf": csrf(ewa), "text": "Proszę złożyć ZAS-53."})

    assert "kiedy dostanę przelew" in shown
    assert "Podsumowanie rozmowy" in shown
    assert "ZAS-53" in letters(house)[1].body


def test_who_would_rather_be_called_leaves_the_queue_and_is_asked_by_the_bot(house: House) -> None:
    client, token = waits(house)
    house.will_say("callback", "Na jaki numer zadzwonić?")

    state = say(client, "Poproszę o telefon", conversation=token, payload="act:request_callback")

    assert (state["mode"], told(state, "Na jaki numer")) == ("bot", 1)
    with house.database.reading() as session:
        assert session.scalars(select(Wait.outcome)).all() == [WaitOutcome.CALLBACK]


def test_transcript_is_a_file_that_no_cache_keeps(house: House) -> None:
    client, token = waits(house)

    response = client.get(f"/api/chat/{token}/transcript.txt")

    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="rozmowa-ZUS-2026-11-20.txt"'
    assert response.headers["cache-control"] == "no-store"
    text = response.content.decode("utf-8-sig")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert "[20.11.2026, 12:00] Klient:\r\nkiedy dostanę przelew" in text
    assert "\n" not in text.replace("\r\n", "")


def test_transcript_by_mail_goes_through_the_outbox_and_is_told_without_the_address(house: House) -> None:
    client, token = waits(house)

    state = client.post(f"/api/chat/{token}/transcript", json={"address": ADDRESS}).json()

    (letter,) = letters(house)
    assert (letter.recipient, letter.kind, letter.automatic) == (ADDRESS, "transcript", True)
    assert "kiedy dostanę przelew" in letter.body
    assert "Zapis rozmowy" in letter.subject
    assert ADDRESS not in str(state)


def test_transcripts_are_bounded_for_a_conversation_and_for_an_address(house: House) -> None:
    client, token = waits(house)
    house.will_say()
    other = say(client, "druga rozmowa")["conversation"]

    def send(conversation: str, address: str) -> int:
        return client.post(f"/api/chat/{conversation}/transcript", json={"address": address}).status_code

    assert [send(token, ADDRESS) for _ in range(4)] == [200, 200, 200, 429]
    assert send(token, "jan@example.com") == 429
    assert [send(other, ADDRESS) for _ in range(3)] == [200, 200, 429]
    assert send(other, "jan@example.com") == 200
    house.clock.advance(hours=25)
    assert send(token, ADDRESS) == 200


def confirmed_part(house: House) -> tuple[TestClient, str]:
    client, token = wants_person(house)
    token = confirm(client, token)
    ewa = house.consultant()
    form = {"csrf": csrf(ewa)}
    ewa.post("/desk/chats/1/take", data=form)
    ewa.post("/desk/chats/1/say", data={**form, "text": "Przelew 1234 zł wyszedł wczoraj."})
    ewa.post("/desk/chats/1/close", data={**form, "reason": "answered"})
    return client, token


def test_what_a_confirmed_customer_was_told_is_in_the_file_and_never_in_the_mail(house: House) -> None:
    client, token = confirmed_part(house)
    house.clock.advance(hours=1)  # the identity is over; what was said while it held stays what it was

    client.post(f"/api/chat/{token}/transcript", json={"address": ADDRESS})

    (letter,) = letters(house)
    assert "1234" not in letter.body
    assert "Anna Przykładowa" not in letter.body
    assert "nie jest bezpiecznym kanałem" in letter.body
    assert "1234 zł" in client.get(f"/api/chat/{token}/transcript.txt").text


def test_level_is_kept_with_each_message_that_a_confirmed_customer_heard(house: House) -> None:
    confirmed_part(house)

    with house.database.reading() as session:
        said = session.scalars(select(ChatMessage).order_by(ChatMessage.id)).all()
    levels = {(message.author, message.text[:9]): message.details.get("level") for message in said}

    assert levels[(Author.CUSTOMER, "kiedy dos")] is None
    assert levels[(Author.CONSULTANT, "Przelew 1")] == "verified"


def test_end_of_a_consultants_part_asks_for_a_rating(house: House) -> None:
    client, token = confirmed_part(house)

    last = client.get(f"/api/chat/{token}").json()["replies"][-1]

    assert last["author"] == "system"
    assert [button["payload"] for button in last["buttons"]] == ["act:helpful", "act:unhelpful"]


def test_consultant_who_said_nothing_is_not_rated(house: House) -> None:
    client, token = waits(house)
    ewa = house.consultant()
    form = {"csrf": csrf(ewa)}

    ewa.post("/desk/chats/1/take", data=form)
    ewa.post("/desk/chats/1/close", data={**form, "reason": "answered"})

    assert client.get(f"/api/chat/{token}").json()["replies"][-1]["buttons"] == []


@pytest.fixture
def impatient(house: House) -> House:
    """A house whose waiting room reads a queue at once."""
    house.app.state.waiting_room = WaitingRoom(house.database, OfficeHours(), house.clock, gathering=0)
    return house


def leave(_house: House, client: TestClient, token: str) -> None:
    client.post(f"/api/chat/{token}/leave")


def take(_house: House, client: TestClient, _token: str) -> None:
    client.post("/desk/login", data={"login": "ewa", "password": PASSWORD})
    client.post("/desk/chats/1/take", data={"csrf": csrf(client)})


def leave_ticket(_house: House, client: TestClient, token: str) -> None:
    client.post(f"/api/chat/{token}/ticket", json={"address": ADDRESS})


def choose_callback(house: House, client: TestClient, token: str) -> None:
    house.will_say()
    say(client, "telefon", conversation=token, payload="act:request_callback")


@pytest.mark.parametrize("departure", [leave, take, leave_ticket, choose_callback])
def test_place_of_those_behind_changes_live(
    impatient: House, departure: Callable[[House, TestClient, str], None]
) -> None:
    _, first = waits(impatient)
    _, second = waits(impatient)
    # Within this block the client keeps one loop, as a server has: a hint reaches the lines of its own loop only.
    with TestClient(impatient.app) as client, client.websocket_connect("/api/chat/ws") as socket:
        socket.send_json({"type": "hello", "conversation": second, "after": 0})
        assert socket.receive_json()["position"] == 2

        departure(impatient, client, first)

        state = socket.receive_json()
    assert (state["position"], state["replies"], state["mode"]) == (1, [], "waiting")


def test_place_in_another_queue_stays(impatient: House) -> None:
    _, first = waits(impatient)
    _, second = waits(impatient)
    with impatient.database.session() as session:
        session.get_one(Conversation, 1).queue = Queue.PAYERS
        session.commit()
    room: WaitingRoom = impatient.app.state.waiting_room

    places = asyncio.run(room.look(Queue.BENEFITS))

    assert places.positions == {2: 1}
    assert impatient.customer().get(f"/api/chat/{first}").json()["position"] == 1
    assert impatient.customer().get(f"/api/chat/{second}").json()["position"] == 1


def test_thousand_who_look_together_share_one_reading_and_who_comes_later_gets_a_later_one(house: House) -> None:
    waits(house)
    room = WaitingRoom(house.database, OfficeHours(), house.clock, gathering=0.05)

    async def look() -> tuple[int, bool]:
        together = await asyncio.gather(*(room.look(Queue.BENEFITS) for _ in range(1000)))
        later = await room.look(Queue.BENEFITS)
        return len({id(places) for places in together}), later is together[0]

    assert asyncio.run(look()) == (1, False)
