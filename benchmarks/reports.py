"""How long each report takes over a month of many chats, as a multiple of counting one table.

Usage: `.venv/bin/python -m benchmarks.reports [chats] [database URL]`. Fills an empty database (a fresh SQLite file
unless a URL of an empty PostgreSQL database is given) with a month of chats: each with a message of the customer, two
turns of the bot for every third one wait and one part of a consultant; a tenth as many tickets with a mail and an
answer. Then each table of the reports is made over the whole month. The ratio is the time of the table to that of
`SELECT count(*) FROM bot_turn` on the same machine at the same moment; the fastest of three.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from helpdesk.database import Database
from helpdesk.lifecycle import Author, Direction, Mode, RawMailState, TicketStatus, WaitOutcome
from helpdesk.queues import Profile, Queue
from helpdesk.reports.periods import Period
from helpdesk.reports.scope import Scope
from helpdesk.sealing import Sealer, new_key
from helpdesk.tables import (
    Blob,
    BotTurn,
    ChatMessage,
    ConsultantPart,
    Conversation,
    Rating,
    RawMail,
    Staff,
    Ticket,
    TicketMessage,
    Wait,
)
from okienko.schema import upgrade
from web.desk.reports_tables import TABLES, Asked

CHATS = 100_000
FIRST, DAYS = date(2026, 10, 1), 31
BATCH = 5_000
STAFF = 365
QUEUES = list(Queue)
KINDS = ("answer", "answer", "answer", "choice", "unknown", "redirect", "verify", "smalltalk")
PERIOD = Period(FIRST, FIRST + timedelta(days=DAYS - 1))
NOW = datetime(2026, 11, 2, 11, tzinfo=UTC)


def moment(number: int, many: int) -> datetime:
    """Return when the number-th of so many began, spread over the month."""
    return PERIOD.begin + (PERIOD.end - PERIOD.begin) * number / many


def chats(many: int, first_turn: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Give the rows of chats with what belongs to them."""
    for n in range(1, many + 1):
        at, queue = moment(n - 1, many), QUEUES[n % 8]
        yield Conversation, {"id": n, "token_hash": f"t{n}", "mode": Mode.BOT, "queue": queue, "created_at": at,
                             "updated_at": at}  # fmt: skip
        yield ChatMessage, {"id": n, "conversation_id": n, "author": Author.CUSTOMER, "text": "pytanie",
                            "created_at": at}  # fmt: skip
        for turn in range(2):
            kind = KINDS[(n + turn) % 8]
            yield BotTurn, {"id": first_turn + 2 * n + turn, "conversation_id": n, "channel": "chat", "kind": kind,
                            "article": f"article-{n * n % 200}" if kind == "answer" else None, "queue": queue,
                            "created_at": at}  # fmt: skip
        if n % 3 == 0:
            ended = at + timedelta(seconds=n % 400)
            yield Wait, {"conversation_id": n, "queue": queue, "place": 1 + n % 5, "began_at": at, "ended_at": ended,
                         "outcome": list(WaitOutcome)[n % 4]}  # fmt: skip
            yield ConsultantPart, {"conversation_id": n, "staff_id": 1 + n % STAFF, "queue": queue, "began_at": ended,
                                   "ended_at": ended + timedelta(seconds=n % 900), "ending": "answered"}  # fmt: skip
        if n % 5 == 0:
            yield Rating, {"conversation_id": n, "part": Author.BOT, "queue": queue, "helpful": n % 4 > 0,
                           "profile": list(Profile)[n % 6].value, "article_changed": "", "created_at": at}  # fmt: skip


def tickets(many: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Give the rows of tickets by mail, each with a mail and an answer."""
    yield Blob, {"sha256": "0", "content": b""}
    for n in range(1, many + 1):
        at, queue = moment(n - 1, many), QUEUES[n % 8]
        solved = at + timedelta(hours=30)
        yield Ticket, {"id": n, "number": f"OK-{n}", "queue": queue, "status": TicketStatus.SOLVED, "pressure": 0,
                       "subject": "x", "address": "", "created_at": at, "updated_at": at, "solved_at": solved,
                       "clock_used": n % 40_000, "response_kept": n % 9 > 0, "solution_kept": n % 7 > 0,
                       "consultant_id": 1 + n % STAFF}  # fmt: skip
        yield RawMail, {"id": n, "mailbox": "cot", "folder": "INBOX", "uidvalidity": 1, "uid": n, "sha256": "0",
                        "size": 0, "state": RawMailState.PROCESSED, "stored_at": at}  # fmt: skip
        yield TicketMessage, {"id": 2 * n, "ticket_id": n, "direction": Direction.IN, "text": "x", "raw_mail_id": n,
                              "staff_id": None, "created_at": at}  # fmt: skip
        yield TicketMessage, {"id": 2 * n + 1, "ticket_id": n, "direction": Direction.OUT, "text": "x",
                              "raw_mail_id": None, "staff_id": 1 + n % STAFF,
                              "created_at": at + timedelta(hours=n % 60)}  # fmt: skip


def fill(database: Database, many: int) -> None:
    """Fill an empty database."""
    with database.session() as session:
        # Not by `add_staff`: nobody signs in, and hashing their passwords takes longer than all the rest.
        session.add_all(
            Staff(login=f"k{n}", name=f"Konsultant {n}", password_hash="", created_at=NOW) for n in range(STAFF)
        )
        session.commit()
    for rows in (tickets(many // 10), chats(many, 0)):
        waiting: dict[Any, list[dict[str, Any]]] = {}
        for number, (table, row) in enumerate(rows, start=1):
            waiting.setdefault(table, []).append(row)
            if number % BATCH == 0:
                _write(database, waiting)
        _write(database, waiting)
    if database.engine.dialect.name == "postgresql":  # as its autovacuum would; nothing does so on SQLite
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def _write(database: Database, waiting: dict[Any, list[dict[str, Any]]]) -> None:
    with database.session() as session:
        for table in [table for table in (Blob, Ticket, RawMail, Conversation) if table in waiting]:
            session.execute(insert(table), waiting.pop(table))
        for table, rows in waiting.items():
            session.execute(insert(table), rows)
        session.commit()
    waiting.clear()


def fastest(deed: Callable[[], object]) -> float:
    """Return the seconds of the fastest of three."""
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        deed()
        times.append(time.perf_counter() - begin)
    return min(times)


def measure(session: Session) -> None:
    """Print the time of each table."""
    counting = fastest(lambda: session.scalar(select(func.count()).select_from(BotTurn)))
    print(f"SELECT count(*) FROM bot_turn: {counting * 1000:.1f} ms")
    for name, table in TABLES.items():
        asked = Asked(session, Scope(PERIOD), NOW, 3, {}, names=True)
        took = fastest(lambda table=table, asked=asked: table(asked))
        print(f"{name:14} {took * 1000:9.1f} ms {took / counting:8.1f} x")


def main() -> None:
    """Fill and measure."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else CHATS
    with TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'reports.db'}"
        database = Database(url, Sealer([new_key()]))
        upgrade(database)
        begin = time.perf_counter()
        fill(database, many)
        print(f"{many} chats, {2 * many} turns, {many // 10} tickets: filled in {time.perf_counter() - begin:.0f} s")
        with database.reading() as session:
            measure(session)
        database.close()


if __name__ == "__main__":
    main()
