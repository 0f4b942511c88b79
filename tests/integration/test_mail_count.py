"""The count of mails at the command line, at the desk and in the metrics, against a real Dovecot."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import delete

from helpdesk import overview
from helpdesk.database import Database
from helpdesk.tables import RawMail
from mail_ingest import store
from mail_ingest.mailbox import open_mailbox
from mail_ingest.server_url import read_server_url
from okienko.mail_count import compare
from okienko.settings import Settings
from tests.conftest import KEY, NOON
from tests.mail_desk import mail
from tests.servers.dovecot import DovecotServer, dovecot
from web import mail_metrics


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with dovecot() as server:
        yield server


def stored(database: Database, mailbox: DovecotServer) -> None:
    with open_mailbox(read_server_url(mailbox.url, "imap")) as opened, database.session() as session:
        for portion in opened.fetch(opened.new_uids(0)):
            store.store(session, opened.place, portion, now=NOON)
        store.note_visit(session, opened.place, on_server=opened.count(), behind=0, now=NOON)
        session.commit()


def settings(database_url: str, mailbox: DovecotServer) -> Settings:
    return Settings(database_url=database_url, imap_url=mailbox.url, secret_keys=SecretStr(KEY))


def test_count_agrees_with_mails_that_are_not_read_or_processed_yet(
    database: Database, database_url: str, server: DovecotServer
) -> None:
    mailbox = server.fresh()
    mailbox.deliver(mail(mid="a"), mail(mid="b"))
    stored(database, mailbox)
    mailbox.deliver(mail(mid="c"))

    agrees, lines = compare(settings(database_url, mailbox))

    assert agrees
    assert lines[0] == "INBOX: 3 in the mailbox, 1 not read yet, 0 missing"
    assert lines[1].startswith("stored 2 = in tickets 0 ")


def test_count_does_not_agree_when_a_mail_of_the_mailbox_was_never_stored(
    database: Database, database_url: str, server: DovecotServer
) -> None:
    mailbox = server.fresh()
    mailbox.deliver(mail(mid="a"), mail(mid="b"))
    stored(database, mailbox)
    with database.session() as session:
        session.execute(delete(RawMail).where(RawMail.uid == 1))
        session.commit()

    agrees, lines = compare(settings(database_url, mailbox))

    assert not agrees
    assert "1 missing" in lines[0]
    with database.reading() as session:
        assert not overview.mail_counts(session).agree


def test_metrics_say_how_far_the_mail_is_behind(database: Database, server: DovecotServer) -> None:
    mailbox = server.fresh()
    mailbox.deliver(mail(mid="a"), mail(mid="b"))
    stored(database, mailbox)

    with database.reading() as session:
        mail_metrics.show(overview.mail_lag(session), now=NOON + timedelta(seconds=90))

    assert mail_metrics.UNPROCESSED.collect()[0].samples[0].value == 2
    assert mail_metrics.OLDEST.collect()[0].samples[0].value == 90
    assert mail_metrics.SINCE_LOOK.collect()[0].samples[0].value == 90
