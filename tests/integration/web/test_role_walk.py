"""Every route of the desk as nobody and in each role, with own, foreign and made-up ids, with and without the token.

What each gets stands in `tests/data/role_walk.yml`; a route without a line there fails.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import select
from starlette.websockets import WebSocketDisconnect

from helpdesk import appeals, blobs, conversations, tickets
from helpdesk.database import Database
from helpdesk.knowledge_states import RunKind, RunStatus
from helpdesk.lifecycle import OutboxStatus, RawMailState, Role
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import (
    Attachment,
    BotTurn,
    CalendarDay,
    Callback,
    CannedAnswer,
    Conversation,
    EvaluationRun,
    OutboxMail,
    ProposedAnswer,
    QuestionGroup,
    RawMail,
    SavedView,
    SealedValue,
    Staff,
    StaffSession,
    TicketLink,
    TicketMessage,
    TrainedModel,
    Visit,
)
from helpdesk.tickets import Incoming, NewTicket
from knowledge import editing
from knowledge.base import KnowledgeBase
from knowledge.released import released
from tests import desk_people, quality_cases
from tests.conftest import NOON, SEALER
from tests.integration.web.conftest import PASSWORD, Clock, House, house_over
from web.desk.signed_in import COOKIE

TABLE = yaml.safe_load((Path(__file__).parents[2] / "data" / "role_walk.yml").read_text(encoding="utf-8"))
LOGINS = {"other": "marek", "consultant": "ewa", "supervisor": "zofia", "editor": "piotr", "administrator": "adam"}
WHO = ("nobody", *LOGINS)
UNKNOWN = (999_999, 10**25)
"""Numbers that no record has; the second is more than any database can hold."""


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    method: str
    path: str
    gets: Mapping[str, str]
    form: Mapping[str, Any]
    ids: Mapping[str, str]
    unknown: str
    needs_token: bool
    changes: bool

    @classmethod
    def of(cls, route: str, said: str | Mapping[str, Any]) -> "Line":
        more = {"who": said} if isinstance(said, str) else dict(said)
        method, path = route.split(" ", 1)
        gets = {who: str(more.get(who, what)) for who, what in TABLE["ways"][more["who"]].items()}
        unknown, needs_token = str(more.get("unknown", 404)), more.get("token", True)
        form, ids, changes = more.get("form", {}), more.get("ids", {}), more.get("changes", False)
        return cls(method, path, gets, form, ids, unknown, needs_token, changes)


LINES = [Line.of(route, said) for route, said in TABLE["routes"].items()]


@dataclass
class Walk:
    """The house with one record of each kind, put back before each step."""

    house: House
    file: Path
    prepared: Path
    records: Mapping[str, str]
    tokens: Mapping[str, tuple[str, str]]

    def browser(self, who: str) -> tuple[TestClient, str]:
        """Return a browser and the token of its forms, over the house as it was prepared."""
        self.house.database.engine.dispose()
        for kind in ("-wal", "-shm"):
            self.file.with_name(self.file.name + kind).unlink(missing_ok=True)
        shutil.copy(self.prepared, self.file)
        client = TestClient(self.house.app, follow_redirects=False)
        secret, csrf = self.tokens.get(who, ("", ""))
        if secret:
            client.cookies.set(COOKIE, secret, path="/desk")
        return client, csrf

    def path(self, line: Line, number: int | None = None) -> str:
        """Return the address with the records' ids in it, or with a made-up number for each."""

        def value(part: re.Match[str]) -> str:
            known = self.records[line.ids.get(part[1], part[1])]
            return str(number) if number is not None and known.isdigit() else known

        return re.sub(r"{(\w+)(?::\w+)?}", value, line.path)

    def gets(self, line: Line, who: str, *, number: int | None = None, token: bool = True) -> str:
        """Return what somebody gets at a route; who is refused must have changed nothing."""
        client, csrf = self.browser(who)
        path = self.path(line, number)
        if line.method == "WS":
            return _line(client, path)
        with sqlite3.connect(self.file) as watching:
            before = watching.execute("PRAGMA data_version").fetchone()
            form = {**line.form, **({"csrf": csrf} if token else {})}
            response = client.get(path) if line.method == "GET" else client.post(path, data=form)
            got = _outcome(response.status_code, response.headers.get("location", ""))
            if got != "in" and not line.changes:
                assert watching.execute("PRAGMA data_version").fetchone() == before, f"{who} changed something"
        watching.close()
        return got


def _outcome(status: int, location: str) -> str:
    if status == 303 and location == "/desk/login":
        return "login"
    assert status < 500
    return str(status) if status in {401, 403, 404} else "in"


