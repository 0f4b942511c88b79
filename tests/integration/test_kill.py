"""The worker and the sender are killed at random moments, hundreds of times: nothing is lost and nothing is doubled."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import pytest
from imapclient import IMAPClient
from sqlalchemy import func, select

from helpdesk import overview
from helpdesk.database import Database
from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import OutboxMail, Ticket, TicketMessage
from tests.conftest import KEY
from tests.servers.dovecot import DovecotServer, dovecot
from tests.servers.lives import Setup, lives
from tests.servers.sink import Sink, sink

MAILS, KILLS = 500, 200
A_ROUND = 5
LONGEST_MAIL, LONGEST_OUTBOX = 0.25, 0.15
"""Seconds after which each is killed at the latest; a worker needs about 0.1 to have read what is new."""
AFTER = {"sqlite": "seen", "postgresql": "move:Done"}


def mail(number: int, *, sender: str = "", headers: str = "", body: str = "Ile wynosi zasiłek?") -> bytes:
    sender = sender or address(number)
    head = f"From: {sender}\r\nTo: cot@zus.pl\r\nSubject: Pytanie {number}\r\nMessage-ID: <m{number}@example.org>\r\n"
    return f"{head}{headers}Content-Type: text/plain; charset=utf-8\r\n\r\n{body} ({number})\r\n".encode()


def address(number: int) -> str:
    return f"klient{number}@example.org"


def reply(number: int, to: int) -> bytes:
    return mail(number, sender=address(to), headers=f"In-Reply-To: <m{to}@example.org>\r\n", body="Dziękuję.")


def automatic(number: int) -> bytes:
    return mail(number, headers="Auto-Submitted: auto-replied\r\n", body="Nie ma mnie.")


def bounce(number: int, of: int) -> bytes:
    report = f"Final-Recipient: rfc822; {address(of)}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    return (
        f"From: MAILER-DAEMON@example.org\r\nSubject: Undelivered\r\nMessage-ID: <m{number}@example.org>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="d"\r\n\r\n'
        f"--d\r\nContent-Type: text/plain\r\n\r\nNie doreczono {number}.\r\n"
        f"--d\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n{report}\r\n"
        f"--d\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <m{of}@example.org>\r\n\r\nx\r\n--d--\r\n"
    ).encode()


def damaged(number: int) -> bytes:
    parts = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n\xff%%\r\n"
    )
    return f"From: {address(number)}\r\nSubject: =?utf-8?B?bad=?= =?x?\r\n".encode() + parts + str(number).encode()


def five_hundred() -> tuple[Sequence[bytes], set[int]]:
    """Return the mails in their order, and who of the customers wrote an ordinary first mail, once."""
    mails: list[bytes] = []
    ordinary: set[int] = set()
    for number in range(MAILS):
        earlier = number - 9
        match number % 20:
            case 9 | 19:
                mails.append(reply(number, to=earlier))
            case 10:
                mails.append(mails[earlier])
                ordinary.discard(earlier)
            case 11:
                mails.append(bounce(number, of=earlier if number % 40 == 11 else 10_000))
            case 13:
                mails.append(automatic(number))
            case 15:
                mails.append(damaged(number))
            case 17 if number % 100 == 17:
                mails.append(mail(number, sender="cot@zus.pl", headers="Auto-Submitted: auto-replied\r\n"))
            case _:
                mails.append(mail(number))
                ordinary.add(number)
    return mails, ordinary


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with dovecot() as server:
        yield server


def kill_often(setup: Setup, client: IMAPClient, mails: Sequence[bytes]) -> int:
    """Deliver the mails bit by bit while worker and sender live and die; then let both finish. Returns the kills."""
    chance = random.Random(20261120)
    killed = life = 0
    waiting = list(mails)
    with lives(setup) as both:
        while waiting or killed < KILLS:
            for content in waiting[:A_ROUND]:
                client.append("INBOX", content)
            del waiting[:A_ROUND]
            life += 1
            ended = both.live(life, mail=chance.uniform(0, LONGEST_MAIL), outbox=chance.uniform(0, LONGEST_OUTBOX))
            assert not ended.failed
            killed += ended.killed
        assert not both.live(life + 1, mail=None, outbox=0).failed
        assert not both.live(life + 2, mail=None, outbox=None).failed
    return killed


def test_nothing_is_lost_and_nothing_doubled_however_often_everything_is_killed(
    server: DovecotServer, database_url: str, database: Database
) -> None:
    mailbox = server.fresh()
    mails, ordinary = five_hundred()
    after = AFTER[database.engine.dialect.name]
    with sink() as smtp, mailbox.client() as client:
        setup = Setup(database_url, KEY, mailbox.url, f"smtp://127.0.0.1:{smtp.port}", after)

        killed = kill_often(setup, client, mails)

    assert killed >= KILLS
    assert_counts(database, held(mailbox), moved=after != "seen")
    assert_letters(database, smtp, ordinary)


def held(mailbox: DovecotServer) -> dict[str, int]:
    with mailbox.client() as client:
        names = [name for _, _, name in client.list_folders()]
        return {name: client.folder_status(name, ["MESSAGES"])[b"MESSAGES"] for name in names}


def assert_counts(database: Database, in_mailbox: dict[str, int], *, moved: bool) -> None:
    """Mailbox = stored = tickets + messages + set aside + own."""
    with database.reading() as session:
        counts = overview.mail_counts(session)
        tickets = session.scalar(select(func.count()).select_from(Ticket)) or 0
        first = select(func.min(TicketMessage.id)).group_by(TicketMessage.ticket_id)
        later = select(func.count()).where(TicketMessage.raw_mail_id.is_not(None), TicketMessage.id.not_in(first))
        messages = session.scalar(later) or 0
    # What was set aside stays where a person sees it.
    stays = {"INBOX": counts.set_aside, "Done": MAILS - counts.set_aside} if moved else {"INBOX": MAILS}
    assert in_mailbox == stays
    assert counts.agree
    assert (counts.stored, counts.unprocessed) == (MAILS, 0)
    assert tickets + messages + counts.set_aside + counts.other == MAILS
    assert messages > 0
    assert counts.set_aside > 0
    assert counts.other > 0


def assert_letters(database: Database, smtp: Sink, ordinary: set[int]) -> None:
    """One acknowledgement a ticket; what the server was given twice is the same letter."""
    with database.reading() as session:
        letters = list(session.scalars(select(OutboxMail)))
        tickets = list(session.scalars(select(Ticket)))
    assert {letter.status for letter in letters} == {OutboxStatus.SENT}
    assert max(Counter(letter.ticket_id for letter in letters).values()) == 1
    opened = Counter(ticket.address for ticket in tickets)
    asked = Counter(letter.recipient for letter in letters)
    assert {address(number): (opened[address(number)], asked[address(number)]) for number in ordinary} == {
        address(number): (1, 1) for number in ordinary
    }
    received: defaultdict[str, set[str]] = defaultdict(set)
    for mail in smtp.mails:
        body = mail.get_body(("plain",))
        assert body is not None
        received[str(mail["Message-ID"])].add(f"{mail['To']} {mail['Subject']}\n{body.get_content()}")
    assert set(received) == {letter.message_id for letter in letters}
    assert all(len(contents) == 1 for contents in received.values())
