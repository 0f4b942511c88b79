"""Mailboxes that misbehave, and what happens around them: broken lines, late mails, tokens, full disks, moved mails."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from helpdesk import overview
from helpdesk.blob_folder import BlobFolder
from helpdesk.database import Database
from helpdesk.errors import BlobsAway
from helpdesk.tables import RawMail, Ticket
from mail_ingest.after import SEEN, After, read_after
from mail_ingest.backoff import Backoff
from mail_ingest.batch import Batch
from mail_ingest.errors import MailboxRefused, MailboxUnreachable
from mail_ingest.mailroom import Mailroom
from mail_ingest.office import Office
from mail_ingest.process import Processor
from mail_ingest.server_url import read_server_url
from mail_ingest.tokens import token_source
from mail_ingest.worker import Worker
from tests.conftest import NOON, SEALER
from tests.fakes import FakeUnderstander
from tests.integration.test_mailbox import mail
from tests.servers.dovecot import DovecotServer, dovecot
from tests.servers.scripted_imap import ScriptedImap, scripted_imap


@dataclass
class Desk:
    """A database, and workers for mailboxes."""

    database: Database

    def worker(self, url: str, after: After = SEEN, token: str = "") -> Worker:
        office = Office("cot@zus.pl", most_answers=1_000)
        processor = Processor(self.database, FakeUnderstander(), office, lambda: NOON)
        server = replace(read_server_url(url, "imap"), token=token_source(token))
        return Worker(server, self.database, Batch(processor), lambda: NOON, Backoff(0.01, 0.05), after)

    def stored(self) -> list[tuple[str, int]]:
        with self.database.reading() as session:
            return [(raw.folder, raw.uid) for raw in session.scalars(select(RawMail).order_by(RawMail.id))]

    def tickets(self) -> int:
        with self.database.reading() as session:
            return len(session.scalars(select(Ticket.id)).all())

    def counts(self) -> overview.MailCounts:
        with self.database.reading() as session:
            return overview.mail_counts(session)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with dovecot() as server:
        yield server


def three() -> ScriptedImap:
    return ScriptedImap({uid: mail(mid=f"m{uid}") for uid in (1, 2, 3)})


def test_line_that_breaks_in_the_middle_of_a_mail_stores_no_half_of_it(desk: Desk) -> None:
    with scripted_imap(three()) as box:
        box.cuts = 1
        with pytest.raises(MailboxUnreachable):
            desk.worker(box.url).drain()
        before = desk.stored()
        desk.worker(box.url).drain()

    assert before == []
    assert desk.stored() == [("INBOX", 1), ("INBOX", 2), ("INBOX", 3)]
    assert desk.tickets() == 3


def test_mail_that_the_server_shows_late_is_found_below_the_watermark(desk: Desk) -> None:
    with scripted_imap(three()) as box:
        box.hidden = {2}
        desk.worker(box.url).drain()
        box.hidden = set()
        desk.worker(box.url).drain()

    assert sorted(desk.stored()) == [("INBOX", 1), ("INBOX", 2), ("INBOX", 3)]
    assert desk.counts().agree


def test_mail_that_the_server_cannot_read_keeps_no_other_from_being_read_and_is_missed(desk: Desk) -> None:
    with scripted_imap(three()) as box:
        box.unreadable = {2}
        desk.worker(box.url).drain()
        agreed = desk.counts().agree
        box.unreadable = set()
        desk.worker(box.url).drain()

    assert not agreed
    assert sorted(desk.stored()) == [("INBOX", 1), ("INBOX", 2), ("INBOX", 3)]
    assert desk.counts().agree


def test_server_without_move_loses_only_the_processed_mails(desk: Desk) -> None:
    with scripted_imap(three()) as box:
        box.capabilities = "UIDPLUS"
        desk.worker(box.url, read_after("move:Done")).drain()

    assert (box.copied, box.removed) == ({1, 2, 3}, {1, 2, 3})
    assert "EXPUNGE" not in {command.split()[0] for command in box.said}


def test_server_that_can_only_expunge_everything_moves_nothing(desk: Desk) -> None:
    with scripted_imap(three()) as box, pytest.raises(MailboxRefused, match="neither MOVE nor UIDPLUS"):
        desk.worker(box.url, read_after("move:Done")).drain()

    assert not box.removed
    assert desk.tickets() == 3


def test_fresh_token_of_a_file_is_read_at_each_sign_in(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    with scripted_imap(three()) as box:
        box.tokens = {"first"}
        desk.worker(box.url, token=f"file:{file}").drain()
        box.tokens = {"second"}
        with pytest.raises(MailboxRefused, match="token") as refused:
            desk.worker(box.url, token=f"file:{file}").drain()
        file.write_text("second\n")
        desk.worker(box.url, token=f"file:{file}").drain()

    assert "first" not in str(refused.value)
    assert not any(command.startswith("LOGIN") for command in box.said)


def test_refused_token_is_fetched_anew_and_tried_at_once(desk: Desk, tmp_path: Path) -> None:
    program = tmp_path / "token.py"
    program.write_text(
        f"import pathlib\nfile = pathlib.Path({str(tmp_path / 'n')!r})\n"
        "n = int(file.read_text()) + 1 if file.exists() else 1\nfile.write_text(str(n))\nprint(f'token{n}')\n"
    )
    with scripted_imap(three()) as box:
        box.tokens = {"token2"}
        desk.worker(box.url, token=f"command:{sys.executable} {program}").drain()

    assert desk.tickets() == 3


@pytest.mark.parametrize("setting", ["file:/nowhere/token", "command:/bin/false", "command:/bin/echo two words"])
def test_source_that_gives_no_token_is_refused_by_name(setting: str) -> None:
    source = token_source(setting)

    assert source is not None
    with pytest.raises(MailboxRefused, match="token"):
        source()


@pytest.mark.parametrize("after", ["seen", "leave", "move:Done"])
def test_processed_mails_are_flagged_left_or_moved_and_the_count_agrees(
    desk: Desk, server: DovecotServer, after: str
) -> None:
    mailbox = server.fresh()
    mailbox.deliver(*(mail(mid=f"m{n}") for n in range(3)))

    desk.worker(mailbox.url, read_after(after)).drain()
    desk.worker(mailbox.url, read_after(after)).drain()

    flags, counts = mailbox.flags(), desk.counts()
    assert {seen for found in flags.values() for seen in [rb"\Seen" in found]} == {
        "seen": {True}, "leave": {False}, "move:Done": set(),
    }[after]  # fmt: skip
    assert (counts.on_server, counts.stored, counts.joined) == (0 if after == "move:Done" else 3, 3, 3)
    assert counts.gone == (3 if after == "move:Done" else 0)
    assert counts.agree
    if after == "move:Done":
        with mailbox.client() as client:
            assert client.folder_status("Done", ["MESSAGES"]) == {b"MESSAGES": 3}


def test_each_folder_has_a_watermark_of_its_own_and_none_holds_up_another(desk: Desk, server: DovecotServer) -> None:
    mailbox = server.fresh()
    mailbox.deliver(mail(mid="a"), mail(mid="b"))
    with mailbox.client() as client:
        client.create_folder("Wspólna")
        client.append("Wspólna", mail(mid="c"))
    first = desk.worker(mailbox.url)
    folders = ["INBOX", "Wspólna"]
    room = Mailroom([replace(first, server=replace(first.server, folder=folder)) for folder in folders])

    counts, again = room.drain(), room.drain()

    assert (counts.read, again.read) == (3, 0)
    assert sorted(desk.stored()) == [("INBOX", 1), ("INBOX", 2), ("Wspólna", 1)]
    assert desk.counts().agree


def test_full_disk_stops_the_worker_and_loses_nothing(
    desk: Desk, database_url: str, server: DovecotServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = Database(database_url, SEALER, BlobFolder(tmp_path / "blobs"))
    full = Desk(filing)
    mailbox = server.fresh()
    mailbox.deliver(mail(mid="a"), mail(mid="b"))

    def refuse(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", refuse)
        with pytest.raises(BlobsAway):
            full.worker(mailbox.url).drain()
    before = full.stored()
    full.worker(mailbox.url).drain()
    filing.close()

    assert before == []
    assert desk.tickets() == 2
    assert desk.counts().set_aside == 0


def test_disk_that_fills_up_while_an_attachment_is_filed_sets_nothing_aside(
    database_url: str, server: DovecotServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = Database(database_url, SEALER, BlobFolder(tmp_path / "blobs"))
    full = Desk(filing)
    mailbox = server.fresh()
    parts = (
        "--b\r\n\r\nW zalaczeniu.\r\n--b\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n--b--\r\n"
    )
    mailbox.deliver(f"From: anna@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}".encode())
    written: list[int] = []
    fsync = os.fsync

    def full_after_the_mail(file: int) -> None:
        written.append(file)
        if len(written) > 2:
            raise OSError(28, "No space left on device")
        fsync(file)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full_after_the_mail)
        with pytest.raises(BlobsAway):
            full.worker(mailbox.url).drain()
    waiting = full.counts()
    full.worker(mailbox.url).drain()
    done = full.counts()
    filing.close()

    assert (waiting.stored, waiting.unprocessed, waiting.set_aside) == (1, 1, 0)
    assert (done.joined, done.set_aside) == (1, 0)


# SQLite is a file of this machine, which cannot go away; its trouble is a full disk.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_database_that_goes_away_and_comes_back_costs_nothing(
    postgres: str, desk: Desk, server: DovecotServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = desk.database.engine.url.database
    mailbox = server.fresh()
    mailbox.deliver(*(mail(mid=f"m{n}") for n in range(6)))
    worker = desk.worker(mailbox.url)
    finish = Processor.finish
    filed: list[object] = []

    def cut_after_the_third(processor: Processor, prepared: object) -> object:
        filed.append(prepared)
        if len(filed) == 4:
            _end_all_lines(postgres, str(name))
        return finish(processor, prepared)

    monkeypatch.setattr(Processor, "finish", cut_after_the_third)
    stop = _Rounds(lambda: desk.tickets() == 6)
    worker.run(stop)

    assert desk.tickets() == 6
    assert len(desk.stored()) == 6
    assert desk.counts().set_aside == 0


class _Rounds:
    """A stop that is set when a condition holds, looked at whenever the worker asks."""

    def __init__(self, done: object) -> None:
        self._done = done

    def is_set(self) -> bool:
        return bool(self._done())

    def wait(self, _seconds: float) -> bool:
        return self.is_set()


def _end_all_lines(server: str, name: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as line:
        line.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
    engine.dispose()


def test_mail_is_late_when_nobody_looks_or_a_mail_waits_too_long(desk: Desk, server: DovecotServer) -> None:
    mailbox = server.fresh()
    mailbox.deliver(mail(mid="a"))
    desk.worker(mailbox.url).drain()
    bound = timedelta(minutes=10)

    counts = desk.counts()

    assert counts.seen_at == NOON
    assert not counts.late(NOON + timedelta(minutes=9), bound)
    assert counts.late(NOON + timedelta(minutes=11), bound)
    assert replace(counts, seen_at=NOON + timedelta(hours=1), oldest_unprocessed_at=NOON).late(
        NOON + timedelta(hours=1), bound
    )


def test_waits_between_attempts_grow_and_differ_by_chance() -> None:
    steady, lucky = Backoff(1.0, 8.0, chance=lambda: 0.0), Backoff(1.0, 8.0, chance=lambda: 1.0)

    assert [steady.next() for _ in range(5)] == [1.0, 2.0, 4.0, 8.0, 8.0]
    assert [lucky.next() for _ in range(5)] == [0.5, 1.0, 2.0, 4.0, 4.0]