def _line(client: TestClient, path: str) -> str:
    try:
        with client.websocket_connect(path, headers={"origin": "http://testserver"}):
            return "in"
    except WebSocketDisconnect:
        return "login"


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: Path, base: KnowledgeBase) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("walk")
    file = folder / "okienko.db"
    shutil.copy(_migrated_sqlite, file)
    database = Database(f"sqlite:///{file}", SEALER)
    house = house_over(database, Clock(), lambda: base)
    tokens = _people(database)
    records = _records(database)
    # Everything into the one file that is copied.
    database.forget_deleted()
    database.close()
    shutil.copy(file, folder / "prepared.db")
    yield Walk(house, file, folder / "prepared.db", records, tokens)
    database.close()


def _people(database: Database) -> Mapping[str, tuple[str, str]]:
    tokens = {}
    roles = {"zofia": Role.SUPERVISOR, "piotr": Role.EDITOR, "adam": Role.ADMINISTRATOR, "second": Role.ADMINISTRATOR}
    with database.session() as session:
        for login, role in roles.items():
            add_staff(session, login=login, name=login, password=PASSWORD, queues=[], now=NOON, role=role)
        for who, login in LOGINS.items():
            secret = desk_people.signed_in(session, login, now=NOON)
            known = session.scalars(select(StaffSession).order_by(StaffSession.id.desc()).limit(1)).one()
            tokens[who] = (secret, known.csrf)
        desk_people.signed_in(session, "ewa", now=NOON)
        session.commit()
    return tokens


def _records(database: Database) -> Mapping[str, str]:
    """Make one record of each kind, all in one queue; returns the ids by the name that routes have for them."""
    with database.session() as session:
        ewa = session.scalars(select(Staff).where(Staff.login == "ewa")).one()
        second_device = session.scalars(select(StaffSession.id).order_by(StaffSession.id.desc())).first()
        ticket = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Pytanie", "anna@example.com"), now=NOON)
        for number in range(2):
            incoming = Incoming("anna@example.com", "Kiedy?", message_id=f"<{number}@example.com>")
            tickets.add_incoming(session, ticket, incoming, now=NOON)
        message = session.scalars(select(TicketMessage).order_by(TicketMessage.id.desc())).first()
        assert message is not None
        digest = blobs.put(session, b"content")
        session.add(
            SealedValue(ticket_message_id=message.id, kind="phone", place=0, value="600100200", created_at=NOON)
        )
        attachment = Attachment(
            message_id=message.id, filename="a.pdf", content_type="application/pdf", size=7, sha256=digest
        )
        waiting, led = (_waiting_chat(session, name) for name in ("waiting", "led"))
        conversations.claim(session, led, ewa, now=NOON)
        raw = RawMail(
            mailbox="m",
            folder="INBOX",
            uidvalidity=1,
            uid=1,
            sha256=digest,
            size=7,
            state=RawMailState.SET_ASIDE,
            outcome="spam",
            stored_at=NOON,
        )
        letter = OutboxMail(
            kind="answer",
            recipient="anna@example.com",
            subject="Odpowiedź",
            body="Dzień dobry",
            message_id="<out@example.com>",
            ticket_id=ticket.id,
            status=OutboxStatus.DEAD,
            due_at=NOON,
            created_at=NOON,
        )
        visit, callback = _visit(), _callback()
        other = tickets.open_ticket(session, NewTicket(Queue.BENEFITS, "Inne", "anna@example.com"), now=NOON)
        link = TicketLink(ticket_id=ticket.id, other_id=other.id, staff_id=ewa.id, created_at=NOON)
        view = SavedView(staff_id=ewa.id, name="Moje", query="view=mine", created_at=NOON)
        canned = CannedAnswer(shortcut="dzien-dobry", title="Powitanie", text="Dzień dobry", updated_at=NOON)
        proposal = ProposedAnswer(ticket_id=ticket.id, staff_id=ewa.id, text="Odpowiedź", created_at=NOON)
        day = CalendarDay(day=date(2026, 12, 24), name="Wigilia")
        run = EvaluationRun(kind=RunKind.RELEASE, created_at=NOON)
        model = TrainedModel(name="okienko-1.tar.gz", status=RunStatus.DONE, created_at=NOON)
        session.add_all([raw, run, model])
        session.add(raw)
        own = released()["renta-wdowia"]
        editing.open_draft(
            session, "renta-wdowia", file=own.file, text=own.text, base_version=0, note="", by=ewa, now=NOON
        )
        group = QuestionGroup(title="Kiedy trzynastka?", first_at=NOON, last_at=NOON)
        session.add_all([group, _told(session, led)])
        session.flush()
        message.raw_mail_id = raw.id
        session.add_all([attachment, raw, letter, visit, callback, link, view, canned, proposal, day])
        quality = _quality(session, ewa)
        session.commit()
        made = {
            **quality,
            "ticket_id": ticket.id,
            "message_id": message.id,
            "where": "ticket",
            "token": attachment.token,
            "link_id": link.id,
            "view_id": view.id,
            "answer_id": canned.id,
            "place": canned.id,
            "proposal_id": proposal.id,
            "day": day.day,
            "chat_id": waiting,
            "led_chat": led,
            "raw_mail": raw.id,
            "letter": letter.id,
            "visit_id": visit.id,
            "callback_id": callback.id,
            "staff_id": ewa.id,
            "session_id": second_device,
            "run_id": run.id,
            "model_id": model.id,
            "group_id": group.id,
            "article": "renta-wdowia",
            "number": 1,
        }
    return {name: str(value) for name, value in made.items()}


