"""The way of the outbox over a real SMTP server: what passes is tried again, what is hopeless is given up."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import decode_header

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from helpdesk import blobs, outbox, outgoing
from helpdesk.database import Database
from helpdesk.letters import Letter
from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import OutboxAttachment, OutboxMail
from mail_ingest.delivery import LEASE, Delivery
from mail_ingest.sender import Sender
from mail_ingest.server_url import read_server_url
from tests.conftest import NOON
from tests.servers.dovecot import dovecot
from tests.servers.ports import free_port
from tests.servers.sink import Sink, sink

ANNA = "anna@example.org"


@dataclass
class Office:
    """A sender, its outbox, and the time that a test moves."""

    database: Database
    port: int
    now: datetime = NOON

    def sender(self) -> Sender:
        server = read_server_url(f"smtp://127.0.0.1:{self.port}", "smtp")
        return Sender(server, Delivery(OutboxMail, self.database, lambda: self.now), "cot@zus.pl")

    def write(self, recipient: str = ANNA, subject: str = "Temat", body: str = "Treść") -> int:
        with self.database.session() as session:
            mail = outbox.enqueue(
                session, kind="answer", recipient=recipient, letter=Letter(subject, body), ticket_id=None,
                automatic=False, now=self.now, domain="zus.pl",
            )  # fmt: skip
            session.commit()
            return mail.id

    def row(self, number: int) -> OutboxMail:
        with self.database.reading() as session:
            return session.get_one(OutboxMail, number)


@pytest.fixture
def smtp() -> Iterator[Sink]:
    with sink() as found:
        yield found


@pytest.fixture
def office(database: Database, smtp: Sink) -> Office:
    return Office(database, smtp.port)


@pytest.mark.parametrize("answer", ["450 greylisted, come again", "451 4.7.1 try later", "421 too busy"])
def test_passing_refusal_of_a_recipient_is_tried_again_with_the_same_message_id(
    office: Office, smtp: Sink, answer: str
) -> None:
    number = office.write()
    smtp.recipients[ANNA] = [answer]

    office.sender().send_due()
    refused = office.row(number)
    office.now += timedelta(seconds=61)
    office.sender().send_due()

    assert (refused.status, refused.attempts) == (OutboxStatus.QUEUED, 1)
    assert answer[:3] in refused.error
    assert office.row(number).status is OutboxStatus.SENT
    assert [mail["Message-ID"] for mail in smtp.mails] == [refused.message_id]


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_final_refusal_is_given_up_at_once_and_holds_up_no_other_mail(office: Office, smtp: Sink, step: str) -> None:
    hopeless, other = office.write(), office.write("ewa@example.org")
    if step == "RCPT":
        smtp.recipients[ANNA] = ["550 5.1.1 no such user"]
    else:
        smtp.contents.append("554 5.6.0 not like this")

    office.sender().send_due()

    assert office.row(hopeless).status is OutboxStatus.DEAD
    assert office.row(hopeless).error[:3] in {"550", "554"}
    assert office.row(other).status is OutboxStatus.SENT


def test_refusal_that_is_about_us_waits_for_our_settings(office: Office, smtp: Sink) -> None:
    number = office.write()
    smtp.recipients[ANNA] = ["530 5.7.0 authentication required"]

    office.sender().send_due()

    assert office.row(number).status is OutboxStatus.QUEUED


def test_what_was_claimed_when_the_database_went_away_goes_out_when_it_is_back(
    office: Office, smtp: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = office.write(subject="Pierwszy"), office.write(subject="Drugi")
    sender, whole = office.sender(), office.database.session

    def away_after_the_claim() -> AbstractContextManager[Session]:
        if office.row(first).claimed_until is not None:
            raise OperationalError("", None, Exception("away"))
        return whole()

    monkeypatch.setattr(office.database, "session", away_after_the_claim)
    with pytest.raises(OperationalError):
        sender.send_due()
    monkeypatch.undo()
    sender.send_due()

    assert [office.row(number).status for number in (first, second)] == [OutboxStatus.SENT] * 2
    assert [office.row(number).attempts for number in (first, second)] == [1, 1]
    assert len(smtp.mails) == 2


def test_what_was_left_behind_is_not_sent_by_two(office: Office, smtp: Sink) -> None:
    office.write()
    slow, other = office.sender(), office.sender()
    slow.delivery.claim()
    office.now += LEASE + timedelta(seconds=1)

    other.send_due()
    slow.send_due()

    assert len(smtp.mails) == 1


def test_dead_letter_goes_out_when_the_desk_lets_it_try_again(office: Office, smtp: Sink) -> None:
    number = office.write()
    smtp.recipients[ANNA] = ["550 mailbox full"]
    office.sender().send_due()

    with office.database.session() as session:
        outgoing.retry_dead(session, OutboxMail, number, now=office.now)
        session.commit()
    office.sender().send_due()

    assert office.row(number).status is OutboxStatus.SENT
    assert len(smtp.mails) == 1


def test_server_that_is_away_and_comes_back_gets_every_mail_once(database: Database) -> None:
    office = Office(database, free_port())
    numbers = [office.write(f"klient{n}@example.org") for n in range(5)]

    office.sender().send_due()
    waiting = {office.row(number).status for number in numbers}
    with sink(office.port) as smtp:
        office.now += timedelta(minutes=2)
        office.sender().send_due()
        office.sender().send_due()

    assert waiting == {OutboxStatus.QUEUED}
    assert {office.row(number).status for number in numbers} == {OutboxStatus.SENT}
    assert sorted(str(mail["To"]) for mail in smtp.mails) == [f"klient{n}@example.org" for n in range(5)]


def test_sender_whose_lease_ended_leaves_the_mail_to_the_other_one(office: Office, smtp: Sink) -> None:
    number = office.write()
    slow = office.sender()
    (claimed,) = slow.delivery.claim()

    office.now += LEASE + timedelta(minutes=1)
    office.sender().send_due()
    taken = slow.delivery.deliver(claimed, lambda: pytest.fail("it was sent twice"))

    assert not taken
    assert office.row(number).status is OutboxStatus.SENT
    assert len(smtp.mails) == 1


def test_mail_server_reads_polish_names_and_subjects_as_they_were_written(office: Office, smtp: Sink) -> None:
    subject = "[OK-000001] Zażółć gęślą jaźń, " + "świadczenie pielęgnacyjne " * 6
    office.write(subject=subject)
    office.sender().send_due()

    with dovecot() as server:
        mailbox = server.fresh()
        mailbox.deliver(smtp.raw[0])
        with mailbox.client() as client:
            envelope = client.fetch([1], ["ENVELOPE"])[1][b"ENVELOPE"]

    assert str(smtp.mails[0]["Subject"]) == subject.strip()
    assert b"".join(_decoded(envelope.subject)).decode() == subject.strip()
    (sender,) = envelope.from_
    assert (sender.mailbox, sender.host) == (b"cot", b"zus.pl")
    assert "Obsługi" in b"".join(_decoded(sender.name)).decode()
    assert envelope.message_id.decode() == str(smtp.mails[0]["Message-ID"])


def _decoded(header: bytes) -> Iterator[bytes]:
    for part, _charset in decode_header(header.decode("ascii")):
        yield part if isinstance(part, bytes) else part.encode()


def test_files_of_a_mail_are_sent_with_it(office: Office, smtp: Sink) -> None:
    number = office.write()
    with office.database.session() as session:
        sha256 = blobs.put(session, b"%PDF-1.4 x")
        file = {"filename": "ulotka.pdf", "content_type": "application/pdf", "sha256": sha256}
        session.add(OutboxAttachment(outbox_mail_id=number, **file))
        session.commit()

    office.sender().send_due()

    (file,) = smtp.mails[0].iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("ulotka.pdf", b"%PDF-1.4 x")
