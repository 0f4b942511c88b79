"""The demonstration's post office, and the outbox's sender: from SMTP to a ticket and back to the customer."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from helpdesk import outbox
from helpdesk.database import Database
from helpdesk.letters import Letter
from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import OutboxMail, Ticket, TicketMessage
from mail_ingest.batch import Batch
from mail_ingest.delivery import Delivery
from mail_ingest.office import Office
from mail_ingest.process import Processor
from mail_ingest.sender import Sender
from mail_ingest.server_url import MailServer, read_server_url
from mail_ingest.worker import Worker
from okienko.post_office import customer_mails, serve
from tests.conftest import NOON
from tests.fakes import FakeUnderstander
from tests.servers.ports import eventually, free_port, listens

OFFICE = "cot@zus.pl"
ANNA = "anna@example.org"


def mail_sender(server: MailServer, database: Database) -> Sender:
    return Sender(server, Delivery(OutboxMail, database, lambda: NOON), OFFICE)


class PostOffice:
    """The embedded servers, and the office's two workers beside them."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database
        self.imap_port, self.smtp_port = free_port(), free_port()
        imap = read_server_url(f"imap://cot:demonstration@127.0.0.1:{self.imap_port}/INBOX?tls=no", "imap")
        smtp = read_server_url(f"smtp://127.0.0.1:{self.smtp_port}", "smtp")
        processor = Processor(database, FakeUnderstander(), Office(OFFICE), lambda: NOON)
        self.worker = Worker(imap, database, Batch(processor), lambda: NOON)
        self.sender = mail_sender(smtp, database)

    @contextmanager
    def open(self) -> Iterator[None]:
        loop = asyncio.new_event_loop()
        serving = loop.create_task(
            serve(
                self.folder,
                imap_port=self.imap_port,
                smtp_port=self.smtp_port,
                office_address=OFFICE,
                password="demonstration",
            )
        )
        thread = threading.Thread(target=self._until_cancelled, args=(loop, serving))
        thread.start()
        try:
            eventually(lambda: listens(self.imap_port) and listens(self.smtp_port))
            yield
        finally:
            loop.call_soon_threadsafe(serving.cancel)
            thread.join(30)

    @staticmethod
    def _until_cancelled(loop: asyncio.AbstractEventLoop, serving: "asyncio.Task[None]") -> None:
        try:
            loop.run_until_complete(asyncio.wait([serving]))
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()

    def write(self, text: str, *, in_reply_to: str = "", recipient: str = OFFICE) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = ANNA, recipient, "Zasiłek"
        if in_reply_to:
            mail["In-Reply-To"] = in_reply_to
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as smtp:
            smtp.send_message(mail)

    def texts(self) -> list[tuple[int, str]]:
        with self.database.reading() as session:
            rows = session.scalars(select(TicketMessage).order_by(TicketMessage.id))
            return [(row.ticket_id, row.text) for row in rows]


@pytest.fixture
def post_office(tmp_path: Path, database: Database) -> Iterator[PostOffice]:
    post_office = PostOffice(tmp_path / "post", database)
    with post_office.open():
        yield post_office


def test_customer_writes_is_acknowledged_and_the_reply_lands_in_the_same_ticket(post_office: PostOffice) -> None:
    post_office.write("Ile wynosi zasiłek?")
    post_office.worker.drain()
    sent = post_office.sender.send_due()

    (acknowledgement,) = customer_mails(post_office.folder, ANNA.upper())
    post_office.write("Dziękuję!", in_reply_to=acknowledgement.message_id or "")
    post_office.worker.drain()

    with post_office.database.reading() as session:
        (ticket,) = session.scalars(select(Ticket))
    assert sent == 1
    assert ticket.number in acknowledgement.subject
    assert acknowledgement.auto_submitted
    assert acknowledgement.defects == ()
    assert post_office.texts() == [(ticket.id, "Ile wynosi zasiłek?"), (ticket.id, "Dziękuję!")]


def test_worker_that_waits_is_told_of_delivered_mail(post_office: PostOffice) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=post_office.worker.run, args=(stop,))
    thread.start()

    try:
        post_office.write("pierwsze")
        eventually(lambda: len(post_office.texts()) == 1)
        post_office.write("drugie")
        eventually(lambda: len(post_office.texts()) == 2, seconds=15)
    finally:
        stop.set()
        thread.join(30)


def test_mail_survives_a_restart_of_the_post_office(tmp_path: Path, database: Database) -> None:
    post_office = PostOffice(tmp_path / "post", database)
    with post_office.open():
        post_office.write("przed")
        post_office.worker.drain()
    with post_office.open():
        post_office.write("po")
        counts = post_office.worker.drain()

    assert (counts.read, counts.again) == (1, 0)
    assert [text for _, text in post_office.texts()] == ["przed", "po"]


def test_mail_to_others_never_reaches_the_office(post_office: PostOffice) -> None:
    post_office.write("do Ewy", recipient="ewa@example.org")

    assert post_office.worker.drain().read == 0
    assert [mail.reply for mail in customer_mails(post_office.folder, "ewa@example.org")] == ["do Ewy"]
    assert customer_mails(post_office.folder, "../nikt@example.org") == []


class Refusing:
    """An SMTP server's handler that answers every mail with one reply."""

    def __init__(self, reply: str) -> None:
        self.reply = reply

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        return self.reply


def queue_one(database: Database) -> None:
    with database.session() as session:
        outbox.enqueue(
            session, kind="answer", recipient=ANNA, letter=Letter("Temat", "Treść"), ticket_id=None, automatic=False,
            now=NOON, domain="zus.pl",
        )  # fmt: skip
        session.commit()


def only_mail(database: Database) -> OutboxMail:
    with database.reading() as session:
        return session.scalars(select(OutboxMail)).one()


@pytest.mark.parametrize(
    ("reply", "status"),
    [("550 nobody here", OutboxStatus.DEAD), ("451 later", OutboxStatus.QUEUED), ("250 OK", OutboxStatus.SENT)],
)
def test_reply_of_the_server_decides_what_becomes_of_a_mail(
    database: Database, reply: str, status: OutboxStatus
) -> None:
    queue_one(database)
    controller = Controller(Refusing(reply), hostname="127.0.0.1", port=free_port())
    controller.start()

    try:
        server = read_server_url(f"smtp://127.0.0.1:{controller.port}", "smtp")
        mail_sender(server, database).send_due()
    finally:
        controller.stop()

    mail = only_mail(database)
    assert mail.status is status
    assert mail.error == ("" if status is OutboxStatus.SENT else reply)


def test_mail_waits_while_the_server_is_away(database: Database) -> None:
    queue_one(database)
    server = read_server_url(f"smtp://127.0.0.1:{free_port()}", "smtp")

    mail_sender(server, database).send_due()

    mail = only_mail(database)
    assert mail.status is OutboxStatus.QUEUED
    assert mail.due_at > NOON
    assert "ConnectionRefusedError" in mail.error
