"""What the desk's pages take as the tickets grow: lists, search, a ticket and the start page, by 200 consultants.

Usage: `.venv/bin/python -m benchmarks.desk [--write] [postgresql:10000 postgresql:100000 sqlite:10000 …]`. Tickets are
made by the database itself; the pages are asked of the real application in this process, one request at a time, by
the sessions of 200 consultants in turn. `--write` puts the table into docs/performance.md.
"""

import asyncio
import random
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
from fastapi import FastAPI
from sqlalchemy import create_engine, text

from benchmarks import paper
from helpdesk.database import Database
from helpdesk.directory import EmbeddedDirectory
from helpdesk.hours import AlwaysOpen
from helpdesk.identity import Verification
from helpdesk.lifecycle import Role
from helpdesk.queues import Queue
from helpdesk.sealing import Sealer, new_key
from helpdesk.search_words import words_of
from helpdesk.secrets import new_token, token_hash
from helpdesk.tables import Staff, StaffSession
from okienko.index import knowledge
from okienko.places import ROOT
from okienko.schema import upgrade
from tests.fakes import FakeBot
from tests.servers import postgres as postgres_server
from web.app import build_app
from web.desk.signed_in import COOKIE
from web.gateway import Gateway
from web.identity_desk import IdentityDesk
from web.lobby import Lobby
from web.parts import Parts
from web.push import LocalPush
from web.rates import Limits, Rates
from web.turns import Turns

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
STAFF = 200
ASKED = 200
"""Requests of each page."""
DEEP = 40
"""Pages that are turned to reach the deep one."""
COMMON, RARE, NOTHING = "zasilek", "dziewieciornik", "nieistniejace slowo"

Paths = dict[str, str]

# What the office's tickets are: most are over, a few per cent are under way, and one in three speaks of benefits.
_STATUS = "CASE WHEN n % 100 < 88 THEN 'closed' WHEN n % 100 < 94 THEN 'solved' WHEN n % 100 < 96 THEN 'pending'" \
          " WHEN n % 100 < 98 THEN 'open' ELSE 'new' END"  # fmt: skip
_PRIORITY = "CASE WHEN n % 97 = 0 THEN 'urgent' WHEN n % 11 = 0 THEN 'high' ELSE 'normal' END"
_PRESSURE = "CASE WHEN n % 100 < 88 THEN -1 WHEN n % 100 < 94 THEN 0 WHEN n % 100 < 96 THEN 1" \
            " WHEN n % 97 = 0 THEN 4 WHEN n % 11 = 0 THEN 3 ELSE 2 END"  # fmt: skip


def _filled(dialect: str) -> list[str]:
    """Return the statements that make tickets, messages and words from `numbers(n)`, in this dialect."""
    queues = ", ".join(f"WHEN {place} THEN '{queue.value}'" for place, queue in enumerate(Queue)).replace(",", "")
    queue = f"CASE (n / 7) % {len(Queue)} {queues} END"
    if dialect == "sqlite":
        numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)"
        at = "strftime('%Y-%m-%d %H:%M:%f000', :now, '-' || ((:many - n) * 300) || ' seconds')"
        due = "strftime('%Y-%m-%d %H:%M:%f000', :now, '+' || ((n * 7919) % 200000 - 20000) || ' seconds')"
        number = "printf('OK-%06d', n)"
    else:
        numbers = "WITH numbers(n) AS (SELECT * FROM generate_series(1, :many))"
        at = "CAST(:now AS timestamp) - (:many - n) * interval '300 seconds'"
        due = "CAST(:now AS timestamp) + ((n::bigint * 7919) % 200000 - 20000) * interval '1 second'"
        number = "'OK-' || CASE WHEN n < 1000000 THEN lpad(CAST(n AS text), 6, '0') ELSE CAST(n AS text) END"
    subject = "CASE n % 3 WHEN 0 THEN 'Zasiłek opiekuńczy' WHEN 1 THEN 'Składki za maj' ELSE 'Emerytura' END"
    false = "0" if dialect == "sqlite" else "false"
    words = "CASE n % 3 WHEN 0 THEN :w0 WHEN 1 THEN :w1 ELSE :w2 END || ' ok' || n || ' slowo' || (n % 20011)" \
            " || ' temat' || (n % 997) || CASE WHEN n % 2500 = 0 THEN ' dziewieciornik' ELSE '' END"  # fmt: skip
    return [
        f"INSERT INTO ticket (id, number, queue, status, kind, priority, pressure, channel, subject, address, level,"
        f" language, individual, confidence, questions, consultant_id, revision, clock_used, due_at, created_at,"
        f" updated_at) {numbers} SELECT n, {number}, {queue}, {_STATUS}, 'question', {_PRIORITY}, {_PRESSURE}, 'mail',"
        f" {subject}, :address, 'address', 'pl', {false}, 0, '[]',"
        f" CASE WHEN n % 3 = 0 THEN NULL ELSE 1 + (n / 3) % {STAFF} END, 0, 0,"
        f" CASE WHEN n % 100 < 96 THEN NULL ELSE {due} END, {at}, {at} FROM numbers",
        f"INSERT INTO ticket_message (ticket_id, direction, sender, text, quoted, channel, created_at) {numbers}"
        f" SELECT n, 'in', :address, {subject} || :text, '', 'mail', {at} FROM numbers",
        f"INSERT INTO ticket_message (ticket_id, direction, sender, text, quoted, channel, created_at) {numbers}"
        f" SELECT n, 'out', :ewa, :text, '', 'mail', {at} FROM numbers WHERE n % 100 < 96",
        f"INSERT INTO ticket_words (ticket_id, words) {numbers} SELECT n, {words} FROM numbers",
    ]


