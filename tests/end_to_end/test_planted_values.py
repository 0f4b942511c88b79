"""Personal data planted in every channel is found in clear nowhere: databases, logs, Rasa, outbox, exports, metrics.

A person's own export (`okienko person export`) holds that person's data by its purpose and is not searched.
"""

import asyncio
import json
import logging
import re
import subprocess
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest
import websockets
from sqlalchemy import select, text

from helpdesk.identity import add_account
from helpdesk.lifecycle import Company, Level
from helpdesk.queues import Queue
from helpdesk.tables import Blob, Callback, Conversation, OutboxSms, SealedValue, Ticket, Visit
from mail_ingest import store
from mail_ingest.counts import Result
from okienko.editorial import export_articles
from okienko.logs import hush
from okienko.places import ROOT
from okienko.storage import now
from tests.conftest import Engine
from tests.end_to_end.conftest import Site
from tests.end_to_end.test_mail import signed_in, worker_of

PUE, RIGHT_PIN, WRONG_PIN, TYPED_PIN, MAILED_PIN = "sonda.zuzanna", "73914826", "91736455", "48261937", "60573918"
PINS = (RIGHT_PIN, WRONG_PIN, TYPED_PIN, MAILED_PIN)
PLANTED = {
    "pesel": "440514 01359",
    "nip": "526-030-02-91",
    "regon": "300000002",
    "iban": "PL61 1090 1014 0000 0712 1981 2874",
    "id_card": "ABA 300000",
    "passport": "ZS 0000177",
    "phone": "501-777-333",
    "email": "zuzanna.tajna@poczta.example",
}
LETTER = ", ".join(f"mój {kind}: {value}" for kind, value in PLANTED.items())
WORDS = f"ile wynosi zasiłek macierzyński? {LETTER}"


@dataclass(frozen=True)
class Place:
    """Somewhere that is searched."""

    name: str
    content: bytes


def needles() -> Mapping[str, Sequence[bytes]]:
    """Return every way in which a planted value could stand somewhere."""
    found = {}
    for value in (*PLANTED.values(), *PINS):
        plain = re.sub(r"[\s-]", "", value)
        spellings = {value, plain, plain.removeprefix("PL"), value.replace("-", " ")}
        clear = [spelling.encode() for spelling in spellings]
        # PostgreSQL's dump writes bytes in hexadecimal.
        found[value] = [*clear, *(spelling.hex().encode() for spelling in clear)]
    return found


def hits(places: Sequence[Place]) -> list[str]:
    return [
        f"{value} in {place.name}"
        for place in places
        for value, spellings in needles().items()
        if any(spelling in place.content for spelling in spellings)
    ]


def chat_over_http(site: Site) -> str:
    with httpx2.Client(base_url=site.url, timeout=60) as client:
        token: str = client.post("/api/chat", json={"text": WORDS}).json()["conversation"]
        for words in (
            f"mój pin to {TYPED_PIN}",
            "mój pin to",
            TYPED_PIN,
            f"kiedy dostanę mój przelew {PLANTED['iban']}",
            TYPED_PIN,
        ):
            client.post("/api/chat", json={"conversation": token, "text": words}).raise_for_status()
        wrong = client.post(f"/api/chat/{token}/verify", json={"pue_id": PUE, "pin": WRONG_PIN})
        client.post(f"/api/chat/{token}/verify", json={"pue_id": [PUE], "pin": WRONG_PIN})
        right = client.post(f"/api/chat/{token}/verify", json={"pue_id": PUE, "pin": RIGHT_PIN})
        assert (wrong.status_code, right.status_code) == (403, 200)
        # A confirmed conversation goes on under a token of its own.
        token = right.json()["conversation"]
        client.post(f"/api/chat/{token}/person")
        client.post("/api/chat", json={"conversation": token, "text": f"{WORDS} pin {TYPED_PIN}"}).raise_for_status()
    return token


async def chat_over_websocket(site: Site) -> None:
    async with websockets.connect(site.url.replace("http", "ws") + "/api/chat/ws") as socket:
        await socket.send(json.dumps({"type": "hello"}))
        await socket.send(json.dumps({"type": "message", "text": f"{WORDS} pin {TYPED_PIN}"}))
        async with asyncio.timeout(60):
            async for frame in socket:
                if '"bot"' in str(frame):
                    return


def mail_in(site: Site) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Zuzanna {PLANTED['phone']} <{PLANTED['email']}>", "cot@zus.pl"
    mail["Subject"] = f"Sprawa {PLANTED['pesel']}, pin {MAILED_PIN}"
    mail.set_content(f"Dzień dobry, {WORDS}, pin {MAILED_PIN}\n\n> W dniu 1.01.2026 pisałam: {LETTER}\n")
    mail.add_attachment(LETTER.encode(), maintype="text", subtype="x-list", filename=f"{PLANTED['nip']}.txt")
    # The worker's own steps, without a mail server: what arrives is stored, and then processed.
    with worker_of(site.settings) as worker, worker.database.session() as session:
        fetched = store.Portion(1, [store.Fetched(1, mail.as_bytes())])
        ids = store.store(session, store.Place("cot@localhost", "INBOX", 1), fetched, now=now())
        session.commit()
        assert [worker.processor.process(number) for number in ids] == [Result.TICKET]


