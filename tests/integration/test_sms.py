"""Text messages on their way out: both gateways keep the same promises, and what becomes of a message."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk import outgoing, sms
from helpdesk.database import Database
from helpdesk.errors import NotTaken
from helpdesk.lifecycle import OutboxStatus
from helpdesk.sms import SmsGateway
from helpdesk.tables import OutboxSms
from mail_ingest.delivery import Delivery
from mail_ingest.sms_gateways import FolderGateway, http_gateway
from mail_ingest.sms_sender import SmsSender
from tests.conftest import NOON
from tests.servers.ports import free_port
from tests.servers.sms_gateway import TOKEN, SmsSite, sms_site

ANNA, EWA = "+48501234567", "+48600100200"


@dataclass
class Way:
    """A gateway, and what its customers' telephones have received: end of the number and text."""

    gateway: SmsGateway
    received: Callable[[], Sequence[tuple[str, str]]]


@pytest.fixture(params=["folder", "http"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    if request.param == "folder":
        folder = FolderGateway(tmp_path / "sms")
        yield Way(folder, lambda: [(kept.recipient[-3:], kept.text) for kept in folder.kept()])
        return
    with sms_site() as site:
        gateway = http_gateway(site.url, TOKEN)
        yield Way(gateway, lambda: [(to[-3:], text) for to, text in site.delivered.values()])
        gateway.client.close()


def test_message_arrives_as_it_is(way: Way) -> None:
    way.gateway.send(ANNA, 'Jutro "9:00" & zażółć', "a")

    assert way.received() == [("567", 'Jutro "9:00" & zażółć')]


def test_message_handed_over_twice_arrives_once(way: Way) -> None:
    way.gateway.send(ANNA, "raz", "same")
    way.gateway.send(ANNA, "raz", "same")

    assert way.received() == [("567", "raz")]


def test_equal_messages_under_two_keys_both_arrive(way: Way) -> None:
    for key in ("a", "b", "../c"):
        way.gateway.send(ANNA, "raz", key)

    assert way.received() == [("567", "raz")] * 3


def test_messages_reach_their_own_recipients(way: Way) -> None:
    way.gateway.send(ANNA, "do Anny", "a")
    way.gateway.send(EWA, "do Ewy", "b")

    assert sorted(way.received()) == [("200", "do Ewy"), ("567", "do Anny")]


@pytest.fixture
def site() -> Iterator[SmsSite]:
    with sms_site() as running:
        yield running


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [(400, True), (404, True), (422, True), (302, False), (401, False), (403, False), (408, False), (429, False),
     (500, False), (503, False)],
)  # fmt: skip
def test_answer_of_the_gateway_says_whether_trying_again_makes_sense(
    site: SmsSite, answer: int, permanent: bool
) -> None:
    site.answer, site.words = answer, f"no route to {ANNA}"

    with pytest.raises(NotTaken) as refused:
        http_gateway(site.url, TOKEN).send(ANNA, "x", "a")

    assert refused.value.permanent is permanent
    assert ANNA not in str(refused.value)
    assert site.asked == 1


def test_wrong_token_and_silent_gateway_are_passing_and_their_words_hold_no_secret(site: SmsSite) -> None:
    silent = f"http://user:secret@127.0.0.1:{free_port()}/"

    for gateway in (http_gateway(site.url, "wrong-token"), http_gateway(silent, "wrong-token")):
        with pytest.raises(NotTaken) as refused:
            gateway.send(ANNA, "x", "a")
        assert not refused.value.permanent
        assert "secret" not in str(refused.value)
        assert "wrong-token" not in f"{refused.value}{gateway}"


def test_folder_tells_no_whole_number(tmp_path: Path) -> None:
    gateway = FolderGateway(tmp_path)
    gateway.send(ANNA, "x", "a")

    (file,) = tmp_path.rglob("*.json")
    assert ANNA[3:] not in f"{file}{file.read_text()}"
    assert [kept.recipient for kept in gateway.kept(ANNA)] == ["…567"]
    assert gateway.kept(EWA) == []


def queued(database: Database, *, due_at: datetime = NOON, expires_at: datetime | None = None) -> int:
    with database.session() as session:
        message = sms.enqueue(
            session, kind="visit_tomorrow", recipient=ANNA, body="Jutro", visit_id=None, due_at=due_at,
            expires_at=expires_at, now=NOON,
        )  # fmt: skip
        session.commit()
        return message.id


def send(database: Database, gateway: SmsGateway, *, at: datetime = NOON) -> int:
    return SmsSender(gateway, Delivery(OutboxSms, database, lambda: at)).send_due()


def row(database: Database) -> OutboxSms:
    with database.reading() as session:
        return session.scalars(select(OutboxSms)).one()


def test_due_message_is_sent_once_and_one_of_tomorrow_waits(database: Database, tmp_path: Path) -> None:
    gateway = FolderGateway(tmp_path)
    queued(database)
    queued(database, due_at=NOON + timedelta(days=1))

    assert [send(database, gateway), send(database, gateway)] == [1, 0]
    assert [kept.text for kept in gateway.kept(ANNA)] == ["Jutro"]


def test_message_is_retried_with_its_key_until_the_gateway_takes_it(database: Database, site: SmsSite) -> None:
    queued(database)
    site.answer = 503
    send(database, http_gateway(site.url, TOKEN))
    waiting = row(database)
    site.answer = 200

    send(database, http_gateway(site.url, TOKEN), at=waiting.due_at)

    assert (waiting.status, waiting.error) == (OutboxStatus.QUEUED, "503")
    assert row(database).status is OutboxStatus.SENT
    assert list(site.delivered) == [waiting.key]


def test_refused_message_is_given_up(database: Database, site: SmsSite) -> None:
    queued(database)
    site.answer, site.words = 422, f"unknown subscriber {ANNA}"

    send(database, http_gateway(site.url, TOKEN))

    assert row(database).status is OutboxStatus.DEAD
    assert ANNA not in row(database).error


def test_message_that_would_be_wrong_by_now_is_given_up_unsent(database: Database, tmp_path: Path) -> None:
    queued(database, expires_at=NOON + timedelta(hours=10))

    send(database, FolderGateway(tmp_path), at=NOON + timedelta(hours=10))

    assert (row(database).status, row(database).error) == (OutboxStatus.DEAD, outgoing.TOO_LATE)
    assert FolderGateway(tmp_path).kept() == []


class Withdrawing:
    """A gateway that stands for what happens between two messages of a batch: the other one is withdrawn."""

    def __init__(self, database: Database) -> None:
        self.database, self.sent = database, 0

    def send(self, _recipient: str, _text: str, _key: str) -> None:
        self.sent += 1
        with self.database.session() as session:
            for message in session.scalars(select(OutboxSms)):
                message.status = OutboxStatus.WITHDRAWN
            session.commit()


def test_message_withdrawn_after_it_was_claimed_is_not_sent(database: Database) -> None:
    queued(database)
    queued(database)
    gateway = Withdrawing(database)

    assert send(database, gateway) == 1
    assert gateway.sent == 1
