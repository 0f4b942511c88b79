"""From a real mailbox (Dovecot) to tickets: nothing lost, nothing twice."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from helpdesk.database import Database
from helpdesk.lifecycle import RawMailState, TicketStatus
from helpdesk.queues import Queue
from helpdesk.tables import Attachment, RawMail, Ticket
from mail_ingest import prepared, process, store
from mail_ingest.counts import Result
from mail_ingest.judged import Judged
from mail_ingest.mailbox import open_mailbox
from mail_ingest.parsing import Limits, ParsedMail
from mail_ingest.server_url import read_server_url
from tests.conftest import NOON
from tests.mail_desk import ANNA, QUESTION, Desk, bounce, mail, solve
from tests.servers.dovecot import DovecotServer, dovecot
from tests.servers.ports import eventually


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with dovecot() as server:
        yield server


@pytest.fixture
def desk(server: DovecotServer, database: Database) -> Desk:
    return Desk(server.fresh(), database)


def test_mail_becomes_an_acknowledged_ticket_with_a_suggested_article(desk: Desk) -> None:
    done = desk.drain(mail("Mój PESEL to 44051401359. Ile wynosi zasiłek?\r\n\r\n-- \r\nAnna", mid="first"))

    (ticket,), (message,), (letter,) = desk.tickets(), desk.messages(), desk.letters()
    assert done == {"read": 1, "tickets": 1}
    assert (ticket.queue, ticket.article, ticket.address) == (Queue.BENEFITS, "zasilek-macierzynski", ANNA)
    assert message.text == "Mój PESEL to [PESEL]. Ile wynosi zasiłek?"
    assert "44051401359" not in message.quoted + "".join(desk.understander.texts)
    assert (letter.recipient, letter.in_reply_to, letter.automatic) == (ANNA, "<first@example.org>", True)
    assert ticket.number in letter.subject
    assert desk.server.flags()[1] == (rb"\Seen",)
    assert desk.accounts_agree()


def test_second_run_does_nothing_twice(desk: Desk) -> None:
    desk.drain(mail(mid="one"), mail(mid="two"))

    again = desk.drain()

    assert again == {"read": 0}
    assert len(desk.tickets()) == len(desk.letters()) == 2


def test_only_mails_above_the_watermark_are_read(desk: Desk) -> None:
    desk.drain(mail(mid="one"))
    with desk.server.client() as client:
        client.remove_flags([1], [rb"\Seen"])

    done = desk.drain(mail(mid="two"))

    assert done == {"read": 1, "tickets": 1}
    assert set(desk.server.flags().values()) == {(rb"\Seen",)}


@pytest.mark.parametrize("delivered", [1, 3])
def test_waiting_worker_takes_delivered_mails_at_once(desk: Desk, delivered: int) -> None:
    with desk.running():
        eventually(lambda: desk.server.maildir.joinpath("dovecot-uidlist").exists())
        desk.server.deliver(*(mail(mid=f"m{n}") for n in range(delivered)))
        # Far less than one IDLE lasts: the server's word woke the worker.
        eventually(lambda: len(desk.letters()) == delivered, seconds=10)

    assert len(desk.tickets()) == delivered


def test_worker_stays_on_when_the_server_hangs_up(desk: Desk) -> None:
    with desk.running():
        desk.server.deliver(mail(mid="one"))
        eventually(lambda: len(desk.tickets()) == 1)
        desk.server.hang_up()
        desk.server.deliver(mail(mid="two"))
        eventually(lambda: len(desk.tickets()) == 2)


def test_crash_between_storing_and_processing_loses_nothing(desk: Desk) -> None:
    desk.server.deliver(mail(mid="one"), mail(mid="two"))
    with open_mailbox(read_server_url(desk.server.url, "imap")) as mailbox, desk.database.session() as session:
        for batch in mailbox.fetch(mailbox.new_uids(0)):
            store.store(session, mailbox.place, batch, now=NOON)
        session.commit()
    assert not desk.tickets()

    done = desk.drain()

    assert done == {"read": 0, "tickets": 2}
    assert set(desk.server.flags().values()) == {(rb"\Seen",)}


def test_failure_before_the_commit_leaves_nothing_half_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("gone"))

    with monkeypatch.context() as broken:
        broken.setattr("mail_ingest.filing.outbox.enqueue", away)
        with pytest.raises(OperationalError):
            desk.drain(mail(mid="one"))
    assert (desk.tickets(), desk.messages(), desk.letters()) == ([], [], [])

    done = desk.drain()

    assert done == {"read": 0, "tickets": 1}


def test_mail_that_cannot_be_filed_is_set_aside_and_takes_none_of_its_neighbours_along(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_mail = process.file_mail

    def fails_late(session: Session, judged: Judged, *rest: Any, **named: Any) -> Result:
        done = file_mail(session, judged, *rest, **named)
        if "zepsuta" in judged.inquiry.text:
            raise ValueError("a fault of ours")
        return done

    monkeypatch.setattr(process, "file_mail", fails_late)

    bodies = (*"abcdefghi", "zepsuta", *"jklmnopqr")
    done = desk.drain(*(mail(body, mid=body, sender=f"{body}@example.org") for body in bodies))

    assert done == {"read": 19, "set aside": 1, "tickets": 18}
    assert len(desk.letters()) == 18


def test_mail_that_cannot_be_processed_is_set_aside_and_stops_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = prepared.parse_within

    def fails_once(raw: bytes, limits: object) -> ParsedMail:
        if b"zepsuta" in raw:
            raise ValueError("a fault of ours")
        return parse(raw, Limits())

    monkeypatch.setattr(prepared, "parse_within", fails_once)
    done = desk.drain(mail("zepsuta", mid="bad"), mail(mid="good"))
    monkeypatch.undo()

    bad = desk.raw_mails()[0]
    assert done == {"read": 2, "set aside": 1, "tickets": 1}
    assert (bad.state, "ValueError" in bad.cause) == (RawMailState.SET_ASIDE, True)
    assert desk.server.flags()[1] == ()
    assert desk.accounts_agree()
    with desk.database.session() as session:
        session.get_one(RawMail, bad.id).state = RawMailState.STORED
        session.commit()
    assert desk.drain() == {"read": 0, "tickets": 1}


def test_new_uidvalidity_is_read_anew_without_processing_mails_again(desk: Desk) -> None:
    desk.drain(mail(mid="one"), mail(mid="two"))
    desk.server.renumber()

    done = desk.drain(mail(mid="three"))

    assert done == {"read": 3, "tickets": 1}
    assert len(desk.tickets()) == len(desk.letters()) == 3
    assert [raw.outcome for raw in desk.raw_mails()[2:]].count("again") == 2
    assert desk.accounts_agree()


def test_mails_removed_meanwhile_are_passed_over(desk: Desk) -> None:
    desk.server.deliver(mail(mid="one"), mail(mid="two"), mail(mid="three"))
    with open_mailbox(read_server_url(desk.server.url, "imap")) as mailbox:
        uids = mailbox.new_uids(0)
        desk.server.remove(2)
        fetched = [found.uid for portion in mailbox.fetch(uids) for found in portion.mails]

    # The server may still show a removed mail to a session that knew it.
    assert {1, 3} <= set(fetched) <= {1, 2, 3}
    assert desk.drain() == {"read": 2, "tickets": 2}


def test_reply_joins_its_ticket_and_reopens_it_without_a_second_acknowledgement(desk: Desk) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()
    solve(desk)

    done = desk.drain(mail("Dziękuję, a od kiedy?", headers=f"In-Reply-To: {letter.message_id}\r\n", mid="second"))

    (ticket,) = desk.tickets()
    assert done == {"read": 1, "messages": 1}
    assert ticket.status is TicketStatus.OPEN
    assert [message.text for message in desk.messages()] == [QUESTION, "Dziękuję, a od kiedy?"]
    assert len(desk.letters()) == 1


def test_stranger_with_the_same_references_gets_a_ticket_of_their_own(desk: Desk) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()

    done = desk.drain(mail(sender="obcy@example.org", headers=f"References: {letter.message_id}\r\n"))

    first, second = desk.tickets()
    assert done == {"read": 1, "tickets": 1}
    assert (second.address, second.likely_ticket_id) == ("obcy@example.org", first.id)


def test_mail_without_any_header_or_text_is_still_a_ticket(desk: Desk) -> None:
    done = desk.drain(b"\r\n\r\n")

    (ticket,), (message,) = desk.tickets(), desk.messages()
    assert done == {"read": 1, "tickets": 1}
    assert (ticket.address, ticket.subject, message.text) == ("", "(bez tematu)", "(wiadomość bez treści)")
    assert not desk.letters()


@pytest.mark.parametrize("headers", ["Auto-Submitted: auto-replied\r\n", "List-Id: <x.example.org>\r\n"])
def test_automatic_mail_opens_a_ticket_and_is_never_answered(desk: Desk, headers: str) -> None:
    assert desk.drain(mail(headers=headers)) == {"read": 1, "tickets": 1}
    assert not desk.letters()


def test_vacation_reply_joins_without_reopening(desk: Desk) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()
    solve(desk)

    done = desk.drain(
        mail("Nie ma mnie.", headers=f"In-Reply-To: {letter.message_id}\r\nAuto-Submitted: auto-replied\r\n")
    )

    assert done == {"read": 1, "messages": 1}
    assert desk.tickets()[0].status is TicketStatus.SOLVED


def test_bounce_joins_the_ticket_whose_mail_came_back(desk: Desk) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()

    done = desk.drain(bounce(ANNA, letter.message_id), bounce("inna@example.org", "<nieznany@zus.pl>"))

    assert done == {"read": 2, "messages": 1, "set aside": 1}
    assert "550" in desk.raw_mails()[2].cause
    assert len(desk.letters()) == 1
    assert desk.accounts_agree()


def test_own_mail_that_comes_back_is_counted_and_opens_nothing(desk: Desk) -> None:
    assert desk.drain(mail(sender="cot@zus.pl", headers="Auto-Submitted: auto-replied\r\n")) == {"read": 1, "own": 1}
    assert not desk.tickets()
    assert desk.accounts_agree()


def test_fourth_mail_of_a_day_is_a_ticket_without_acknowledgement(desk: Desk) -> None:
    assert desk.drain(*(mail(mid=f"m{n}") for n in range(4))) == {"read": 4, "tickets": 4}
    assert len(desk.letters()) == 3


def test_mail_waits_for_the_understanding_and_is_given_to_a_person_in_the_end(desk: Desk) -> None:
    desk.understander.down = True
    desk.server.deliver(mail(mid="one"))
    worker = desk.worker()
    with open_mailbox(worker.server) as mailbox, desk.database.session() as session:
        store.store(session, mailbox.place, next(mailbox.fetch([1])), now=NOON)
        session.commit()
    (raw,) = desk.raw_mails()

    early = worker.processor.process(raw.id)
    desk.clock.now += timedelta(minutes=3)
    late = worker.processor.process(raw.id)

    assert (early, late) == (Result.POSTPONED, Result.TICKET)
    (ticket,) = desk.tickets()
    assert (ticket.queue, ticket.article) == (Queue.GENERAL, None)
    assert len(desk.letters()) == 1


def test_attachments_are_kept_once_by_their_hash(desk: Desk) -> None:
    parts = "--b\r\nContent-Type: text/plain\r\n\r\nW zalaczeniu.\r\n" + (
        "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF\r\n" * 2
    )
    raw = f"From: {ANNA}\r\nSubject: Plik\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n"

    desk.drain(raw.encode())

    with desk.database.reading() as session:
        rows = list(session.scalars(select(Attachment)))
        assert [row.filename for row in rows] == ["a.pdf", "a.pdf"]
        assert len({row.sha256 for row in rows}) == 1


def test_workers_at_the_same_time_open_each_ticket_once(desk: Desk) -> None:
    desk.server.deliver(*(mail(mid=f"m{n}") for n in range(10)))
    with open_mailbox(read_server_url(desk.server.url, "imap")) as mailbox, desk.database.session() as session:
        for batch in mailbox.fetch(mailbox.new_uids(0)):
            store.store(session, mailbox.place, batch, now=NOON)
        session.commit()

    _at_once(*(lambda: [desk.worker().processor.process(raw.id) for raw in desk.raw_mails()] for _ in range(3)))

    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 10


def _at_once(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
