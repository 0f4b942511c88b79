"""One person's data on request: given out whole, deleted in every copy, and nobody else's with it."""

import json
import stat
import zipfile
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from helpdesk import conversations, identity, outbox, sealed_values, tickets
from helpdesk.database import Database
from helpdesk.errors import NotFound
from helpdesk.letters import Letter
from helpdesk.queues import Queue
from helpdesk.tables import Account, AuditEntry, Conversation, Customer, OutboxMail, Ticket
from okienko.person import erase, export
from okienko.settings import Settings
from polish.masking import mask
from tests.conftest import KEY, NOON

ANNA, JAN = "anna@example.org", "jan@example.org"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, secret_keys=SecretStr(KEY))


def wrote(database: Database, address: str) -> None:
    masked = mask("proszę o telefon 501 234 567")
    with database.session() as session:
        ticket = tickets.open_ticket(session, tickets.NewTicket(Queue.GENERAL, "Pytanie", address), now=NOON)
        message = tickets.add_incoming(session, ticket, tickets.Incoming(address, masked.text), now=NOON)
        sealed_values.keep(session, message, masked.found, now=NOON)
        outbox.enqueue(
            session,
            kind="acknowledgement",
            recipient=address,
            letter=Letter("Re", "Dziękujemy"),
            ticket_id=ticket.id,
            automatic=True,
            now=NOON,
            domain="zus.pl",
        )
        session.commit()


def chatted(database: Database, pue_id: str) -> None:
    with database.session() as session:
        identity.add_account(session, pue_id=pue_id, pin="4821", name="Ktoś", now=NOON)
        chat = conversations.start(session, f"token of {pue_id}", now=NOON)
        conversations.hear(session, chat, f"pytanie {pue_id}", client_id=None, now=NOON)
        chat.customer_id = session.scalars(select(Account.customer_id).where(Account.pue_id == pue_id)).one()
        session.commit()


def test_export_holds_everything_of_the_person_and_nothing_of_others(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    wrote(database, ANNA)
    wrote(database, JAN)
    out = tmp_path / "anna.zip"

    count = export(settings, out, address=" Anna@example.org", pue_id=None)

    with zipfile.ZipFile(out) as archive:
        tables = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    assert count == sum(map(len, tables.values()))
    assert tables["ticket.json"][0]["address"] == ANNA
    assert tables["sealed_value.json"][0]["value"] == "501 234 567"
    assert tables["outbox_mail.json"][0]["recipient"] == ANNA
    assert JAN not in str(tables)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        export(settings, out, address=ANNA, pue_id=None)
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person exported")).one()
        assert ANNA not in entry.subject + entry.reason


def test_export_of_an_account_holds_its_chats_and_no_secret(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    chatted(database, "demo.anna")
    chatted(database, "demo.jan")
    out = tmp_path / "anna.zip"

    export(settings, out, address=None, pue_id="Demo.Anna")

    with zipfile.ZipFile(out) as archive:
        everything = b"".join(map(archive.read, archive.namelist())).decode()
    assert "pytanie demo.anna" in everything
    assert "demo.jan" not in everything
    assert "argon2" not in everything
    assert "token" not in everything.replace("token_hash", "")


def test_deletion_leaves_nothing_of_the_person_and_everything_of_others(database: Database, settings: Settings) -> None:
    wrote(database, ANNA)
    wrote(database, JAN)

    proof = erase(settings, f"wniosek RODO 12/2026, {ANNA}", address=ANNA, pue_id=None)

    assert proof.found_afterwards == 0
    assert proof.deleted["ticket"] == proof.deleted["customer"] == proof.deleted["sealed_value"] == 1
    assert ANNA not in proof.file.read_text(encoding="utf-8")
    with database.reading() as session:
        assert session.scalars(select(Ticket.address)).all() == [JAN]
        assert session.scalars(select(OutboxMail.recipient)).all() == [JAN]
        assert session.scalars(select(Customer.address)).all() == [JAN]
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "person deleted")).one()
        assert entry.reason == "wniosek RODO 12/2026, [EMAIL]"


def test_deletion_of_an_account_takes_its_chats_along(database: Database, settings: Settings) -> None:
    chatted(database, "demo.anna")
    chatted(database, "demo.jan")

    erase(settings, "wniosek RODO 13/2026", address=None, pue_id="demo.anna")

    with database.reading() as session:
        assert session.scalars(select(Account.pue_id)).all() == ["demo.jan"]
        assert len(session.scalars(select(Conversation)).all()) == 1


def test_nobody_is_found_for_an_unknown_or_empty_address(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    wrote(database, "")

    for address in ("nikt@example.org", "", "  "):
        with pytest.raises(NotFound):
            export(settings, tmp_path / "x.zip", address=address, pue_id=None)
    assert not (tmp_path / "x.zip").exists()
