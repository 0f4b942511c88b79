"""The web application in memory over a real database, with a bot that says what the test wants."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.directory import EmbeddedDirectory
from helpdesk.hours import OfficeHours
from helpdesk.identity import Verification, add_account
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from knowledge.base import KnowledgeBase
from okienko.bootstrap import mail_rules
from tests.conftest import NOON
from tests.fakes import FakeBot
from web.app import build_app, furnish
from web.gateway import Gateway
from web.identity_desk import IdentityDesk
from web.lobby import Lobby
from web.parts import Parts
from web.push import LocalPush
from web.rates import Limits, Rates
from web.turns import Turns

PASSWORD = "invented-password"


_built: list[FastAPI] = []
"""The one application that the houses of most tests share: building its routes takes longer than most tests."""


@dataclass
class Clock:
    """Time that only a test moves."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class House:
    """Everything a test of the web touches."""

    app: FastAPI
    bot: FakeBot
    clock: Clock
    database: Database

    def customer(self) -> TestClient:
        return TestClient(self.app)

    def consultant(self, login: str = "ewa") -> TestClient:
        client = TestClient(self.app, follow_redirects=False)
        response = client.post("/desk/login", data={"login": login, "password": PASSWORD})
        assert response.status_code == 303
        return client

    def will_say(self, kind: str = "smalltalk", text: str = "Odpowiedź", **details: object) -> None:
        self.bot.answers.append([Utterance(kind, text, details)])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(database: Database, clock: Clock, request: pytest.FixtureRequest) -> House:
    # Loading the knowledge takes long, and most tests do not look at it.
    return house_over(database, clock, lambda: request.getfixturevalue("base"), built=_built)


def house_over(
    database: Database, clock: Clock, knowledge: Callable[[], KnowledgeBase], *, built: list[FastAPI] | None = None
) -> House:
    """Build the house over a database, with a customer and two consultants in it.

    An application in `built` is furnished anew, and the first one is put there; without it the house gets its own.
    """
    bot = FakeBot()
    lobby = Lobby(database, OfficeHours(), clock, "cot@zus.pl")
    gateway = Gateway(database, bot, LocalPush(), Turns(), lobby, clock, max_chars=2000)

    async def alive() -> bool:
        return True

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield

    parts = Parts(
        database=database,
        gateway=gateway,
        identity=IdentityDesk(database, Verification(database, EmbeddedDirectory(database)), lobby, clock),
        rates=Rates(Limits()),
        provider=None,
        knowledge=knowledge,
        clock=clock,
        site="http://testserver",
        mail_domain="zus.pl",
        secure_cookies=False,
        origins=["*"],
        checks={"database": alive},
        lifespan=lifespan,
        mail_rules=mail_rules(),
    )
    with database.session() as session:
        add_account(session, pue_id="demo.anna", pin="4821", name="Anna Przykładowa", now=NOON)
        add_staff(session, login="ewa", name="Ewa Konsultantka", password=PASSWORD, queues=[], now=NOON)
        add_staff(session, login="marek", name="Marek", password=PASSWORD, queues=[Queue.PAYERS], now=NOON)
        session.commit()
    if built:
        furnish(built[0], parts)
        return House(built[0], bot, clock, database)
    app = build_app(parts)
    if built is not None:
        built.append(app)
    return House(app, bot, clock, database)
