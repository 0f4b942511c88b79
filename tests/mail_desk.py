"""The mailbox, the database and a worker between them: what tests of the mail are made of."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from helpdesk import overview, tickets
from helpdesk.database import Database
from helpdesk.lifecycle import TicketStatus
from helpdesk.tables import OutboxMail, RawMail, Ticket, TicketMessage
from mail_ingest.after import SEEN, After
from mail_ingest.answering import Writer
from mail_ingest.backoff import Backoff
from mail_ingest.batch import Batch
from mail_ingest.office import Office
from mail_ingest.process import Processor
from mail_ingest.server_url import read_server_url
from mail_ingest.worker import Worker
from tests.conftest import NOON
from tests.fakes import FakeUnderstander
from tests.servers.dovecot import DovecotServer

ANNA = "anna@example.org"
QUESTION = "Ile wynosi zasiłek macierzyński?"


def mail(
    text: str = QUESTION, *, sender: str = ANNA, subject: str = "Zasiłek", mid: str = "", headers: str = ""
) -> bytes:
    message_id = f"Message-ID: <{mid}@example.org>\r\n" if mid else ""
    head = f"From: {sender}\r\nTo: cot@zus.pl\r\nSubject: {subject}\r\n{message_id}{headers}"
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Desk:
    """The mailbox, the database and a worker between them."""

    server: DovecotServer
    database: Database
    clock: Clock = field(default_factory=Clock)
    understander: FakeUnderstander = field(default_factory=FakeUnderstander)
    office: dict[str, Any] = field(default_factory=dict)
    """Of the office, what a test wants to be otherwise."""
    writer: Writer | None = None
    after: After = SEEN

    def worker(self) -> Worker:
        usual = {"most_answers": 3, "engine_patience": timedelta(minutes=2)}
        office = Office("cot@zus.pl", **{**usual, **self.office})
        processor = Processor(self.database, self.understander, office, self.clock, self.writer)
        server = read_server_url(self.server.url, "imap")
        backoff = Backoff(first=0.01, longest=0.05)
        return Worker(server, self.database, Batch(processor), self.clock, backoff, self.after)

    def drain(self, *mails: bytes) -> dict[str, int]:
        self.server.deliver(*mails)
        counts = self.worker().drain()
        return {"read": counts.read, **{result.value: number for result, number in counts.results.items()}}

    def tickets(self) -> list[Ticket]:
        with self.database.reading() as session:
            return list(session.scalars(select(Ticket).order_by(Ticket.id)))

    def messages(self) -> list[TicketMessage]:
        with self.database.reading() as session:
            return list(session.scalars(select(TicketMessage).order_by(TicketMessage.id)))

    def letters(self) -> list[OutboxMail]:
        with self.database.reading() as session:
            return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))

    def raw_mails(self) -> list[RawMail]:
        with self.database.reading() as session:
            return list(session.scalars(select(RawMail).order_by(RawMail.id)))

    def accounts_agree(self) -> bool:
        with self.database.reading() as session:
            return overview.mail_counts(session).agree

    @contextmanager
    def running(self) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=self.worker().run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(30)


def solve(desk: Desk) -> None:
    with desk.database.session() as session:
        ticket = tickets.get_ticket(session, desk.tickets()[0].id)
        ticket.status = TicketStatus.SOLVED
        session.commit()


def bounce(recipient: str, message_id: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    status = (
        f"Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: {action}\r\n"
        f"Status: {status}\r\nDiagnostic-Code: smtp; 550 {status} User unknown\r\n"
    )
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="d"\r\n\r\n'
        "--d\r\nContent-Type: text/plain\r\n\r\nNie doreczono.\r\n"
        f"--d\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n"
        f"--d\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\n\r\nx\r\n--d--\r\n"
    ).encode()
