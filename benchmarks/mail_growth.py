"""What filing a mail costs with more and more tickets in the database."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from sqlalchemy import insert

from benchmarks.mails import mails
from helpdesk.database import Database
from helpdesk.lifecycle import Direction, Level, OutboxStatus, RawMailState, TicketStatus
from helpdesk.queues import Queue
from helpdesk.sealing import Sealer, new_key
from helpdesk.tables import Blob, Customer, OutboxMail, RawMail, Ticket, TicketMessage
from mail_ingest import store
from mail_ingest.batch import Batch
from mail_ingest.office import Office
from mail_ingest.process import Processor
from mail_ingest.store import Fetched, Place, Portion
from okienko.schema import upgrade
from tests.fakes import FakeUnderstander
from tests.servers import postgres

SIZES = (1_000, 10_000, 100_000)
MAILS = 100
REPEATS = 3
CHUNK = 5_000


def now() -> datetime:
    """Return the instant."""
    return datetime.now(UTC)


def measure() -> str:
    """Return the table; the understanding is left out, for it knows nothing of the tickets."""
    lines = ["| tickets | SQLite, ms a mail (processor) | PostgreSQL, ms a mail (processor) |", "| --- | --- | --- |"]
    found: dict[str, list[str]] = {}
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'growth.db'}"}
        programs = postgres.programs()
        if programs:
            urls["PostgreSQL"] = f"{stack.enter_context(postgres.postgres(programs))}/postgres"
        for name, url in urls.items():
            database = Database(url, Sealer([new_key()]))
            upgrade(database)
            found[name] = _grow(database)
            database.close()
    for row, size in enumerate(SIZES):
        lines.append(f"| {size:,} | " + " | ".join(found[name][row] for name in found) + " |")
    return "\n".join(lines)


def _grow(database: Database) -> list[str]:
    cells, there = [], 0
    for size in SIZES:
        for start in range(there, size, CHUNK):
            fill(database, start, min(start + CHUNK, size))
        there = size
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.exec_driver_sql("ANALYZE")
        runs = [_file(database, seed=size + repeat) for repeat in range(REPEATS)]
        cells.append(f"{median(run[0] for run in runs):.1f} ({median(run[1] for run in runs):.1f})")
        print(f"{database.engine.dialect.name}, {size:,} tickets: {cells[-1]} ms a mail")
    return cells


def _file(database: Database, seed: int) -> tuple[float, float]:
    place = Place("benchmark", "INBOX", seed)
    content = [Fetched(uid, mail) for uid, mail in enumerate(mails(MAILS, seed=seed), 1)]
    processor = Processor(database, FakeUnderstander(), Office("cot@zus.pl", most_answers=1_000_000), now)
    begun, worked = time.perf_counter(), time.process_time()
    with database.session() as session:
        store.store(session, place, Portion(MAILS, content), now=now())
        session.commit()
    Batch(processor).run(Event())
    return (time.perf_counter() - begun) * 1_000 / MAILS, (time.process_time() - worked) * 1_000 / MAILS


def fill(database: Database, start: int, end: int) -> None:
    """Insert tickets, each with its customer, mail, message and acknowledgement."""
    numbers = range(start, end)
    with database.session() as session:
        for table, rows in _rows(numbers):
            session.execute(insert(table), rows)
        session.commit()


def _rows(numbers: range) -> Sequence[tuple[Any, list[dict[str, Any]]]]:
    at = now()
    base = 10_000_000 + 9 * numbers.start  # far from the ids that the database gives by itself
    address = "stary{}@example.org".format
    return [
        (Customer, [{"id": base + n, "name": "Klient", "address": address(n), "created_at": at} for n in numbers]),
        (Blob, [{"sha256": f"{n:064d}", "content": b"x"} for n in numbers]),
        (
            RawMail,
            [
                {"id": base + n, "mailbox": "benchmark", "folder": "INBOX", "uidvalidity": 1, "uid": n + 1,
                 "sha256": f"{n:064d}", "size": 1, "state": RawMailState.PROCESSED, "outcome": "customer",
                 "stored_at": at}
                for n in numbers
            ],
        ),
        (
            Ticket,
            [
                {"id": base + n, "number": f"OK-S{n}", "queue": Queue.GENERAL, "status": TicketStatus.SOLVED,
                 "subject": "Pytanie", "address": address(n), "level": Level.ADDRESS, "customer_id": base + n,
                 "created_at": at, "updated_at": at}
                for n in numbers
            ],
        ),
        (
            TicketMessage,
            [
                {"id": base + n, "ticket_id": base + n, "direction": Direction.IN, "sender": address(n),
                 "text": "Pytanie", "message_id": f"<stary{n}@example.org>", "raw_mail_id": base + n,
                 "created_at": at}
                for n in numbers
            ],
        ),
        (
            OutboxMail,
            [
                {"id": base + n, "kind": "acknowledgement", "recipient": address(n), "subject": "OK", "body": "OK",
                 "message_id": f"<our{n}@zus.pl>", "automatic": True, "ticket_id": base + n,
                 "status": OutboxStatus.SENT, "attempts": 1, "due_at": at, "created_at": at, "sent_at": at}
                for n in numbers
            ],
        ),
    ]  # fmt: skip
