"""Steps that the tests of live chats share."""

import asyncio
from collections.abc import Sequence

from fastapi.testclient import TestClient
from sqlalchemy import select

from helpdesk.lifecycle import Presence, Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import AuditEntry, Conversation, Staff
from tests.conftest import NOON
from tests.integration.web.conftest import PASSWORD, House
from tests.integration.web.test_desk import csrf, waiting_chat
from web.rounds import Rounds


class Desk:
    """A consultant's browser."""

    def __init__(self, house: House, login: str) -> None:
        self.client = house.consultant(login)
        self.csrf = csrf(self.client)

    def do(self, deed: str, chat: int = 1, **values: object) -> int:
        """Send a form of a chat; returns the status."""
        form = {"csrf": self.csrf, **values}
        return self.client.post(f"/desk/chats/{chat}/{deed}", data=form).status_code

    def sees(self, path: str) -> str:
        return self.client.get(path).text


def staff(house: House, login: str) -> Staff:
    with house.database.reading() as session:
        return session.scalars(select(Staff).where(Staff.login == login)).one()


def available(house: House, *logins: str) -> None:
    with house.database.session() as session:
        for one in session.scalars(select(Staff).where(Staff.login.in_(logins))):
            one.presence = Presence.AVAILABLE
        session.commit()


def supervisor(house: House) -> Desk:
    with house.database.session() as session:
        role = Role.SUPERVISOR
        add_staff(session, login="zofia", name="Zofia Kierownik", password=PASSWORD, queues=[], now=NOON, role=role)
        session.commit()
    return Desk(house, "zofia")


def taken(house: House, queue: Queue = Queue.PAYERS) -> tuple[TestClient, str, Desk]:
    """A chat that Ewa leads, with one word of hers; returns the customer, the token and her desk."""
    customer, token, _ = waiting_chat(house, queue.value)
    ewa = Desk(house, "ewa")
    ewa.do("take")
    ewa.do("say", text="W czym pomóc?")
    return customer, token, ewa


def rounds(house: House) -> Rounds:
    return Rounds(house.database, house.app.state.gateway.push, house.clock)


def offer(house: House) -> None:
    asyncio.run(rounds(house).offer())


def end_silent(house: House) -> None:
    asyncio.run(rounds(house).end_silent())


def chat_of(house: House, number: int = 1) -> Conversation:
    with house.database.reading() as session:
        return session.get_one(Conversation, number)


def deeds(house: House) -> Sequence[str]:
    with house.database.reading() as session:
        wanted = select(AuditEntry.action).where(AuditEntry.subject == "conversation:1").order_by(AuditEntry.id)
        return session.scalars(wanted).all()


def said(customer: TestClient, token: str) -> list[str]:
    return [reply["text"] for reply in customer.get(f"/api/chat/{token}").json()["replies"]]
