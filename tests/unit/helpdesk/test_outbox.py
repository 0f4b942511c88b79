"""The outbox, on both databases."""

from datetime import timedelta
from threading import Barrier, Thread

from helpdesk import outbox, outgoing
from helpdesk.database import Database
from helpdesk.letters import Letter
from helpdesk.lifecycle import OutboxStatus
from helpdesk.tables import OutboxMail
from tests.conftest import NOON

LEASE = timedelta(minutes=10)
ANNA = "anna@example.org"


def queued(database: Database, count: int = 1, *, automatic: bool = True) -> list[int]:
    with database.session() as session:
        mails = [
            outbox.enqueue(
                session, kind="answer", recipient=f" {ANNA.upper()}", letter=Letter("Temat", "Treść"), ticket_id=None,
                automatic=automatic, now=NOON + timedelta(seconds=n), domain="zus.pl",
            )
            for n in range(count)
        ]  # fmt: skip
        session.commit()
        return [mail.id for mail in mails]


def claimed(database: Database, *, after: timedelta = timedelta(minutes=1), limit: int = 10) -> list[int]:
    with database.session() as session:
        mails = outgoing.claim_due(session, OutboxMail, now=NOON + after, limit=limit, lease=LEASE)
        session.commit()
        return [mail.id for mail in mails]


def row(database: Database, mail_id: int) -> OutboxMail:
    with database.reading() as session:
        return session.get_one(OutboxMail, mail_id)


def test_mails_have_message_ids_of_their_own_in_our_domain(database: Database) -> None:
    first, second = queued(database, 2)

    assert row(database, first).message_id.endswith("@zus.pl>")
    assert row(database, first).message_id != row(database, second).message_id
    assert row(database, first).recipient == ANNA


def test_oldest_mails_are_claimed_first_and_only_once(database: Database) -> None:
    mails = queued(database, 3)

    assert claimed(database, limit=2) == mails[:2]
    assert claimed(database) == mails[2:]
    assert claimed(database) == []


def test_mail_of_a_sender_that_died_is_claimed_again_after_the_lease(database: Database) -> None:
    mails = queued(database)
    claimed(database)

    assert claimed(database, after=timedelta(minutes=5)) == []
    assert claimed(database, after=timedelta(minutes=12)) == mails


def test_senders_at_the_same_time_never_claim_the_same_mail(database: Database) -> None:
    mails = queued(database, 40)
    found: list[int] = []
    together = Barrier(4)

    def work() -> None:
        together.wait()
        while batch := claimed(database, limit=3):
            found.extend(batch)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == mails


def test_failed_mail_waits_longer_each_time_and_is_given_up_at_last(database: Database) -> None:
    (mail,) = queued(database)
    now, delays = NOON, []

    for _ in range(outgoing.MOST_ATTEMPTS):
        with database.session() as session:
            assert outgoing.claim_due(session, OutboxMail, now=now, limit=1, lease=LEASE)
            outgoing.mark_failed(session, OutboxMail, mail, "450 later", permanent=False, now=now)
            session.commit()
        delays.append(row(database, mail).due_at - now)
        now = row(database, mail).due_at

    assert delays[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert max(delays) <= outgoing.LONGEST_DELAY
    assert row(database, mail).status is OutboxStatus.DEAD


def test_permanently_refused_mail_is_given_up_at_once_and_retried_on_demand(database: Database) -> None:
    (mail,) = queued(database)
    claimed(database)

    with database.session() as session:
        outgoing.mark_failed(session, OutboxMail, mail, "550 unknown", permanent=True, now=NOON)
        session.commit()
    given_up = row(database, mail)
    with database.session() as session:
        outgoing.retry_dead(session, OutboxMail, mail, now=NOON)
        session.commit()

    assert (given_up.status, given_up.error) == (OutboxStatus.DEAD, "550 unknown")
    assert claimed(database) == [mail]


def test_sent_mail_is_never_claimed_again(database: Database) -> None:
    (mail,) = queued(database)
    claimed(database)

    with database.session() as session:
        outgoing.mark_sent(session, OutboxMail, mail, now=NOON)
        session.commit()

    assert row(database, mail).status is OutboxStatus.SENT
    assert claimed(database, after=timedelta(days=1)) == []


def test_automatic_answers_are_counted_per_address_for_a_day(database: Database) -> None:
    queued(database, 2)
    queued(database, 1, automatic=False)

    with database.reading() as session:
        assert outbox.automatic_answers(session, f"{ANNA.upper()} ", now=NOON + timedelta(hours=1)) == 2
        assert outbox.automatic_answers(session, "ewa@example.org", now=NOON) == 0
        assert outbox.automatic_answers(session, ANNA, now=NOON + timedelta(days=2)) == 0
