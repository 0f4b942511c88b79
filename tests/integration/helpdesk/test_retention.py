"""What is kept no longer goes in every copy, what is under way stays, and the proof says so."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from helpdesk import blobs, conversations, outbox, sealed_values, tickets
from helpdesk.conversations import Utterance
from helpdesk.database import Database
from helpdesk.letters import Letter
from helpdesk.lifecycle import Author, Mode, OutboxStatus, RawMailState, TicketStatus, VisitStatus
from helpdesk.queues import Queue
from helpdesk.retention import ERASERS, Periods, period_names, run
from helpdesk.tables import (
    Attachment,
    AuditEntry,
    Base,
    Blob,
    Conversation,
    Customer,
    Rating,
    RawMail,
    RetentionRun,
    SealedValue,
    Ticket,
    Visit,
    Wait,
)
from okienko.daily import Retention
from polish.masking import mask
from tests.conftest import NOON

PERIODS = Periods(**dict.fromkeys(period_names(), 30))
LATER = NOON + timedelta(days=31)
SECRET = "niepowtarzalne-zdanie-o-sprawie"


def fill(database: Database, *, at: datetime = NOON, status: TicketStatus = TicketStatus.CLOSED) -> None:
    """Leave one of everything, last changed at an instant."""
    words = f"{SECRET} tel 501 234 567"
    found = mask(words)
    with database.session() as session:
        chat = conversations.start(session, f"token {at} {status}", now=at)
        message, _ = conversations.hear(session, chat, found.text, client_id=None, now=at)
        sealed_values.keep(session, message, found.found, now=at)
        (answer,) = conversations.reply_as_bot(session, chat, [Utterance("answer", SECRET)], now=at)
        session.add(Rating(conversation_id=chat.id, message_id=answer.id, part=Author.BOT, helpful=True, created_at=at))
        session.add(Wait(conversation_id=chat.id, queue=Queue.GENERAL, place=1, began_at=at))
        ticket = tickets.open_ticket(session, tickets.NewTicket(Queue.GENERAL, SECRET, "a@example.org"), now=at)
        ticket.status, ticket.conversation_id = status, chat.id
        raw = RawMail(
            mailbox="m",
            folder="f",
            uidvalidity=1,
            uid=int(at.timestamp()) % 10**9 + len(status.value),
            sha256=blobs.put(session, f"{SECRET} mail {at} {status}".encode()),
            size=9,
            state=RawMailState.PROCESSED,
            stored_at=at,
        )
        session.add(raw)
        session.flush()
        incoming = tickets.Incoming("a@example.org", found.text, raw_mail_id=raw.id)
        came = tickets.add_incoming(session, ticket, incoming, now=at, reopen=False)
        sealed_values.keep(session, came, found.found, now=at)
        file = blobs.put(session, f"{SECRET} file {at} {status}".encode())
        session.add(
            Attachment(message_id=came.id, filename="a.pdf", content_type="application/pdf", size=9, sha256=file)
        )
        letter = outbox.enqueue(
            session,
            kind="answer",
            recipient="a@example.org",
            letter=Letter("Re", SECRET),
            ticket_id=ticket.id,
            automatic=False,
            now=at,
            domain="zus.pl",
        )
        letter.status = OutboxStatus.SENT
        session.add(visit(at, f"EW-{ticket.id:06d}"))
        session.commit()


def visit(at: datetime, number: str) -> Visit:
    return Visit(
        number=number,
        request_key=number,
        office="Gdańsk",
        starts_at=at,
        queue=Queue.GENERAL,
        matter=SECRET,
        postal_code="80-001",
        phone="501234567",
        email="a@example.org",
        status=VisitStatus.HELD,
        link="x",
        created_at=at,
        updated_at=at,
    )


def rows(database: Database) -> dict[str, int]:
    with database.engine.connect() as connection:
        return {
            table.name: connection.scalar(text(f'SELECT count(*) FROM "{table.name}"')) or 0
            for table in Base.metadata.sorted_tables
        }


def test_everything_that_is_due_goes_in_every_copy(database: Database) -> None:
    fill(database)

    outcomes = run(database, PERIODS, now=LATER)

    left = {table: count for table, count in rows(database).items() if count}
    assert left.pop("raw_mail") == 1  # its place in the mailbox, without content
    assert left.pop("blob") == 1
    # What the reports count stays, and says whose it was no more.
    assert left == {"chat_fact": 1, "rating": 1, "wait": 1}
    with database.reading() as session:
        rating, wait = session.scalars(select(Rating)).one(), session.scalars(select(Wait)).one()
        assert (rating.conversation_id, rating.message_id, wait.conversation_id) == (None, None, None)
    assert {outcome.found_afterwards for outcome in outcomes.values()} == {0}
    assert outcomes["tickets"].due == outcomes["anonymous_chats"].due == outcomes["visits"].due == 1
    with database.reading() as session:
        raw = session.scalars(select(RawMail)).one()
        assert (raw.size, blobs.get(session, raw.sha256)) == (0, b"")


def test_what_is_younger_or_under_way_stays(database: Database) -> None:
    fill(database, at=LATER - timedelta(days=1))
    with database.session() as session:
        session.scalars(select(Conversation)).one().mode = Mode.WAITING
        session.commit()
    before = rows(database)

    run(database, PERIODS, now=LATER)
    after_a_month = run(database, replace(PERIODS, tickets=1000), now=LATER + timedelta(days=60), dry=True)

    assert rows(database) == before
    assert after_a_month["anonymous_chats"].due == 0
    assert after_a_month["tickets"].due == 0
    assert after_a_month["visits"].due == 1


def test_an_open_ticket_is_never_due(database: Database) -> None:
    fill(database, status=TicketStatus.OPEN)

    run(database, PERIODS, now=LATER)

    with database.reading() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert ticket.conversation_id is None
        assert session.scalars(select(Customer)).one().id == ticket.customer_id
        assert not session.scalars(select(SealedValue)).all()


def test_mail_that_is_also_an_attachment_goes_with_the_attachment(database: Database) -> None:
    fill(database)
    with database.session() as session:
        raw, file = session.scalars(select(RawMail)).one(), session.scalars(select(Attachment)).one()
        file.sha256 = raw.sha256
        session.commit()

    outcomes = run(database, replace(PERIODS, tickets=1000), now=LATER)
    with database.reading() as session:
        assert SECRET.encode() in blobs.get(session, raw.sha256)
    run(database, PERIODS, now=LATER)

    with database.reading() as session:
        assert blobs.get(session, raw.sha256) == b""
        assert len(session.scalars(select(Blob)).all()) == 1
    assert outcomes["raw_mail"].found_afterwards == 0


def test_a_dry_run_deletes_nothing_and_counts(database: Database) -> None:
    fill(database)
    before = rows(database)

    outcomes = run(database, PERIODS, now=LATER, dry=True)

    assert rows(database) == before
    assert outcomes["tickets"].due == outcomes["tickets"].found_afterwards == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_of_deleted_rows_is_left_in_sqlites_files(database: Database, database_url: str) -> None:
    fill(database)
    file = Path(database_url.removeprefix("sqlite:///"))

    def clear() -> bool:
        return any(SECRET.encode() in each.read_bytes() for each in file.parent.glob(f"{file.name}*"))

    was_there = clear()
    run(database, PERIODS, now=LATER)

    assert was_there
    assert not clear()


def test_every_class_has_its_period_and_every_record_its_deletion(database: Database) -> None:
    fill(database)
    run(database, PERIODS, now=LATER)
    known = {"account", "staff", "staff_session", "mandate", "published_article", "mailbox_state", "retention_run"}

    assert set(ERASERS) == set(period_names())
    # A new table must be thought of here: either it holds nothing of customers, or the deletion takes it along.
    erased = {table for table, count in rows(database).items() if not count}
    counted = {"chat_fact", "rating", "wait"}
    assert {table.name for table in Base.metadata.sorted_tables} - erased - known == {"raw_mail", "blob"} | counted


def retention(database: Database, folder: Path, clock: Callable[[], datetime]) -> Retention:
    return Retention(database, PERIODS, folder, clock)


def test_of_several_nodes_one_does_the_days_run(database: Database, tmp_path: Path) -> None:
    fill(database)
    nodes = [retention(database, tmp_path, lambda: LATER) for _ in range(4)]
    ran: list[bool] = []

    threads = [threading.Thread(target=lambda node=node: ran.append(node.run_daily())) for node in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ran) == [False, False, False, True]
    with database.reading() as session:
        done = session.scalars(select(RetentionRun)).one()
    (proof,) = (tmp_path / "retention").glob("*.json")
    assert json.loads(proof.read_text(encoding="utf-8")) == done.report
    assert done.report["tickets"]["due"] == 1
    assert done.report["tickets"]["found_afterwards"] == 0


def test_nothing_runs_before_three_at_night_and_a_broken_run_is_taken_over(database: Database, tmp_path: Path) -> None:
    midnight = LATER.replace(hour=23, minute=30)

    assert not retention(database, tmp_path, lambda: midnight).run_daily()
    with database.session() as session:
        day = LATER.date()
        session.add(RetentionRun(day=day, began_at=LATER - timedelta(hours=7), report={}))
        session.commit()
    assert retention(database, tmp_path, lambda: LATER).run_daily()
    assert not retention(database, tmp_path, lambda: LATER).run_daily()


def test_audit_entries_outlive_what_they_tell_of(database: Database) -> None:
    fill(database)

    run(database, replace(PERIODS, audit=1000), now=LATER)

    with database.reading() as session:
        entries = session.scalars(select(AuditEntry)).all()
    assert {entry.action for entry in entries} >= {"opened"}
    assert SECRET not in str([(entry.subject, entry.reason) for entry in entries])
