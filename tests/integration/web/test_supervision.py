"""A supervisor in a colleague's chat: called, looking on, whispering, taking over; no customer sees it."""

from sqlalchemy import select

from helpdesk.lifecycle import Level
from helpdesk.tables import ChatNote, Conversation, TicketMessage
from tests.integration.web.conftest import House
from tests.integration.web.live import Desk, chat_of, deeds, said, staff, supervisor, taken
from tests.integration.web.test_chat_api import say
from tests.integration.web.test_desk_chat import confirmed

WHISPER = "Proszę zaproponować rozłożenie na raty"


def test_called_supervisor_gets_a_notice_reads_and_whispers_to_the_consultant(house: House) -> None:
    _, _, ewa = taken(house)
    zofia = supervisor(house)
    assert "prosi o pomoc" not in zofia.sees("/desk/notices")

    ewa.do("call")
    assert "prosi o pomoc w rozmowie 1" in zofia.sees("/desk/notices")
    assert "W czym pomóc?" in zofia.sees("/desk/chats/1")
    assert "prosi o pomoc" not in zofia.sees("/desk/notices")
    assert zofia.do("note", text=WHISPER) == 303

    shown = ewa.sees("/desk/chats/1/messages")
    assert f"Podpowiedź: {staff(house, 'zofia').name}" in shown
    assert WHISPER in shown
    assert "kierownik zmiany widzi tę rozmowę" in shown


def test_whisper_reaches_neither_widget_nor_transcript_ticket_mail_or_bot(house: House) -> None:
    customer, token, ewa = taken(house)
    zofia = supervisor(house)
    zofia.do("note", text=WHISPER)
    ewa.do("say", text="Już sprawdzam")
    with customer.websocket_connect("/api/chat/ws") as widget:
        widget.send_json({"type": "hello", "conversation": token, "after": 0})
        frames = widget.receive_json()
    ewa.do("give-back")
    house.will_say("answer", "Odpowiedź")
    say(customer, "a dalej?", conversation=token)
    left = customer.post(f"/api/chat/{token}/ticket", json={"address": "anna@example.com", "text": "proszę"})
    transcript = customer.get(f"/api/chat/{token}/transcript.txt").text

    assert left.status_code == 200
    with house.database.reading() as session:
        ticket = " ".join(session.scalars(select(TicketMessage.text)))
        assert session.scalars(select(ChatNote.text)).all() == [WHISPER]
    everything = (frames, said(customer, token), left.text, transcript, ticket, house.bot.given)
    assert "Już sprawdzam" in transcript
    for where in everything:
        assert "raty" not in str(where)


def test_supervisors_reading_is_audited_when_the_customer_is_confirmed(house: House) -> None:
    taken(house)
    zofia = supervisor(house)
    zofia.sees("/desk/chats/1")
    assert "looked on" not in deeds(house)
    confirmed(house, Level.VERIFIED)

    for _ in range(3):
        zofia.sees("/desk/chats/1/messages")

    assert deeds(house).count("looked on") == 1


def test_supervisor_takes_over_and_the_consultant_has_it_no_more(house: House) -> None:
    customer, token, ewa = taken(house)
    zofia = supervisor(house)

    assert ewa.do("take-over") == 404
    assert zofia.do("take-over") == 303
    assert zofia.do("take-over") == 409

    assert chat_of(house).consultant_id == staff(house, "zofia").id
    assert ewa.client.get("/desk/chats/1").status_code == 404
    assert ewa.do("say", text="halo") == 404
    assert customer.get(f"/api/chat/{token}").json()["consultant"] == "Zofia Kierownik"
    assert "taken over" in deeds(house)


def test_team_list_is_for_supervisors_only(house: House) -> None:
    taken(house)
    zofia = supervisor(house)

    assert "Rozmowy zespołu (1)" in zofia.sees("/desk/chats")
    assert "Rozmowy zespołu" not in Desk(house, "marek").sees("/desk/chats")


def test_personal_data_in_a_note_are_masked(house: House) -> None:
    _, _, ewa = taken(house)
    ewa.do("note", text="PESEL 44051401359 do sprawdzenia")

    with house.database.reading() as session:
        (note,) = session.scalars(select(ChatNote.text)).all()
        assert session.get_one(Conversation, 1)
    assert "44051401359" not in note