TEXT = (
    ". Dzień dobry, proszę o informację, jakie dokumenty trzeba złożyć i do kiedy. Pracuję na umowie o pracę, a od"
    " marca prowadzę też działalność gospodarczą. Czekam na odpowiedź od dwóch tygodni. Z poważaniem, Anna Przykładowa"
)


def fill(database: Database, sealer: Sealer, many: int) -> list[str]:
    """Make the staff with their sessions, the tickets, messages and words; returns the sessions' secrets."""
    tokens = []
    with database.session() as session:
        for n in range(1, STAFF + 1):
            queues = " ".join(queue.value for queue in random.Random(n).sample(list(Queue), 2 + n % 3))
            role = Role.SUPERVISOR if n % 20 == 0 else Role.CONSULTANT
            staff = Staff(id=n, login=f"k{n}", name=f"Osoba {n}", password_hash="-", queues=queues, role=role,
                          active=True, failures=0, created_at=NOW)  # fmt: skip
            token = new_token()
            session.add(staff)
            session.add(StaffSession(token_hash=token_hash(token), staff=staff, csrf=new_token(), created_at=NOW,
                                     expires_at=NOW + timedelta(hours=12)))  # fmt: skip
            tokens.append(token)
        session.commit()
    values = {
        "many": many, "now": f"{NOW:%Y-%m-%d %H:%M:%S}", "text": TEXT,
        "address": sealer.seal_for_lookup("anna@example.org"),
        "ewa": sealer.seal_for_lookup("Ewa"),
        **{f"w{n}": " ".join(sorted(words_of(subject + TEXT)))
           for n, subject in enumerate(("Zasiłek opiekuńczy", "Składki za maj", "Emerytura"))},
    }  # fmt: skip
    with database.engine.begin() as connection:
        for statement in _filled(database.engine.dialect.name):
            connection.execute(text(statement), values)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        sqlite = database.engine.dialect.name == "sqlite"
        connection.exec_driver_sql("ANALYZE" if sqlite else "VACUUM ANALYZE")
    return tokens


def application(database: Database) -> FastAPI:
    """Return the real application over a database."""

    def clock() -> datetime:
        return NOW

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield

    lobby = Lobby(database, AlwaysOpen(), clock, "cot@zus.pl")
    found = knowledge(ROOT / ".data")
    parts = Parts(
        database=database,
        gateway=Gateway(database, FakeBot(), LocalPush(), Turns(), lobby, clock, max_chars=2000),
        identity=IdentityDesk(database, Verification(database, EmbeddedDirectory(database)), lobby, clock),
        rates=Rates(Limits()),
        provider=None,
        knowledge=lambda: found,
        clock=clock,
        site="http://testserver",
        mail_domain="zus.pl",
        secure_cookies=False,
        origins=["*"],
        checks={},
        lifespan=lifespan,
    )
    return build_app(parts)


def pages(many: int) -> dict[str, Callable[[int], str]]:
    """Return the measured pages by name; the number of a request makes its address."""
    lists = {view: f"/desk/tickets?view={view}" for view in
             ("open", "mine", "unassigned", "overdue", "pending", "solved")}  # fmt: skip
    chance = random.Random(7)
    return {
        "start": lambda _n: "/desk",
        **{f"list {view}": (lambda _n, path=path: path) for view, path in lists.items()},
        "list newest": lambda _n: "/desk/tickets?order=newest",
        "list closed, oldest": lambda _n: "/desk/tickets?status=closed&order=oldest",
        "search, common word": lambda _n: f"/desk/search?q={COMMON}",
        "search, two words": lambda _n: f"/desk/search?q={COMMON}+dokumenty",
        "search, rare word": lambda _n: f"/desk/search?q={RARE}",
        "search, one in a thousand": lambda n: f"/desk/search?q=temat{n * 13 % 997}",
        "search, no hit": lambda _n: f"/desk/search?q={NOTHING.replace(' ', '+')}",
        "search, number": lambda _n: f"/desk/search?q=OK-{chance.randint(1, many):06d}",
        "ticket": lambda _n: f"/desk/tickets/{chance.randint(1, many)}",
    }


