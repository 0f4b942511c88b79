"""Which mails join a ticket: only those that prove that they belong to it, whatever a stranger tries."""

from collections.abc import Iterator

import pytest

from helpdesk import merging
from helpdesk.database import Database
from helpdesk.lifecycle import Priority, TicketStatus
from helpdesk.queues import Queue
from helpdesk.staff import add_staff
from helpdesk.tables import Staff, Ticket, TicketMessage
from helpdesk.thread_tokens import token_of, with_token
from tests.conftest import NOON
from tests.mail_desk import ANNA, Desk, mail, solve
from tests.servers.dovecot import DovecotServer, dovecot

STRANGER = "obcy@example.org"
FORGED = "Authentication-Results: mx.example.org; spf=fail; dmarc=fail\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with dovecot() as server:
        yield server


@pytest.fixture
def desk(server: DovecotServer, database: Database) -> Desk:
    office = {"plus_addresses": True, "authserv_id": "mx.example.org", "most_answers": 20}
    desk = Desk(server.fresh(), database, office=office)
    desk.drain(mail(mid="first"))
    return desk


def token(desk: Desk, ticket_id: int) -> str:
    with desk.database.reading() as session:
        return token_of(session, ticket_id)


def reply(desk: Desk, *, to: str = "cot@zus.pl", sender: str = ANNA, headers: str = "", mid: str = "reply") -> None:
    desk.drain(mail("A do kiedy?", sender=sender, headers=headers, mid=mid).replace(b"cot@zus.pl", to.encode(), 1))


def consultant(desk: Desk) -> Staff:
    with desk.database.session() as session:
        staff = add_staff(session, login="ewa", name="Ewa", password="x", queues=[], now=NOON)
        session.commit()
        return staff


def test_letters_carry_the_tickets_token_in_message_id_and_reply_address(desk: Desk) -> None:
    (letter,), (ticket,) = desk.letters(), desk.tickets()

    assert letter.message_id.endswith(f".{token(desk, ticket.id)}@zus.pl>")
    assert letter.reply_to == with_token("cot@zus.pl", token(desk, ticket.id))


def test_reply_to_the_address_with_the_token_joins_without_any_reference(desk: Desk) -> None:
    reply(desk, to=desk.letters()[0].reply_to)

    assert len(desk.tickets()) == 1
    assert len(desk.messages()) == 2


@pytest.mark.parametrize("sender", ["ANNA@example.org", "Anna@EXAMPLE.org"])
def test_capitals_in_address_and_token_do_not_matter(desk: Desk, sender: str) -> None:
    reply(desk, to=desk.letters()[0].reply_to.upper().replace("ZUS.PL", "zus.pl"), sender=sender)

    assert len(desk.tickets()) == 1


@pytest.mark.parametrize("status", [TicketStatus.SOLVED, TicketStatus.CLOSED])
def test_reply_reopens_a_ticket_that_was_over(desk: Desk, status: TicketStatus) -> None:
    solve(desk)
    with desk.database.session() as session:
        session.get_one(Ticket, desk.tickets()[0].id).status = status
        session.commit()

    reply(desk, to=desk.letters()[0].reply_to)

    assert desk.tickets()[0].status is TicketStatus.OPEN


def test_stranger_with_a_genuine_token_gets_a_ticket_of_their_own(desk: Desk) -> None:
    letter = desk.letters()[0]

    reply(desk, to=letter.reply_to, sender=STRANGER, headers=f"In-Reply-To: {letter.message_id}\r\n")

    first, second = desk.tickets()
    assert (second.address, second.likely_ticket_id) == (STRANGER, first.id)


def test_guessed_token_opens_nothing(desk: Desk) -> None:
    (ticket,) = desk.tickets()

    reply(desk, to=f"cot+t{ticket.id}-aaaaaaaaaaaaaaaa@zus.pl")

    assert len(desk.tickets()) == 2
    assert desk.tickets()[1].likely_ticket_id is None


def test_signature_of_another_ticket_opens_nothing(desk: Desk) -> None:
    desk.drain(mail("Inne", sender=STRANGER, mid="other"))
    first, second = desk.tickets()
    moved = token(desk, second.id).replace(f"t{second.id}-", f"t{first.id}-")

    reply(desk, to=f"cot+{moved}@zus.pl")
    reply(desk, to=f"cot+{token(desk, second.id)}@zus.pl", mid="reply2")

    assert [ticket.likely_ticket_id for ticket in desk.tickets()[2:]] == [None, second.id]


@pytest.mark.parametrize("headers", ["", "In-Reply-To: <first@example.org>\r\n"])
def test_forged_sender_joins_nothing_and_is_suggested(desk: Desk, headers: str) -> None:
    reply(desk, to=desk.letters()[0].reply_to, headers=f"{FORGED}{headers}")

    first, second = desk.tickets()
    assert second.likely_ticket_id == first.id


def test_number_in_the_subject_alone_joins_nothing(desk: Desk) -> None:
    (ticket,) = desk.tickets()

    desk.drain(mail("Dopisuję", subject=f"Odp: [{ticket.number}] Zasiłek"))

    assert desk.tickets()[1].likely_ticket_id == ticket.id


def test_merged_threads_go_on_in_the_ticket_they_were_merged_into(desk: Desk) -> None:
    desk.drain(mail("Komornik zajął rentę", sender="anna.praca@example.org", mid="work"))
    into, merged = desk.tickets()
    staff = consultant(desk)
    with desk.database.session() as session:
        old, new = session.get_one(Ticket, merged.id), session.get_one(Ticket, into.id)
        merging.merge(session, old, new, staff, now=NOON)
        session.commit()

    reply(desk, to=desk.letters()[1].reply_to, sender="anna.praca@example.org")
    reply(desk, headers="In-Reply-To: <first@example.org>\r\n", mid="reply2")
    reply(desk, to=desk.letters()[1].reply_to, sender=STRANGER, mid="reply3")

    after, closed, strangers = desk.tickets()
    assert {message.ticket_id for message in desk.messages()[:4]} == {into.id}
    assert (after.priority, closed.status, closed.merged_into_id) == (Priority.HIGH, TicketStatus.CLOSED, into.id)
    assert strangers.likely_ticket_id == into.id


def test_answers_to_a_message_that_was_split_off_follow_it(desk: Desk) -> None:
    desk.drain(mail("Inna sprawa", mid="second", headers="In-Reply-To: <first@example.org>\r\n"))
    staff = consultant(desk)
    with desk.database.session() as session:
        message = session.get_one(TicketMessage, desk.messages()[1].id)
        own = merging.split(session, message, staff, now=NOON)
        session.commit()

    reply(desk, headers="In-Reply-To: <second@example.org>\r\n")
    reply(desk, headers=f"In-Reply-To: {desk.letters()[0].message_id}\r\n", mid="reply2")

    first = desk.tickets()[0]
    assert [message.ticket_id for message in desk.messages()] == [first.id, own.id, own.id, first.id]
    assert (own.address, own.queue) == (ANNA, Queue.BENEFITS)