def _quality(session: Any, ewa: Staff) -> Mapping[str, int]:
    """Make what is scored: a case to be scored, a card of Ewa's work, and one that she appealed against."""
    zofia = session.scalars(select(Staff).where(Staff.login == "zofia")).one()
    scorer = add_staff(session, login="jan", name="jan", password=PASSWORD, queues=[], now=NOON, role=Role.SUPERVISOR)
    items = [
        quality_cases.item(session, f"conversation:{quality_cases.chat(session, token, ewa).id}", ewa, zofia)
        for token in ("scored", "appealed", "unscored")
    ]
    card, appealed = (quality_cases.card(session, one, scorer) for one in items[:2])
    appeals.make(session, appealed, ewa, "Nie zgadzam się.", days=14, now=NOON)
    return {
        "item_id": items[2].id,
        "sample_id": items[2].sample_id,
        "card_id": card.id,
        "appealed_card": appealed.id,
        "criterion_id": card.marks[0].criterion_id,
    }


def _waiting_chat(session: Any, token: str) -> int:
    chat = conversations.start(session, token, now=NOON)
    chat.queue = Queue.BENEFITS
    conversations.wait_for_person(session, chat, now=NOON)
    session.flush()
    return chat.id


def _told(session: Any, chat_id: int) -> BotTurn:
    """An answer of the bot in a chat."""
    question, _ = conversations.hear(
        session, session.get_one(Conversation, chat_id), "renta?", client_id=None, now=NOON
    )
    return BotTurn(
        conversation_id=chat_id, question_id=question.id, channel="chat", kind="answer", article="x", created_at=NOON
    )


def _visit() -> Visit:
    return Visit(
        number="EW-000001",
        request_key="v",
        office="Oddział",
        starts_at=NOON,
        queue=Queue.BENEFITS,
        matter="zasiłek",
        postal_code="00-001",
        phone="600100200",
        email="anna@example.com",
        link="secret",
        created_at=NOON,
        updated_at=NOON,
    )


def _callback() -> Callback:
    return Callback(
        number="OD-000001",
        request_key="c",
        phone="600100200",
        starts_at=NOON,
        queue=Queue.BENEFITS,
        created_at=NOON,
        updated_at=NOON,
    )


def test_every_route_of_the_desk_stands_in_the_table_and_no_other(walk: Walk) -> None:
    there = set()
    for route in iter_route_contexts(walk.house.app.routes):
        methods = getattr(route, "methods", None) or {"WS"}
        if str(route.path).startswith("/desk"):
            there |= {f"{method} {route.path}" for method in methods - {"HEAD"}}

    assert there == set(TABLE["routes"])


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.method} {line.path}")
def test_each_role_gets_what_the_table_says(walk: Walk, line: Line) -> None:
    assert {who: walk.gets(line, who) for who in WHO} == dict(line.gets)


@pytest.mark.parametrize(
    "line",
    [line for line in LINES if line.method == "POST" and line.needs_token],
    ids=lambda line: line.path,
)
def test_form_without_its_token_is_refused_in_each_role(walk: Walk, line: Line) -> None:
    assert {walk.gets(line, who, token=False) for who in LOGINS} == {"403"}
    assert walk.gets(line, "nobody", token=False) == "login"


@pytest.mark.parametrize("number", UNKNOWN)
@pytest.mark.parametrize(
    "line", [line for line in LINES if "_id" in line.path], ids=lambda line: f"{line.method} {line.path}"
)
def test_made_up_numbers_give_nothing_in_each_role(walk: Walk, line: Line, number: int) -> None:
    expected = {who: line.unknown if got == "in" else got for who, got in line.gets.items()}

    assert {who: walk.gets(line, who, number=number) for who in WHO} == expected