def desk_work(site: Site) -> None:
    client, csrf = signed_in(site)
    with closing(client), site.database.reading() as session:
        chat = session.scalars(select(Conversation).order_by(Conversation.id)).first()
        ticket = session.scalars(select(Ticket)).first()
        assert chat
        assert ticket
        form = {"csrf": csrf, "text": f"{WORDS} pin {TYPED_PIN}"}
        for path in (f"chats/{chat.id}/take", f"chats/{chat.id}/say", f"tickets/{ticket.id}/note"):
            assert client.post(f"/desk/{path}", data=form).status_code == 200
        client.post(f"/desk/tickets/{ticket.id}/answer", data=form)


def appointments(site: Site) -> None:
    with site.database.session() as session:
        chat = session.scalars(select(Conversation)).first()
        assert chat
        around = {"queue": Queue.GENERAL, "conversation_id": chat.id, "created_at": now(), "updated_at": now()}
        later = now() + timedelta(days=3)
        session.add(
            Visit(
                number="EW-000001",
                request_key="w",
                office="Gdańsk",
                starts_at=later,
                matter="emerytura",
                postal_code="80-001",
                company=Company.NOBODY,
                phone=PLANTED["phone"],
                email=PLANTED["email"],
                link="x",
                level=Level.ANONYMOUS,
                **around,
            )
        )
        session.add(
            Callback(number="OD-000001", request_key="o", phone=PLANTED["phone"], starts_at=later, matter="", **around)
        )
        session.add(
            OutboxSms(
                kind="visit_tomorrow",
                key="k",
                recipient=PLANTED["phone"],
                body="Przypomnienie",
                due_at=later,
                created_at=now(),
            )
        )
        session.commit()


def database_places(site: Site) -> Iterator[Place]:
    url = site.settings.database
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        yield from (Place(each.name, each.read_bytes()) for each in sorted(file.parent.glob(f"{file.name}*")))
    else:
        dump = ["/usr/bin/pg_dump", "--dbname", url.replace("+psycopg", "")]
        yield Place("pg_dump", subprocess.run(dump, check=True, capture_output=True).stdout)


def opened_place(site: Site) -> Place:
    """Everything that the keys open: no PIN may be even there."""
    with site.database.reading() as session:
        values = [value.value.encode() for value in session.scalars(select(SealedValue))]
        files = [zlib.decompress(blob.content) for blob in session.scalars(select(Blob))]
    return Place("what is sealed, opened", b"\n".join([*values, *files]))


def tracker_places(site: Site, engine: Engine) -> Iterator[Place]:
    with site.database.reading() as session:
        numbers = session.scalars(select(Conversation.id)).all()
    for number in numbers:
        response = httpx2.get(f"{engine.rasa_url}/conversations/conversation-{number}/tracker", timeout=30)
        assert response.status_code == 200
        assert response.json()["events"]
        yield Place(f"Rasa's tracker {number}", response.content)


def test_planted_values_are_found_nowhere_in_clear(
    running_site: Site, engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hush()
    with running_site.database.session() as session:
        add_account(session, pue_id=PUE, pin=RIGHT_PIN, name="Zuzanna", now=now())
        session.commit()

    token = chat_over_http(running_site)
    asyncio.run(chat_over_websocket(running_site))
    mail_in(running_site)
    desk_work(running_site)
    appointments(running_site)

    with running_site.database.reading() as session:
        outbox = [tuple(map(str, row)) for row in session.execute(text("SELECT * FROM outbox_mail"))]
        kinds = set(session.scalars(select(SealedValue.kind)))
    export_articles(running_site.database, tmp_path / "export")
    exported = b"\n".join(file.read_bytes() for file in (tmp_path / "export").rglob("*.md"))
    shown = httpx2.get(f"{running_site.url}/api/chat/{token}", timeout=30).content
    logs = [Place(file.name, file.read_bytes()) for file in sorted((ROOT / ".data" / "test-logs").glob("*.log"))]
    places = [
        *database_places(running_site),
        *tracker_places(running_site, engine),
        *logs,
        Place("logs of the site", "\n".join(record.getMessage() for record in caplog.records).encode()),
        Place("outbox", str(outbox).encode()),
        Place("export of the knowledge", exported),
        Place("metrics", httpx2.get(f"{running_site.url}/metrics", timeout=30).content),
        Place("what the customer sees", shown),
    ]
    found = hits(places)
    pins = [hit for hit in hits([opened_place(running_site)]) if hit.split(" in ")[0] in PINS]

    print(f"planted values found in clear: {len(found)} in {len(places)} places; PINs under seal: {len(pins)}")  # noqa: T201  # the count is what this is run for
    assert kinds >= set(PLANTED)
    assert logs
    assert outbox
    assert found == []
    assert pins == []


def test_the_search_would_find_a_value_in_clear() -> None:
    for value in (*PLANTED.values(), *PINS):
        assert hits([Place("here", f"x{value}x".encode()), Place("there", value.encode().hex().encode())])
