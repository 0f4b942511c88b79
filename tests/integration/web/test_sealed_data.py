"""Masked data at the desk: shown once, for a reason, only to who may see the message."""

import html
import re

import pytest
from sqlalchemy import select

from helpdesk import sealed_values, tickets
from helpdesk.queues import Queue
from helpdesk.tables import AuditEntry, ChatMessage, SealedValue, TicketMessage
from helpdesk.tickets import Incoming, NewTicket
from polish.masking import mask
from tests.conftest import NOON
from tests.integration.web.conftest import House
from tests.integration.web.test_desk import csrf

WORDS = "Mój PESEL 44051401359, tel 501 234 567, pin 4821"
REASON = "oddzwonienie w sprawie zasiłku"


def chat_message(house: House) -> int:
    client = house.customer()
    house.will_say()
    token = client.post("/api/chat", json={"text": WORDS}).json()["conversation"]
    client.post(f"/api/chat/{token}/person")
    with house.database.reading() as session:
        return session.scalars(select(ChatMessage.id).order_by(ChatMessage.id)).first() or 0


def ticket_message(house: House) -> int:
    masked = mask(WORDS)
    with house.database.session() as session:
        ticket = tickets.open_ticket(session, NewTicket(Queue.GENERAL, "Pytanie", "a@example.org"), now=NOON)
        message = tickets.add_incoming(session, ticket, Incoming("a@example.org", masked.text), now=NOON)
        sealed_values.keep(session, message, masked.found, now=NOON)
        session.commit()
        return message.id


def place(house: House, where: str) -> str:
    number = chat_message(house) if where == "chat" else ticket_message(house)
    return f"/desk/data/{where}/{number}"


def ids(house: House) -> dict[str, int]:
    with house.database.reading() as session:
        return {value.kind: value.id for value in session.scalars(select(SealedValue))}


@pytest.mark.parametrize("where", ["chat", "ticket"])
def test_chosen_value_is_shown_once_for_a_reason_and_audited(house: House, where: str) -> None:
    path, client = place(house, where), house.consultant()

    before = client.get(path)
    form = {"csrf": csrf(client), "reason": REASON, "value": [ids(house)["phone"]]}
    opened = client.post(path, data=form)
    again = client.get(path)

    assert "501 234 567" not in before.text + again.text
    assert "501 234 567" in opened.text
    assert "44051401359" not in opened.text
    assert opened.headers["cache-control"] == before.headers["cache-control"] == "no-store"
    with house.database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("opened "))).one()
    assert (entry.action, entry.reason) == ("opened phone", REASON)


@pytest.mark.parametrize(
    ("reason", "chosen", "told"),
    [("", True, "podać powód"), ("bo tak", True, "podać powód"), (REASON, False, "zaznaczyć")],
)
def test_without_a_reason_or_a_choice_nothing_is_shown(house: House, reason: str, chosen: bool, told: str) -> None:
    path, client = place(house, "ticket"), house.consultant()

    form = {"csrf": csrf(client), "reason": reason, "value": [ids(house)["pesel"]] if chosen else []}
    answer = client.post(path, data=form)

    assert answer.status_code == 422
    assert told in answer.text
    assert "44051401359" not in answer.text
    with house.database.reading() as session:
        assert not session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("opened "))).all()


@pytest.mark.parametrize("where", ["chat", "ticket"])
def test_values_of_other_peoples_work_do_not_exist(house: House, where: str) -> None:
    path, stranger = place(house, where), house.consultant("marek")

    form = {"csrf": csrf(stranger), "reason": REASON, "value": list(ids(house).values())}

    assert stranger.get(path).status_code == 404
    assert stranger.post(path, data=form).status_code == 404


def test_value_of_another_message_is_not_opened_through_this_one(house: House) -> None:
    first, client = place(house, "ticket"), house.consultant()
    mine = set(ids(house).values())
    ticket_message(house)
    with house.database.reading() as session:
        other = [number for number in session.scalars(select(SealedValue.id)) if number not in mine]

    answer = client.post(first, data={"csrf": csrf(client), "reason": REASON, "value": other})

    assert answer.status_code == 422


def test_form_of_another_site_opens_nothing(house: House) -> None:
    path, client = place(house, "ticket"), house.consultant()

    answer = client.post(path, data={"csrf": "x", "reason": REASON, "value": list(ids(house).values())})

    assert answer.status_code == 403


def test_pages_lead_to_the_data_of_a_message_and_name_no_pin(house: House) -> None:
    path, client = place(house, "ticket"), house.consultant()

    with house.database.reading() as session:
        number = session.scalars(select(TicketMessage.ticket_id)).first()
    shown = html.unescape(client.get(f"/desk/tickets/{number}").text)
    form = client.get(path).text

    assert f'href="{path}">Pokaż dane (2)' in shown
    assert len(re.findall('type="checkbox"', form)) == 2
    assert "[PIN]" in form
    assert "4821" not in shown + form


def test_what_a_consultant_writes_is_masked_too(house: House) -> None:
    path, client = place(house, "ticket"), house.consultant()
    with house.database.reading() as session:
        number = session.scalars(select(TicketMessage.ticket_id)).first()

    client.post(f"/desk/tickets/{number}/note", data={"csrf": csrf(client), "text": WORDS})
    refused = client.post(f"/desk/tickets/{number}/answer", data={"csrf": csrf(client), "text": WORDS})

    with house.database.reading() as session:
        written = session.scalars(select(TicketMessage.text)).all()
    assert path
    assert written == [mask(WORDS).text] * 2
    assert refused.status_code == 422  # by mail no identifier leaves at all
