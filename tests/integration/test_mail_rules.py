"""What the rules do with mails on their way from a real mailbox: who is answered, who joins, what is set aside."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from helpdesk import overview
from helpdesk.database import Database
from helpdesk.lifecycle import OutboxStatus, Priority, RawMailState, TicketStatus
from helpdesk.tables import Customer, RawMail
from tests.mail_desk import ANNA, Desk, bounce, mail, solve
from tests.servers.dovecot import DovecotServer, dovecot

CRY = "Nie chcę już żyć, nikt mi nie pomaga."


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with dovecot() as server:
        yield server


@pytest.fixture
def desk(server: DovecotServer, database: Database) -> Desk:
    return Desk(server.fresh(), database, office={"repeats_within": timedelta(hours=24)})


def customer(desk: Desk) -> Customer:
    with desk.database.reading() as session:
        return session.get_one(Customer, desk.tickets()[0].customer_id)


def kinds(desk: Desk) -> list[str]:
    return [letter.kind for letter in desk.letters()]


def test_permanent_bounce_marks_the_address_until_the_customer_writes_again(desk: Desk) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()

    desk.drain(bounce(ANNA, letter.message_id))
    marked = customer(desk).undeliverable_at
    desk.drain(mail("Już działa. Kiedy wypłata?", mid="second"))

    assert marked == desk.clock.now
    assert customer(desk).undeliverable_at is None
    assert [letter.status for letter in desk.letters()] == [OutboxStatus.QUEUED] * 2


def exim_warning(message_id: str) -> bytes:
    return (
        "From: Mail Delivery System <Mailer-Daemon@mx.example.org>\r\nTo: cot@zus.pl\r\n"
        f"References: {message_id}\r\nSubject: Warning: message 1rAbCd-000123-4x delayed 24 hours\r\n\r\n"
        f"The address to which the message has not yet been delivered is:\r\n\r\n  {ANNA}\r\n"
    ).encode()


def test_urgent_words_of_an_automatic_notice_press_nobody(desk: Desk) -> None:
    notice = mail("Jestem na urlopie. W pilnych sprawach proszę dzwonić.", headers="Auto-Submitted: auto-replied\r\n")

    desk.drain(notice)

    assert desk.tickets()[0].priority is Priority.NORMAL


@pytest.mark.parametrize("form", ["fields", "words"])
def test_report_of_a_delay_joins_its_ticket_marks_nobody_and_is_not_answered(desk: Desk, form: str) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()
    solve(desk)
    delayed = bounce(ANNA, letter.message_id, action="delayed", status="4.4.1")

    done = desk.drain(delayed if form == "fields" else exim_warning(letter.message_id))

    assert done == {"read": 1, "messages": 1}
    assert desk.raw_mails()[-1].outcome == "bounce"
    assert desk.tickets()[0].status is TicketStatus.SOLVED
    assert customer(desk).undeliverable_at is None
    assert len(desk.letters()) == 1


def test_bounce_marks_only_who_was_not_reached(desk: Desk) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()

    desk.drain(bounce(ANNA, letter.message_id, action="relayed", status="2.0.0"))

    assert customer(desk).undeliverable_at is None


def test_invented_bounce_marks_nobody(desk: Desk) -> None:
    desk.drain(mail(mid="first"))

    desk.drain(bounce(ANNA, "<nieznany@zus.pl>"), bounce(ANNA, "<first@example.org>"))

    assert customer(desk).undeliverable_at is None


def test_spam_waits_for_a_consultant_who_may_make_a_ticket_of_it(desk: Desk) -> None:
    done = desk.drain(mail(headers="X-Spam-Flag: YES\r\n", mid="spam"))
    (raw,) = desk.raw_mails()
    assert done == {"read": 1, "set aside": 1}
    assert (raw.state, raw.outcome, "spam" in raw.cause) == (RawMailState.SET_ASIDE, "spam", True)
    assert (desk.tickets(), desk.letters()) == ([], [])

    with desk.database.session() as session:
        wanted = session.get_one(RawMail, raw.id)
        wanted.state, wanted.outcome = RawMailState.STORED, overview.WANTED
        session.commit()

    assert desk.drain() == {"read": 0, "tickets": 1}
    assert kinds(desk) == ["acknowledgement"]
    assert desk.accounts_agree()


def test_reply_of_a_customer_is_no_spam_whatever_a_filter_says(desk: Desk) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()
    solve(desk)

    done = desk.drain(mail("Dziękuję", headers=f"X-Spam-Flag: YES\r\nIn-Reply-To: {letter.message_id}\r\n"))

    assert done == {"read": 1, "messages": 1}
    assert desk.tickets()[0].status is TicketStatus.OPEN


def test_same_mail_again_joins_its_first_ticket_and_is_not_acknowledged_twice(desk: Desk) -> None:
    done = desk.drain(mail(mid="one"), mail(mid="two"), mail("Co innego?", mid="three"))
    desk.clock.now += timedelta(hours=25)
    later = desk.drain(mail(mid="four"))

    assert done == {"read": 3, "tickets": 2, "messages": 1}
    assert later == {"read": 1, "tickets": 1}
    assert len(desk.letters()) == 3


def test_same_words_of_somebody_else_are_a_ticket_of_their_own(desk: Desk) -> None:
    assert desk.drain(mail(mid="one"), mail(mid="two", sender="jan@example.org")) == {"read": 2, "tickets": 2}


def test_danger_is_answered_at_once_whatever_the_limits_and_comes_first(desk: Desk) -> None:
    desk.drain(*(mail(f"Pytanie {n}", mid=f"m{n}") for n in range(4)))
    desk.understander.down = True

    done = desk.drain(mail(CRY, mid="cry", headers="X-Spam-Flag: YES\r\n"))

    urgent = desk.tickets()[-1]
    assert done == {"read": 1, "tickets": 1}
    assert urgent.priority is Priority.URGENT
    letter = desk.letters()[-1]
    assert letter.kind == "danger"
    assert "112" in letter.body
    assert "116 123" in letter.body


def test_danger_in_a_reply_makes_its_ticket_urgent_and_is_answered(desk: Desk) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()
    solve(desk)

    desk.drain(mail(CRY, mid="cry", headers=f"In-Reply-To: {letter.message_id}\r\n"))

    (ticket,) = desk.tickets()
    assert (ticket.priority, ticket.status) == (Priority.URGENT, TicketStatus.OPEN)
    assert kinds(desk) == ["acknowledgement", "danger"]


def test_danger_in_a_mail_that_a_program_wrote_is_urgent_and_not_answered(desk: Desk) -> None:
    desk.drain(mail(CRY, headers="List-Id: <x.example.org>\r\n"))

    assert not desk.letters()


def test_threat_gets_no_answer_and_a_person(desk: Desk) -> None:
    assert desk.drain(mail("Podłożę bombę pod wasz urząd!")) == {"read": 1, "tickets": 1}
    assert not desk.letters()


def test_empty_mail_is_asked_for_its_question(desk: Desk) -> None:
    desk.drain(mail("", subject="", mid="empty"))

    assert kinds(desk) == ["question_missing"]
    assert "Proszę napisać" in desk.letters()[0].body


def test_our_own_letter_from_another_address_is_set_aside(desk: Desk) -> None:
    desk.drain(mail(mid="first"))
    (letter,) = desk.letters()
    returned = mail(sender="automat@example.org").replace(
        b"To: cot", f"Message-ID: {letter.message_id}\r\nTo: cot".encode()
    )

    done = desk.drain(returned, mail("x", sender="b@example.org", headers="X-Loop: cot@zus.pl\r\n"))

    assert done == {"read": 2, "set aside": 2}
    assert len(desk.letters()) == 1
    assert desk.accounts_agree()


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("Komornik zajął mi rentę, co robić?", Priority.HIGH),
        ("Termin mija jutro, a nie mam decyzji", Priority.HIGH),
        ("Ile wynosi zasiłek?", Priority.NORMAL),
    ],
)
def test_pressing_words_come_before_others(desk: Desk, text: str, priority: Priority) -> None:
    desk.drain(mail(text))

    assert desk.tickets()[0].priority is priority


def test_results_of_the_receiving_server_are_kept(server: DovecotServer, database: Database) -> None:
    desk = Desk(server.fresh(), database, office={"authserv_id": "mx.example.org"})

    desk.drain(mail(headers="Authentication-Results: mx.example.org; spf=pass; dkim=none; dmarc=fail\r\n"))

    assert desk.raw_mails()[0].authentication == {"spf": "pass", "dkim": "none", "dmarc": "fail"}