async def measure(app: FastAPI, tokens: list[str], many: int) -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile of each page, in milliseconds."""
    measured: dict[str, tuple[float, float]] = {}
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://testserver", timeout=120) as client:

        async def ask(path: str, n: int) -> tuple[float, str]:
            begun = time.perf_counter()
            response = await client.get(path, headers={"Cookie": f"{COOKIE}={tokens[n % STAFF]}"})
            taken = (time.perf_counter() - begun) * 1000
            # A ticket of another queue does not exist for a consultant: the supervisors' sessions read those.
            assert response.status_code == 200, (path, response.status_code)
            return taken, response.text

        supervisors = [n for n in range(STAFF) if (n + 1) % 20 == 0]
        for name, path in pages(many).items():
            whose = (lambda n: supervisors[n % len(supervisors)]) if name == "ticket" else (lambda n: n)
            await ask(path(0), whose(0))
            measured[name] = _told([(await ask(path(n), whose(n)))[0] for n in range(ASKED)])
            print(f"  {name}: {measured[name][0]:.0f} / {measured[name][1]:.0f} ms", flush=True)
        for name, first in (
            ("list open, deep", "/desk/tickets?view=open"),
            ("list solved, deep", "/desk/tickets?view=solved"),
        ):
            deep, turned = await _deep(ask, first)
            measured[name] = _told([(await ask(deep, 19))[0] for _ in range(ASKED)])
            print(f"  {name} (page {turned}): {measured[name][0]:.0f} / {measured[name][1]:.0f} ms", flush=True)
    return measured


async def _deep(ask: Callable[[str, int], Awaitable[tuple[float, str]]], path: str) -> tuple[str, int]:
    turned = 0
    while turned < DEEP:
        _, shown = await ask(path, 19)
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        if following is None:
            break
        path = "/desk/tickets" + following[1].replace("&amp;", "&")
        turned += 1
    return path, turned + 1


def _told(taken: list[float]) -> tuple[float, float]:
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


@contextmanager
def database_of(kind: str, postgres_url: str | None, folder: Path, sealer: Sealer, many: int) -> Iterator[Database]:
    """Give a fresh database."""
    if kind == "sqlite":
        database = Database(f"sqlite:///{folder}/desk-{many}.db", sealer)
    else:
        engine = create_engine(f"{postgres_url}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE desk_{many}"))
        engine.dispose()
        database = Database(f"{postgres_url}/desk_{many}", sealer)
    upgrade(database)
    try:
        yield database
    finally:
        database.close()


def table(results: dict[str, dict[str, tuple[float, float]]]) -> str:
    """Return the results as a table of Markdown: median / 95th percentile in milliseconds, and how much that grew."""
    head = ["page", *results, *(["p95 grows by"] if len(results) > 1 else [])]
    first, last = next(iter(results.values())), list(results.values())[-1]
    rows = []
    for name in first:
        cells = [f"{found[name][0]:.0f} / {found[name][1]:.0f}" for found in results.values()]
        grown = [f"{last[name][1] / first[name][1]:.1f}"] if len(results) > 1 else []
        rows.append([name, *cells, *grown])
    return paper.table(head, rows)


def main(arguments: list[str]) -> None:
    """Measure, print, and write."""
    wanted = [argument for argument in arguments if ":" in argument] or ["postgresql:10000", "postgresql:100000"]
    results: dict[str, dict[str, tuple[float, float]]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        programs = postgres_server.programs()
        needs_server = any(one.startswith("postgresql") for one in wanted)
        url = stack.enter_context(postgres_server.postgres(programs)) if needs_server and programs else None
        for one in wanted:
            kind, many = one.split(":")[0], int(one.split(":")[1])
            sealer = Sealer([new_key()])
            with database_of(kind, url, folder, sealer, many) as database:
                begun = time.perf_counter()
                tokens = fill(database, sealer, many)
                print(f"{one}: made in {time.perf_counter() - begun:.0f} s", flush=True)
                results[f"{kind} {many:,}"] = asyncio.run(measure(application(database), tokens, many))
            if "--write" in arguments:
                paper.write("desk", table(results))
    print(table(results))


if __name__ == "__main__":
    main(sys.argv[1:])
