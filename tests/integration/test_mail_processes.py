"""Mails prepared in processes of their own: the same tickets, also when such a process dies."""

import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select

from helpdesk.database import Database
from helpdesk.sealing import Sealer
from helpdesk.tables import Ticket
from mail_ingest import store
from mail_ingest.batch import Batch
from mail_ingest.counts import Result
from mail_ingest.office import Office
from mail_ingest.preparing import Preparers
from mail_ingest.process import Processor
from mail_ingest.store import Fetched, Place, Portion
from okienko.places import ROOT
from okienko.schema import upgrade
from tests.conftest import KEY, NOON
from tests.fakes import FakeUnderstander
from tests.mail_desk import mail
from understanding.service import Understood

MAILS = 12


@dataclass
class Deadly(FakeUnderstander):
    """Kills its process once, as long as a file tells it to."""

    sign: Path = Path()

    def understand(self, text: str) -> Understood:
        if self.sign.exists():
            self.sign.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().understand(text)


def build(folder: Path, key: str) -> Processor:
    database = Database(f"sqlite:///{folder / 'mail.db'}", Sealer([key]))
    return Processor(database, Deadly(sign=folder / "die"), Office("cot@zus.pl", most_answers=1_000), now)


def now() -> datetime:
    return NOON


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Batch]:
    monkeypatch.syspath_prepend(ROOT)  # for the processes, which import this module
    processor = build(tmp_path, KEY)
    upgrade(processor.database)
    mails = [mail(f"Pytanie numer {n}", sender=f"klient{n}@example.org", mid=f"m{n}") for n in range(MAILS)]
    with processor.database.session() as session:
        content = [Fetched(uid, content) for uid, content in enumerate(mails, 1)]
        store.store(session, Place("box", "INBOX", 1), Portion(MAILS, content), now=NOON)
        session.commit()
    batch = Batch(processor, preparers=Preparers(partial(build, tmp_path, KEY), 2))
    yield batch
    batch.close()
    processor.database.close()


def senders(batch: Batch) -> Sequence[str]:
    with batch.processor.database.reading() as session:
        return session.scalars(select(Ticket.address).order_by(Ticket.id)).all()


def test_mails_prepared_in_several_processes_are_filed_in_their_order(batch: Batch) -> None:
    results = batch.run(Event())

    assert results == {Result.TICKET: MAILS}
    assert senders(batch) == [f"klient{n}@example.org" for n in range(MAILS)]


def test_process_that_dies_loses_no_mail_and_sets_none_aside(batch: Batch, tmp_path: Path) -> None:
    (tmp_path / "die").touch()

    first = batch.run(Event())
    second = batch.run(Event())

    assert first[Result.POSTPONED] == 1
    assert first[Result.TICKET] + second[Result.TICKET] == MAILS
    assert second.keys() <= {Result.TICKET}
    assert senders(batch) == [f"klient{n}@example.org" for n in range(MAILS)]


def test_where_no_process_can_be_started_the_worker_prepares_the_mails_itself(batch: Batch) -> None:
    alone = replace(batch, preparers=Preparers(partial(fail, "no memory"), 2))

    assert alone.run(Event()) == {Result.TICKET: MAILS}


def fail(why: str) -> Processor:
    raise MemoryError(why)
